import { unglued } from '../../engine/command-files/container-command.ts';
import { withImageEntrypoint } from '../../engine/command-files/docker-run.ts';
import { gpuLimit, kubernetesEnv } from '../../engine/command-files/find-in-kubernetes.ts';
import { findInValues } from '../../engine/command-files/find-in-values.ts';
import type { FileFinding } from '../../engine/command-files/found-command.ts';
import { isVllmImage } from '../../engine/command-files/image-version.ts';
import type { YamlNode } from '../../engine/command-files/yaml-nodes.ts';
import type { SourceFile } from '../source/source-file.ts';
import { type Container, type ImageRef, PLAIN_CONTAINER } from './container.ts';
import { engineCommand } from './engine-command.ts';
import { imageRef, releaseOf } from './image-ref.ts';
import { spotOf, spotOfKey } from './kubernetes.ts';
import { kubernetesEntries, wordAt } from './pods.ts';
import type { ReadContext } from './read-context.ts';

/** Values of the vLLM production-stack chart. */
export function isStackValues(root: YamlNode): boolean {
  return !root.at('kind').exists && (root.at('servingEngineSpec').isMap || root.at('modelSpec').isList);
}

/** Values of some chart with a vLLM image and arguments: `image: {repository, tag}` and `args`. */
export function isPlainValues(root: YamlNode): boolean {
  if (root.at('kind').exists || root.at('services').exists) return false;
  return isVllmImage(root.at('image', 'repository').text ?? root.at('image').text ?? '');
}

/** One container a model. The chart mounts shared memory where `tensorParallelSize` or `shmSize` is set. */
export function stackContainers(root: YamlNode, file: SourceFile, context: ReadContext): readonly Container[] {
  const engine = root.at('servingEngineSpec').isMap ? root.at('servingEngineSpec') : root;
  const specs = engine.at('modelSpec').items();
  const commands = findInValues(root, file.text);
  let next = 0;
  return specs.map((spec) => {
    const command = spec.at('modelURL').text === null ? undefined : commands[next++];
    const gpus = spec.at('requestGPU');
    return {
      ...PLAIN_CONTAINER,
      source: 'values',
      name: spec.at('name').text ?? 'model',
      file,
      at: spotOf(file, spec),
      node: spec,
      image: imageOf(spec, spec, file),
      engine:
        command === undefined
          ? null
          : engineCommand({ ...command, file, written: releaseOf(imageOf(spec, spec, file)), asked: context.asked }),
      env: kubernetesEntries(spec.at('env'), file),
      openEnv: spec.at('envFromSecret').exists || spec.at('envFrom').exists || spec.at('hf_token').exists,
      gpus: gpus.exists ? { at: spotOfKey(file, spec, 'requestGPU'), count: gpus.number, all: false } : null,
      sharedMemory: spec.at('vllmConfig', 'tensorParallelSize').exists || spec.at('shmSize').exists,
    };
  });
}

function imageOf(repository: YamlNode, tag: YamlNode, file: SourceFile): ImageRef | null {
  const name = repository.at('repository').text;
  if (name === null) return null;
  const version = tag.at('tag').text ?? tag.at('digest').text;
  const at = tag.at('tag').exists ? spotOf(file, tag.at('tag')) : spotOf(file, repository.at('repository'));
  return imageRef(version === null || version === '' ? name : `${name}${version.startsWith('sha256:') ? '@' : ':'}${version}`, at);
}

/** The container that the author of plain values had in mind. */
export function plainContainer(root: YamlNode, file: SourceFile, context: ReadContext): Container {
  const image = root.at('image');
  const found = image.isMap ? imageOf(image, image, file) : imageRef(image.text ?? '', spotOf(file, image));
  const findings: FileFinding[] = [];
  const env = kubernetesEnv(root.at('env'));
  const listed = [...root.at('args').items(), ...root.at('extraArgs').items()];
  const args = listed.flatMap((item) => unglued(wordAt(item, file), findings));
  const own = root
    .at('command')
    .items()
    .map((item) => wordAt(item, file));
  const words =
    own.length > 0 ? [...own, ...args] : withImageEntrypoint({ text: found?.text ?? '', raw: '', offset: image.from, open: [] }, args);
  const [first, second] = words;
  const isEngine = (first?.text === 'vllm' && second?.text === 'serve') || second?.text === '-m';
  return {
    ...PLAIN_CONTAINER,
    source: 'values',
    name: root.at('nameOverride').text ?? 'values',
    file,
    at: spotOfKey(file, root, 'image'),
    node: root,
    image: found,
    ownEntrypoint: own.length > 0,
    firstArgument: own.length > 0 ? null : (args[0] ?? null),
    engine:
      isEngine && args.length > 0 ? engineCommand({ file, words, env, findings, written: releaseOf(found), asked: context.asked }) : null,
    env: kubernetesEntries(root.at('env'), file),
    openEnv: root.at('envFrom').exists,
    gpus:
      root.at('resources').isMap && gpuLimit(root) !== null
        ? { at: spotOfKey(file, root, 'resources'), count: gpuLimit(root), all: false }
        : null,
    sharedMemory:
      root.at('shm').exists ||
      root.at('shmSize').exists ||
      root
        .at('volumes')
        .items()
        .some((volume) => volume.at('emptyDir', 'medium').text === 'Memory'),
  };
}
