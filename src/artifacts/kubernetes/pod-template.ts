import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IEnvVar } from 'kubernetes-models/v1/EnvVar';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import type { IPodTemplateSpec } from 'kubernetes-models/v1/PodTemplateSpec';
import type { IVolume } from 'kubernetes-models/v1/Volume';
import { startupFailures } from '../budgets.ts';
import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import type { Remark } from '../yaml-text.ts';
import { containerEnv } from './container-env.ts';
import { kubernetesText } from './kubernetes-text.ts';
import { gpuAffinity, gpuResource, gpuTolerations, NODE_TERMS_REMARK } from './node-placement.ts';
import { HTTP_PORT, objectLabels, SERVER_CONTAINER } from './object-names.ts';
import { probes } from './probes.ts';
import { containerSecurity, podSecurity, runsUnprivileged, userRemark } from './security-context.ts';
import { serverResources } from './server-resources.ts';
import { terminationOf } from './termination.ts';
import { claimedCache, podVolumes, volumeMounts } from './volumes.ts';

/** Where a pod differs from that of a server on one host. */
export interface PodWishes {
  /** Instead of `vllm serve`; it is given as it is, so that $(NAME) stays a variable of Kubernetes. */
  readonly command?: readonly string[];
  /** Instead of the container's arguments; given as it is, too: write literal text with `kubernetesText`. */
  readonly args?: readonly string[];
  /** Variables before the server's own, to which those may refer. */
  readonly env?: readonly IEnvVar[];
  /** false: a helper of another pod, which opens no port and answers no probe. */
  readonly serves?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  /** Instead of the claim for weights and kernels. */
  readonly cache?: Omit<IVolume, 'name'>;
  /** true: other pods mount the same volume, so compiled kernels go into a folder of the pod. */
  readonly ownKernels?: boolean;
  /** More of the pod. */
  readonly spec?: Partial<IPodSpec>;
}

/** The pod of one server, or of one host of it: all of `gpusPerNode`. */
export function podTemplate(deployment: Deployment, container: ServerContainer, wishes: PodWishes = {}): IPodTemplateSpec {
  const { gpuClass } = container;
  const security = podSecurity(container);
  return {
    metadata: { labels: { ...objectLabels(deployment), ...wishes.labels } },
    spec: {
      automountServiceAccountToken: false,
      // A Service named vllm in the namespace would set VLLM_PORT to an address, which the engine reads as its own setting.
      enableServiceLinks: false,
      terminationGracePeriodSeconds: terminationOf(deployment, container).grace.value,
      ...(security !== null && { securityContext: security }),
      tolerations: gpuTolerations(container),
      ...(gpuClass !== null && { affinity: gpuAffinity(gpuClass) }),
      ...wishes.spec,
      containers: [serverContainer(deployment, container, wishes)],
      volumes: podVolumes(deployment, wishes.cache ?? claimedCache(deployment), wishes.ownKernels),
    },
  };
}

function serverContainer(deployment: Deployment, container: ServerContainer, wishes: PodWishes): IContainer {
  const { command = ['vllm', 'serve'], args = container.argv.map(kubernetesText), env = [], serves = true } = wishes;
  return {
    name: SERVER_CONTAINER,
    image: `${container.repository}:${container.tag}`,
    imagePullPolicy: 'IfNotPresent',
    command: [...command],
    args: [...args],
    env: [...env, ...containerEnv(deployment, container, wishes.ownKernels)],
    ...(serves && { ports: [{ name: HTTP_PORT, containerPort: deployment.port }] }),
    resources: serverResources(deployment, container),
    ...(serves && probes(deployment)),
    lifecycle: { preStop: { exec: { command: ['sleep', String(terminationOf(deployment, container).preStop.value)] } } },
    securityContext: containerSecurity(container),
    volumeMounts: volumeMounts(container, wishes.ownKernels),
  };
}

/** What the numbers of `podTemplate` stand on; `path` leads to the template. */
export function podRemarks(
  deployment: Deployment,
  container: ServerContainer,
  path: readonly (string | number)[],
  { serves = true }: PodWishes = {},
): Remark[] {
  const pod = (...more: (string | number)[]): (string | number)[] => [...path, 'spec', ...more];
  const server = (...more: (string | number)[]): (string | number)[] => pod('containers', 0, ...more);
  const requests = (name: string): (string | number)[] => server('resources', 'requests', name);
  const { preStop, grace } = terminationOf(deployment, container);
  const { gpus, gpusPerNode, nodes } = deployment;
  const remarks: Remark[] = [
    { path: pod('enableServiceLinks'), text: 'Variables of Services would clash with those of the engine (VLLM_PORT).' },
    { path: pod('terminationGracePeriodSeconds'), text: grace.because },
    { path: runsUnprivileged(container) ? pod('securityContext') : server('securityContext'), text: userRemark(container) },
    { path: server('image'), text: 'The planned version; upgrade on purpose, then plan again.' },
    { path: requests('cpu'), text: `${container.cpuCores.because}; no limit, which would only slow it down` },
    { path: requests('memory'), text: container.hostMemoryGib.because },
    {
      path: requests(gpuResource(container)),
      text: nodes === 1 ? gpus.because : `${gpusPerNode} on each of ${nodes} nodes: ${gpus.because}`,
    },
    { path: server('lifecycle'), text: preStop.because },
  ];
  if (container.gpuClass !== null) remarks.push({ path: pod('affinity'), text: NODE_TERMS_REMARK });
  if (serves) remarks.push({ path: server('startupProbe'), text: startupFailures(deployment.startup).because });
  const shm = { path: pod('volumes', 1, 'emptyDir'), text: `${deployment.sharedMemoryGib.because}; part of the memory limit` };
  return [...remarks, shm];
}
