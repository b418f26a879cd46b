import type { IPodTemplateSpec } from 'kubernetes-models/v1/PodTemplateSpec';
import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import type { ClusterObject, Manifest } from '../kubernetes/manifest.ts';
import { objectLabels } from '../kubernetes/object-names.ts';
import type { Remark } from '../yaml-text.ts';
import type { RayImage } from './ray-image.ts';
import { headRemarks, headTemplate, OBJECT_STORE_BYTES, workerRemarks, workerTemplate } from './ray-pods.ts';
import { calmSeconds, scales } from './serve-config.ts';

/** The release whose fields are used. */
export const KUBERAY_RELEASE = '1.6.0';

type StartParams = { readonly [name: string]: string };
type Labelled = { readonly name: string; readonly labels: { readonly [name: string]: string } };

interface RayService extends ClusterObject {
  readonly metadata: Labelled;
  readonly spec: {
    readonly serveConfigV2: string;
    readonly upgradeStrategy: { readonly type: 'NewCluster' | 'None' };
    readonly serveService: { readonly metadata: Labelled; readonly spec: object };
    readonly rayClusterConfig: RayClusterConfig;
  };
}

interface RayClusterConfig {
  readonly rayVersion: string;
  readonly enableInTreeAutoscaling: boolean;
  readonly autoscalerOptions?: { readonly idleTimeoutSeconds: number };
  readonly headGroupSpec: { readonly rayStartParams: StartParams; readonly template: IPodTemplateSpec };
  readonly workerGroupSpecs: readonly {
    readonly groupName: string;
    readonly replicas: number;
    readonly minReplicas: number;
    readonly maxReplicas: number;
    readonly rayStartParams: StartParams;
    readonly template: IPodTemplateSpec;
  }[];
}

/** A Ray cluster and the application that runs on it. */
export function rayService(deployment: Deployment, container: ServerContainer, image: RayImage, serveConfigV2: string): Manifest {
  const { service, gpus, spareGpus, replicas, nodes } = deployment;
  const twice = spareGpus >= replicas * gpus.value;
  const labelled = { name: service, labels: objectLabels(deployment) };
  const object: RayService = {
    apiVersion: 'ray.io/v1',
    kind: 'RayService',
    metadata: labelled,
    spec: {
      serveConfigV2,
      upgradeStrategy: { type: twice ? 'NewCluster' : 'None' },
      serveService: { metadata: labelled, spec: { type: 'ClusterIP' } },
      rayClusterConfig: clusterConfig(deployment, container, image),
    },
  };
  const cluster = (...more: (string | number)[]): (string | number)[] => ['spec', 'rayClusterConfig', ...more];
  const workers = (...more: string[]): (string | number)[] => cluster('workerGroupSpecs', 0, ...more);
  const remarks: Remark[] = [
    {
      path: ['spec', 'upgradeStrategy'],
      text: twice
        ? `A change starts a second cluster beside the first; ${spareGpus} of the planned GPUs are spare for it.`
        : `A second cluster for a change would need ${replicas * gpus.value} spare GPUs, and ${spareGpus} are: delete and apply again instead.`,
    },
    { path: ['spec', 'serveService'], text: 'The address under which every other file of the plan looks for the server.' },
    { path: cluster('headGroupSpec', 'rayStartParams'), text: 'No engine on the head, which has no GPU.' },
    { path: workers('replicas'), text: `${replicas} replica${replicas === 1 ? '' : 's'} of ${nodes} pod${nodes === 1 ? '' : 's'}` },
    {
      path: workers('rayStartParams'),
      text: "For Ray's bookkeeping only: one CPU for each engine worker and each replica, and two for the ingress. The object store leaves shared memory to NCCL.",
    },
    ...headRemarks(image, cluster('headGroupSpec', 'template')),
    ...workerRemarks(deployment, container, workers('template')),
  ];
  const header = [
    `For the KubeRay operator ${KUBERAY_RELEASE} or newer.`,
    'The head keeps the state of the cluster in memory: without gcsFaultToleranceOptions and a Redis, losing it restarts everything.',
    "Ray's exporter (port 8080, name metrics) has the engine's series as ray_vllm_..., not under the names that vllm serve has.",
  ];
  return { file: 'rayservice.yaml', object, header, remarks };
}

function clusterConfig(deployment: Deployment, container: ServerContainer, image: RayImage): RayClusterConfig {
  const { replicas, maxReplicas, nodes, gpusPerNode } = deployment;
  const grows = scales(deployment);
  const store = { 'object-store-memory': String(OBJECT_STORE_BYTES) };
  return {
    rayVersion: image.ray,
    enableInTreeAutoscaling: grows,
    ...(grows ? { autoscalerOptions: { idleTimeoutSeconds: calmSeconds(deployment) } } : {}),
    headGroupSpec: {
      rayStartParams: { 'num-cpus': '0', 'num-gpus': '0', 'dashboard-host': '0.0.0.0', ...store },
      template: headTemplate(deployment, container, image),
    },
    workerGroupSpecs: [
      {
        groupName: 'gpu',
        replicas: nodes * replicas,
        minReplicas: nodes * replicas,
        maxReplicas: nodes * (grows ? maxReplicas.value : replicas),
        rayStartParams: { 'num-cpus': String(2 * gpusPerNode + 2), ...store },
        template: workerTemplate(deployment, container, image),
      },
    ],
  };
}
