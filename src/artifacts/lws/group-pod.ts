import type { IEnvVar } from 'kubernetes-models/v1/EnvVar';
import type { IPodTemplateSpec } from 'kubernetes-models/v1/PodTemplateSpec';
import type { Derived } from '../budgets.ts';
import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import { podRemarks, podTemplate } from '../kubernetes/pod-template.ts';
import { terminationOf } from '../kubernetes/termination.ts';
import { NODE_ENV_REMARK, nodeEnv, RDMA_HINT } from '../multi-node/node-env.ts';
import type { Remark } from '../yaml-text.ts';
import type { PodCommand } from './group-commands.ts';

export type Role = 'leader' | 'worker';

/** Label by which the Service finds the pods that answer requests. */
export function roleLabel(role: Role): { readonly [name: string]: string } {
  return { 'app.kubernetes.io/component': role };
}

/** What the pods of a group have beyond those of every group. */
export interface GroupWishes {
  readonly env?: readonly IEnvVar[];
  /** Of the pods that answer requests. */
  readonly leaderLabels?: Readonly<Record<string, string>>;
}

/** One pod of a group. Only the leader opens a port: the others run engines without an API. */
export function groupPod(
  deployment: Deployment,
  container: ServerContainer,
  role: Role,
  command: PodCommand,
  { env = [], leaderLabels = {} }: GroupWishes,
): IPodTemplateSpec {
  const template = podTemplate(deployment, container, {
    ...command,
    env: [...nodeEnv(container), ...env],
    serves: role === 'leader',
    labels: { ...roleLabel(role), ...(role === 'leader' && leaderLabels) },
  });
  const { spec } = template;
  if (spec === undefined) return template;
  // A claim of the set's own becomes the volume of the same name.
  const volumes = spec.volumes?.filter(({ name }) => container.mount !== null || name !== CACHE_VOLUME) ?? [];
  const containers =
    role === 'leader' ? spec.containers : spec.containers.map((server) => ({ ...server, ...outlive(deployment, container) }));
  return { ...template, spec: { ...spec, containers, volumes } };
}

/** The volume of `podTemplate` for weights and kernels. */
export const CACHE_VOLUME = 'cache';

function outlive(deployment: Deployment, container: ServerContainer) {
  return { lifecycle: { preStop: { exec: { command: ['sleep', String(workerWait(deployment, container).value)] } } } };
}

/** Pods of a group are told to stop together, and the leader cannot finish its requests alone. */
function workerWait(deployment: Deployment, container: ServerContainer): Derived {
  const { value } = terminationOf(deployment, { ...container, drains: false }).preStop;
  return { value, because: `${value} s, as long as the leader may need for its last requests: it cannot finish them alone` };
}

export function groupPodRemarks(
  deployment: Deployment,
  container: ServerContainer,
  role: Role,
  path: readonly (string | number)[],
  because: string,
): Remark[] {
  const server = (key: string): (string | number)[] => [...path, 'spec', 'containers', 0, key];
  const replaced = role === 'leader' ? ['volumes'] : ['volumes', 'lifecycle'];
  const kept = podRemarks(deployment, container, path, { serves: role === 'leader' }).filter(
    (remark) => !remark.path.slice(path.length).some((key) => replaced.includes(String(key))),
  );
  const remarks: Remark[] = [
    ...kept,
    { path: server('command'), text: because },
    { path: server('env'), text: NODE_ENV_REMARK },
    { path: server('resources'), text: RDMA_HINT },
    { path: [...path, 'spec', 'volumes'], text: `${deployment.sharedMemoryGib.because}; part of the memory limit` },
  ];
  if (role === 'worker') remarks.push({ path: server('lifecycle'), text: workerWait(deployment, container).because });
  return remarks;
}
