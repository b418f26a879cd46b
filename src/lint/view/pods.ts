import { containerCommand } from '../../engine/command-files/container-command.ts';
import { gpuLimit, kubernetesEnv } from '../../engine/command-files/find-in-kubernetes.ts';
import type { SourceWord, Variables } from '../../engine/command-files/found-command.ts';
import type { YamlNode } from '../../engine/command-files/yaml-nodes.ts';
import type { Spot } from '../rule.ts';
import type { SourceFile } from '../source/source-file.ts';
import { type Container, type EnvEntry, type GpuRequest, PLAIN_CONTAINER, type WrittenSeconds } from './container.ts';
import { engineCommand } from './engine-command.ts';
import { imageRef, isOfficialImage, isOtherEngine, releaseOf } from './image-ref.ts';
import { type KubernetesObject, labelsOf, type Pod, spotOf, spotOfKey } from './kubernetes.ts';
import { attempt, type ReadContext } from './read-context.ts';

/** Deepest nesting at which a pod is looked for; a LeaderWorkerSet or a Rollout has it at five. */
const MAX_DEPTH = 12;
/** Seconds between SIGTERM and SIGKILL where the pod says nothing. */
const DEFAULT_GRACE_S = 30;
/** What Kubernetes and the LeaderWorkerSet controller set in every container. */
const GIVEN = ['LWS_LEADER_ADDRESS', 'LWS_GROUP_SIZE', 'LWS_WORKER_INDEX'] as const;

export const GPU_RESOURCE = /^(nvidia\.com\/(gpu|mig-[\w.]+)|amd\.com\/gpu|gpu\.intel\.com\/\w+)(\.shared)?$/;

/** The pods of any object: all of them hold a list `containers` somewhere. */
export function podsOf(object: KubernetesObject, context: ReadContext): readonly Pod[] {
  if (object.kind === 'CustomResourceDefinition') return [];
  return findPods(object.root, object.root, [], 0).map(({ template, spec, path }) => readPod(object, template, spec, path, context));
}

interface FoundPod {
  readonly template: YamlNode;
  readonly spec: YamlNode;
  readonly path: readonly string[];
}

function findPods(node: YamlNode, parent: YamlNode, path: readonly string[], depth: number): readonly FoundPod[] {
  if (depth > MAX_DEPTH) return [];
  if (node.at('containers').isList) return [{ template: parent, spec: node, path }];
  const children: readonly (readonly [string, YamlNode])[] = node.isList ? node.items().map((item) => ['', item] as const) : node.entries();
  return children.flatMap(([key, child]) => (child.isMap || child.isList ? findPods(child, node, [...path, key], depth + 1) : []));
}

function readPod(object: KubernetesObject, template: YamlNode, spec: YamlNode, path: readonly string[], context: ReadContext): Pod {
  const group = object.root.at('spec', 'leaderWorkerTemplate');
  const role = path.includes('workerTemplate') ? 'worker' : path.includes('leaderTemplate') ? 'leader' : 'single';
  const pod: Omit<Pod, 'containers'> = {
    object,
    spec,
    template,
    labels: labelsOf(template.at('metadata', 'labels')),
    role: role === 'worker' && !group.at('leaderTemplate').isMap ? 'leader' : role,
    replicas: object.root.at('spec', 'replicas').number ?? 1,
    groupSize: group.at('size').number ?? 1,
  };
  const containers: Container[] = [];
  const whole: Pod = { ...pod, containers };
  for (const key of ['initContainers', 'containers']) {
    for (const node of spec.at(key).items()) containers.push(readContainer(node, whole, context));
  }
  return whole;
}

function readContainer(node: YamlNode, pod: Pod, context: ReadContext): Container {
  const { file } = pod.object;
  const image = node.at('image').text;
  const name = node.at('name').text ?? 'container';
  return {
    ...PLAIN_CONTAINER,
    source: 'kubernetes',
    name,
    file,
    at: spotOf(file, node),
    node,
    pod,
    image: image === null ? null : imageRef(image, spotOf(file, node.at('image'))),
    ...attempt(() => commandOf(node, pod, context), NO_COMMAND, spotOf(file, node), context),
    env: kubernetesEntries(node.at('env'), file),
    openEnv: node.at('envFrom').isList,
    gpus: gpusOf(node, file),
    sharedMemory: mountsSharedMemory(node, pod.spec) || pod.spec.at('hostIPC').text === 'true',
    privileged: node.at('securityContext', 'privileged').text === 'true' ? spotOfKey(file, node.at('securityContext'), 'privileged') : null,
    hostNetwork: pod.spec.at('hostNetwork').text === 'true' ? spotOfKey(file, pod.spec, 'hostNetwork') : null,
    hostIpc: pod.spec.at('hostIPC').text === 'true' ? spotOfKey(file, pod.spec, 'hostIPC') : null,
    grace: graceOf(pod.spec, file, spotOf(file, node)),
  };
}

const NO_COMMAND = { engine: null, ownEntrypoint: true, firstArgument: null } as const;

function commandOf(node: YamlNode, pod: Pod, context: ReadContext): Pick<Container, 'engine' | 'ownEntrypoint' | 'firstArgument'> {
  const { file } = pod.object;
  const env = kubernetesEnv(node.at('env'));
  const variables: Variables = new Map([...GIVEN.map((name) => [name, '1'] as const), ...Object.entries(env)]);
  if (pod.groupSize > 1) variables.set('LWS_GROUP_SIZE', String(pod.groupSize)).set('LWS_WORKER_INDEX', '0');
  const found = containerCommand({
    image: node.at('image'),
    entrypoint: node.at('command'),
    args: node.at('args'),
    file: file.text,
    variables,
    style: 'kubernetes',
  });
  const first = node.at('args').isList ? node.at('args').items()[0] : node.at('args');
  const own = node.at('command').exists;
  const written = node.at('image').text;
  const image = written === null ? null : imageRef(written, spotOf(file, node));
  // Operators such as KubeRay put their own command into containers without one.
  const isNative = /^(v1$|apps\/|batch\/)/.test(pod.object.apiVersion);
  const isBare = !own && first?.text == null && !(isNative && isOfficialImage(image?.repository ?? ''));
  return {
    ownEntrypoint: own,
    firstArgument: own || first?.text == null ? null : wordAt(first, file),
    engine:
      found === null || isBare || isOtherEngine(written ?? '')
        ? null
        : engineCommand({
            file,
            words: found.words,
            env: { ...env, ...found.env },
            findings: found.findings,
            written: releaseOf(image),
            asked: context.asked,
          }),
  };
}

export function wordAt(node: YamlNode, file: SourceFile): SourceWord {
  return { text: node.text ?? '', raw: file.text.slice(node.from, node.to), offset: node.from, open: [] };
}

/** `env` of a container; references have no text of their own. */
export function kubernetesEntries(list: YamlNode, file: SourceFile): readonly EnvEntry[] {
  return list.items().flatMap((entry) => {
    const name = entry.at('name').text;
    if (name === null) return [];
    const value = entry.at('value');
    const refers = entry.at('valueFrom').exists;
    const isEmpty = !refers && !value.exists;
    return [
      {
        name,
        raw: refers ? null : (value.text ?? ''),
        at: spotOf(file, entry.at('name')),
        valueAt: isEmpty || refers ? spotOf(file, entry.at('name')) : spotOf(file, value),
      },
    ];
  });
}

function gpusOf(node: YamlNode, file: SourceFile): GpuRequest | null {
  for (const part of ['limits', 'requests']) {
    const resources = node.at('resources', part);
    const found = resources.entries().find(([name]) => GPU_RESOURCE.test(name));
    if (found !== undefined) return { at: spotOfKey(file, resources, found[0]), count: gpuLimit(node) ?? found[1].number, all: false };
  }
  return null;
}

/** A volume at /dev/shm, whatever it is. */
export function sharedMemoryMount(node: YamlNode): YamlNode | null {
  return (
    node
      .at('volumeMounts')
      .items()
      .find((mount) => mount.at('mountPath').text?.replace(/\/$/, '') === '/dev/shm') ?? null
  );
}

function mountsSharedMemory(node: YamlNode, spec: YamlNode): boolean {
  const mount = sharedMemoryMount(node);
  if (mount === null) return false;
  return volumeOf(spec, mount.at('name').text) !== null;
}

export function volumeOf(spec: YamlNode, name: string | null): YamlNode | null {
  return (
    spec
      .at('volumes')
      .items()
      .find((volume) => volume.at('name').text === name) ?? null
  );
}

function graceOf(spec: YamlNode, file: SourceFile, at: Spot): WrittenSeconds {
  const seconds = spec.at('terminationGracePeriodSeconds').number;
  if (seconds === null) return { seconds: DEFAULT_GRACE_S, at, isDefault: true };
  return { seconds, at: spotOfKey(file, spec, 'terminationGracePeriodSeconds'), isDefault: false };
}
