import { containerCommand } from './container-command.ts';
import { expandReferences } from './expand-variable.ts';
import { visibleDevices } from './find-in-compose.ts';
import type { FoundCommand, Variables } from './found-command.ts';
import { imageVersion } from './image-version.ts';
import type { YamlNode } from './yaml-nodes.ts';

/** Deepest nesting at which a pod is looked for; an LWS or a Rollout has it at five. */
const MAX_DEPTH = 12;

/**
 * The vllm commands of any object with pods in it: Deployment, StatefulSet, Job, LeaderWorkerSet, Rollout and those of operators,
 * since all hold a list `containers` somewhere. A List object holds several objects.
 */
export function findInKubernetes(root: YamlNode, file: string): readonly FoundCommand[] {
  if (root.at('kind').text === 'List')
    return root
      .at('items')
      .items()
      .flatMap((item) => findInKubernetes(item, file));
  const owner = `${root.at('kind').text ?? 'object'}/${root.at('metadata', 'name').text ?? 'unnamed'}`;
  const size = root.at('spec', 'leaderWorkerTemplate', 'size').number;
  const found: FoundCommand[] = [];
  for (const pod of podsIn(root, 0)) {
    for (const container of pod.at('containers').items()) {
      const command = commandOfContainer(container, pod, file, size);
      if (command !== null) found.push({ ...command, name: owner });
    }
  }
  return named(found);
}

/** Objects with several vllm containers are told apart by the container's place in the list. */
function named(found: readonly FoundCommand[]): readonly FoundCommand[] {
  return found.length < 2 ? found : found.map((command, index) => ({ ...command, name: `${command.name}/${index + 1}` }));
}

function podsIn(node: YamlNode, depth: number): readonly YamlNode[] {
  if (depth > MAX_DEPTH) return [];
  const own = node.at('containers').isList ? [node] : [];
  const inner = node.isList ? node.items() : node.entries().map(([, value]) => value);
  return [...own, ...inner.flatMap((child) => (child.isMap || child.isList ? podsIn(child, depth + 1) : []))];
}

/** @param size pods of one group (LeaderWorkerSet), or null */
export function commandOfContainer(container: YamlNode, pod: YamlNode, file: string, size: number | null): FoundCommand | null {
  const env = kubernetesEnv(container.at('env'));
  const variables: Variables = new Map(Object.entries(env));
  if (size !== null) variables.set('LWS_GROUP_SIZE', String(size)).set('LWS_WORKER_INDEX', '0');
  const command = containerCommand({
    image: container.at('image'),
    entrypoint: container.at('command'),
    args: container.at('args'),
    file,
    variables,
    style: 'kubernetes',
  });
  if (command === null) return null;
  const perPod = gpuLimit(container) ?? visibleDevices(env);
  return {
    name: container.at('name').text ?? 'container',
    kind: 'kubernetes',
    words: command.words,
    env: { ...env, ...command.env },
    gpus: perPod === null ? null : perPod * (size ?? 1),
    nodes: size,
    gpuName: gpuLabel(pod),
    vllmVersion: imageVersion(container.at('image').text ?? ''),
    findings: command.findings,
  };
}

/** `env` entries with plain values; `$(NAME)` refers to those before. */
export function kubernetesEnv(list: YamlNode): Record<string, string> {
  const known: Variables = new Map();
  const env: Record<string, string> = {};
  for (const entry of list.items()) {
    const name = entry.at('name').text;
    const value = entry.at('value').text;
    if (name === null || value === null) continue;
    env[name] = expandReferences(value, known).text;
    known.set(name, env[name] ?? '');
  }
  return env;
}

/** `nvidia.com/gpu: 2` and its like. */
export function gpuLimit(container: YamlNode): number | null {
  for (const part of ['limits', 'requests']) {
    for (const [name, value] of container.at('resources', part).entries()) {
      if (/^(nvidia\.com\/gpu|amd\.com\/gpu|gpu\.intel\.com\/\w+)(\.shared)?$/.test(name) && value.number !== null) return value.number;
    }
  }
  return null;
}

const GPU_LABELS = [
  'nvidia.com/gpu.product',
  'cloud.google.com/gke-accelerator',
  'karpenter.k8s.aws/instance-gpu-name',
  'eks.amazonaws.com/instance-gpu-name',
];

/** The GPU that the pod's node must have, by the labels of GPU feature discovery and the clouds. */
export function gpuLabel(pod: YamlNode): string | null {
  for (const label of GPU_LABELS) {
    const selected = pod.at('nodeSelector').at(label).text ?? affinityValue(pod, label);
    if (selected !== null) return selected.replace(/-(SHARED|shared)$/, '').replace(/^nvidia-tesla-/, '');
  }
  return null;
}

function affinityValue(pod: YamlNode, label: string): string | null {
  const required = pod.at('affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms');
  for (const term of required.items()) {
    for (const rule of term.at('matchExpressions').items()) {
      if (rule.at('key').text === label && rule.at('operator').text === 'In') return rule.at('values').items()[0]?.text ?? null;
    }
  }
  return null;
}
