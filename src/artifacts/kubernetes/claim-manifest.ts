import type { IPersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim';
import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import type { Manifest } from './manifest.ts';
import { cacheClaimName, objectLabels } from './object-names.ts';
import type { Scale } from './scale.ts';

export function claimManifest(deployment: Deployment, { cacheGib }: ServerContainer, { maxPods }: Scale): Manifest {
  const shared = maxPods > 1;
  const object = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: cacheClaimName(deployment), labels: objectLabels(deployment) },
    spec: {
      accessModes: [shared ? 'ReadWriteMany' : 'ReadWriteOnce'],
      resources: { requests: { storage: `${cacheGib.value}Gi` } },
    },
  } satisfies IPersistentVolumeClaim;
  const remarks = [
    {
      path: ['spec', 'accessModes'],
      text: shared
        ? `Up to ${maxPods} pods on several nodes share it: name a storageClassName that offers ReadWriteMany; most default classes do not.`
        : 'One pod, on the storage class of the cluster that is the default.',
    },
    { path: ['spec', 'resources'], text: cacheGib.because },
  ];
  return { file: 'pvc.yaml', object, header: ['Weights and compiled kernels, so that a restart downloads nothing.'], remarks };
}
