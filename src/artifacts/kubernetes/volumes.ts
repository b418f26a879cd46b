import type { IVolume } from 'kubernetes-models/v1/Volume';
import type { IVolumeMount } from 'kubernetes-models/v1/VolumeMount';
import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import { CACHE_PATH, KERNELS_PATH } from './container-env.ts';
import { cacheClaimName } from './object-names.ts';

/** The folder of the cache volume that holds models which came from no Hub. */
export const LOCAL_MODELS = 'models';

/** The usual volume for weights and kernels: a claim that outlives the pod. */
export function claimedCache(deployment: Deployment): Omit<IVolume, 'name'> {
  return { persistentVolumeClaim: { claimName: cacheClaimName(deployment) } };
}

export function podVolumes({ sharedMemoryGib }: Deployment, cache: Omit<IVolume, 'name'>, ownKernels = false): IVolume[] {
  const volumes: IVolume[] = [
    { name: 'cache', ...cache },
    { name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: `${sharedMemoryGib.value}Gi` } },
  ];
  return ownKernels ? [...volumes, KERNELS_VOLUME] : volumes;
}

export const KERNELS_VOLUME: IVolume = { name: 'kernels', emptyDir: {} };
export const KERNELS_MOUNT: IVolumeMount = { name: 'kernels', mountPath: KERNELS_PATH };

/** A local model lies in the cache volume, under the path that the arguments name, and cannot be changed from the pod. */
export function volumeMounts({ mount }: ServerContainer, ownKernels = false): IVolumeMount[] {
  const mounts: IVolumeMount[] = [
    { name: 'cache', mountPath: CACHE_PATH },
    { name: 'shm', mountPath: '/dev/shm' },
    ...(ownKernels ? [KERNELS_MOUNT] : []),
  ];
  if (mount === null) return mounts;
  const folder = mount.target.slice(mount.target.lastIndexOf('/') + 1);
  return [...mounts, { name: 'cache', mountPath: mount.target, subPath: `${LOCAL_MODELS}/${folder}`, readOnly: true }];
}
