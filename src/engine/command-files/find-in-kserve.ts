import { unglued } from './container-command.ts';
import { expandReferences } from './expand-variable.ts';
import { commandOfContainer, gpuLabel, gpuLimit, kubernetesEnv } from './find-in-kubernetes.ts';
import type { FileFinding, FoundCommand, SourceWord } from './found-command.ts';
import { imageVersion } from './image-version.ts';
import { locateWords } from './locate-words.ts';
import { readScript } from './shell-words.ts';
import type { YamlNode } from './yaml-nodes.ts';

/** Arguments of KServe's Hugging Face server that are none of vLLM's. */
const OWN_FLAGS = [
  'model_name',
  'model_id',
  'model_dir',
  'model_revision',
  'backend',
  'task',
  'http_port',
  'grpc_port',
  'workers',
  'return_token_type_ids',
  'return_probabilities',
  'tensor_input_names',
];

/** The engine of an InferenceService or LLMInferenceService that names a model; null where it has plain containers. */
export function findInKserve(root: YamlNode, file: string): readonly FoundCommand[] | null {
  const kind = root.at('kind').text;
  const name = `${kind ?? ''}/${root.at('metadata', 'name').text ?? 'unnamed'}`;
  if (kind === 'InferenceService' && root.at('spec', 'predictor', 'model').isMap) return inferenceService(root, file, name);
  if (kind === 'LLMInferenceService') return llmInferenceService(root, file, name);
  return null;
}

function word(text: string, node: YamlNode, file: string): SourceWord {
  return { text, raw: file.slice(node.from, node.to), offset: node.from, open: [] };
}

/** `hf://org/model[:revision]`, or the last part of any other place. */
function modelOf(uri: YamlNode, file: string): readonly SourceWord[] {
  const text = uri.text;
  if (text === null) return [];
  const [, id, revision] = /^hf:\/\/([^:@]+)(?:[:@](.+))?$/.exec(text) ?? [];
  if (id === undefined) return [word(text, uri, file)];
  return [word(id, uri, file), ...(revision === undefined ? [] : [word('--revision', uri, file), word(revision, uri, file)])];
}

/** The arguments go to the Hugging Face server, which hands those that it does not know to vLLM. */
function inferenceService(root: YamlNode, file: string, name: string): readonly FoundCommand[] {
  const predictor = root.at('spec', 'predictor');
  const model = predictor.at('model');
  const format = model.at('modelFormat', 'name').text ?? '';
  if (!/hugging|vllm/i.test(`${format} ${model.at('runtime').text ?? ''} ${model.at('image').text ?? ''}`)) return [];
  const env = kubernetesEnv(model.at('env'));
  const findings: FileFinding[] = [];
  const args = model
    .at('args')
    .items()
    .flatMap((item) => {
      const expanded = expandReferences(item.text ?? '', new Map(Object.entries(env)));
      return unglued({ ...word(expanded.text, item, file), open: expanded.open }, findings);
    });
  const { own, rest } = splitOwn(args);
  const id = own.get('model_id') ?? null;
  const revision = own.get('model_revision') ?? null;
  const named = id === null ? modelOf(model.at('storageUri').exists ? model.at('storageUri') : model.at('storage', 'path'), file) : [id];
  const pinned = revision === null ? [] : [{ ...revision, text: '--revision' }, revision];
  return [
    {
      name,
      kind: 'kserve',
      words: [word('vllm', model, file), word('serve', model, file), ...named, ...pinned, ...rest],
      env,
      gpus: gpuLimit(model),
      nodes: null,
      gpuName: gpuLabel(predictor),
      vllmVersion: imageVersion(model.at('image').text ?? ''),
      findings,
    },
  ];
}

function splitOwn(args: readonly SourceWord[]): { readonly own: ReadonlyMap<string, SourceWord>; readonly rest: readonly SourceWord[] } {
  const own = new Map<string, SourceWord>();
  const rest: SourceWord[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at];
    if (arg === undefined) break;
    const [flag = '', glued] = arg.text.split(/=(.*)/s, 2);
    const key = flag.replace(/^--/, '').replaceAll('-', '_');
    if (!flag.startsWith('--') || !OWN_FLAGS.includes(key)) {
      rest.push(arg);
      continue;
    }
    const next = args[at + 1];
    if (glued !== undefined) own.set(key, { ...arg, text: glued });
    else if (next !== undefined && !next.text.startsWith('--')) {
      own.set(key, next);
      at++;
    }
  }
  return { own, rest };
}

const PARALLELISM = [
  ['tensor', '--tensor-parallel-size'],
  ['pipeline', '--pipeline-parallel-size'],
  ['data', '--data-parallel-size'],
] as const;

/** KServe's preset starts `vllm serve` with the layout of `parallelism`, and appends the variable VLLM_ADDITIONAL_ARGS. */
function llmInferenceService(root: YamlNode, file: string, name: string): readonly FoundCommand[] {
  const spec = root.at('spec');
  const pod = spec.at('template');
  const containers = pod.at('containers').items();
  const main = containers.find((container) => container.at('name').text === 'main') ?? containers[0];
  const written = main === undefined ? null : commandOfContainer(main, pod, file, null);
  const env = main === undefined ? {} : kubernetesEnv(main.at('env'));
  const layout = PARALLELISM.flatMap(([key, flag]) => {
    const node = spec.at('parallelism', key);
    return node.text === null ? [] : [word(flag, node, file), word(node.text, node, file)];
  });
  const expert =
    spec.at('parallelism', 'expert').text === 'true' ? [word('--enable-expert-parallel', spec.at('parallelism', 'expert'), file)] : [];
  const findings: FileFinding[] = [];
  const args =
    main === undefined || main.at('command').exists
      ? []
      : main
          .at('args')
          .items()
          .flatMap((item) => unglued(word(item.text ?? '', item, file), findings));
  const places = main?.at('env');
  const more = locateWords(readScript(env.VLLM_ADDITIONAL_ARGS ?? '', new Map()).flat(), file, places?.from ?? 0, places?.to ?? 0);
  const model = modelOf(spec.at('model', 'uri'), file);
  const perPod = main === undefined ? null : gpuLimit(main);
  const nodes = spec.at('worker').isMap ? (spec.at('parallelism', 'pipeline').number ?? null) : null;
  const fromImage = [word('vllm', spec, file), word('serve', spec, file), ...model, ...layout, ...expert, ...args, ...more];
  const own = written !== null && main?.at('command').exists === true;
  return [
    {
      name,
      kind: 'kserve',
      words: own ? written.words : fromImage,
      env,
      gpus: perPod === null ? null : perPod * (nodes ?? 1),
      nodes,
      gpuName: gpuLabel(pod),
      vllmVersion: written?.vllmVersion ?? imageVersion(main?.at('image').text ?? ''),
      findings: own ? written.findings : findings,
    },
  ];
}
