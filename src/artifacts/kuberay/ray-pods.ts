import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IPodSecurityContext } from 'kubernetes-models/v1/PodSecurityContext';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import type { IPodTemplateSpec } from 'kubernetes-models/v1/PodTemplateSpec';
import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import { containerEnv } from '../kubernetes/container-env.ts';
import { gpuAffinity, gpuResource, gpuTolerations, NODE_TERMS_REMARK } from '../kubernetes/node-placement.ts';
import { objectLabels } from '../kubernetes/object-names.ts';
import { containerSecurity } from '../kubernetes/security-context.ts';
import { claimedCache, podVolumes, volumeMounts } from '../kubernetes/volumes.ts';
import { NODE_ENV_REMARK, nodeEnv, RDMA_HINT } from '../multi-node/node-env.ts';
import type { Remark, YamlPath } from '../yaml-text.ts';
import { imageRemark, type RayImage } from './ray-image.ts';
import { scales } from './serve-config.ts';

/** @source docker/base-deps/Dockerfile of Ray: RAY_UID, RAY_GID */
const RAY_USER: IPodSecurityContext = {
  runAsNonRoot: true,
  runAsUser: 1000,
  runAsGroup: 100,
  fsGroup: 100,
  fsGroupChangePolicy: 'OnRootMismatch',
};

/** Ray's object store lies in shared memory, which NCCL needs more; models and tokens do not pass through it. */
export const OBJECT_STORE_BYTES = 512 * 2 ** 20;

const HEAD_MEMORY = '8Gi';

/** The pod that keeps the state of the cluster and takes requests; no engine runs in it. */
export function headTemplate(deployment: Deployment, container: ServerContainer, image: RayImage): IPodTemplateSpec {
  const server: IContainer = {
    name: 'ray-head',
    image: image.image,
    imagePullPolicy: 'IfNotPresent',
    env: containerEnv(deployment, container),
    ports: [
      { name: 'gcs-server', containerPort: 6379 },
      { name: 'dashboard', containerPort: 8265 },
      { name: 'client', containerPort: 10001 },
      { name: 'metrics', containerPort: 8080 },
      { name: 'serve', containerPort: deployment.port },
    ],
    resources: { requests: { cpu: 2, memory: HEAD_MEMORY }, limits: { memory: HEAD_MEMORY } },
    securityContext: containerSecurity(container),
    volumeMounts: volumeMounts(container),
  };
  // It reads the configuration of a model from the Hub, and of one that was copied in from the volume.
  const [cache] = podVolumes(deployment, container.mount === null ? { emptyDir: {} } : claimedCache(deployment));
  const shm = { name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '1Gi' } };
  const volumes = cache === undefined ? [shm] : [cache, shm];
  // Only the autoscaler beside it talks to the cluster.
  const token = scales(deployment) ? {} : { automountServiceAccountToken: false };
  return template(deployment, 'head', { ...token, containers: [server], volumes });
}

/** One host of a replica, or a whole one: the engine's processes are started in it by Ray. */
export function workerTemplate(deployment: Deployment, container: ServerContainer, image: RayImage): IPodTemplateSpec {
  const gpus = { [gpuResource(container)]: deployment.gpusPerNode };
  const memory = `${container.hostMemoryGib.value}Gi`;
  const server: IContainer = {
    name: 'ray-worker',
    image: image.image,
    imagePullPolicy: 'IfNotPresent',
    env: [...nodeEnv(container), ...containerEnv(deployment, container)],
    resources: { requests: { cpu: container.cpuCores.value, memory, ...gpus }, limits: { memory, ...gpus } },
    securityContext: containerSecurity(container),
    volumeMounts: volumeMounts(container),
  };
  const { gpuClass } = container;
  return template(deployment, 'worker', {
    automountServiceAccountToken: false,
    tolerations: gpuTolerations(container),
    ...(gpuClass !== null && { affinity: gpuAffinity(gpuClass) }),
    containers: [server],
    volumes: podVolumes(deployment, claimedCache(deployment)),
  });
}

function template(deployment: Deployment, component: string, spec: IPodSpec): IPodTemplateSpec {
  const labels = { ...objectLabels(deployment), 'app.kubernetes.io/component': component };
  return { metadata: { labels }, spec: { enableServiceLinks: false, securityContext: RAY_USER, ...spec } };
}

export function headRemarks(image: RayImage, path: YamlPath): Remark[] {
  return [
    { path: [...path, 'spec', 'securityContext'], text: 'The user ray of the image.' },
    { path: [...path, 'spec', 'containers', 0, 'image'], text: imageRemark(image) },
    { path: [...path, 'spec', 'containers', 0, 'ports'], text: 'KubeRay finds the Service of the application by the name serve.' },
  ];
}

export function workerRemarks(deployment: Deployment, container: ServerContainer, path: YamlPath): Remark[] {
  const server = (...more: string[]): YamlPath => [...path, 'spec', 'containers', 0, ...more];
  const requests = (name: string): YamlPath => server('resources', 'requests', name);
  const { gpus, gpusPerNode, nodes } = deployment;
  const share = nodes === 1 ? gpus.because : `${gpusPerNode} on each of ${nodes} nodes: ${gpus.because}`;
  const remarks: Remark[] = [
    { path: server('env'), text: NODE_ENV_REMARK },
    { path: requests('cpu'), text: container.cpuCores.because },
    { path: requests('memory'), text: container.hostMemoryGib.because },
    { path: requests(gpuResource(container)), text: share },
    { path: [...path, 'spec', 'volumes'], text: `${deployment.sharedMemoryGib.because}; part of the memory limit` },
  ];
  if (container.gpuClass !== null) remarks.push({ path: [...path, 'spec', 'affinity'], text: NODE_TERMS_REMARK });
  if (nodes > 1) remarks.push({ path: server('resources'), text: RDMA_HINT });
  return remarks;
}
