import { unglued } from './container-command.ts';
import { expandReferences } from './expand-variable.ts';
import { kubernetesEnv } from './find-in-kubernetes.ts';
import type { FileFinding, FoundCommand, SourceWord } from './found-command.ts';
import { tagVersion } from './image-version.ts';
import type { YamlNode } from './yaml-nodes.ts';

/** Keys of `vllmConfig` and the flag that the chart makes of each. @source vllm-project/production-stack helm/templates/deployment-vllm-multi.yaml */
const VALUED: readonly (readonly [key: string, flag: string])[] = [
  ['maxModelLen', '--max-model-len'],
  ['dtype', '--dtype'],
  ['tensorParallelSize', '--tensor-parallel-size'],
  ['pipelineParallelSize', '--pipeline-parallel-size'],
  ['maxNumSeqs', '--max-num-seqs'],
  ['maxNumBatchedTokens', '--max-num-batched-tokens'],
  ['gpuMemoryUtilization', '--gpu-memory-utilization'],
  ['maxLoras', '--max-loras'],
];

/** The engines of values for the vLLM production-stack chart, one a `modelSpec`. */
export function findInValues(root: YamlNode, file: string): readonly FoundCommand[] {
  const engine = root.at('servingEngineSpec').isMap ? root.at('servingEngineSpec') : root;
  return engine
    .at('modelSpec')
    .items()
    .flatMap((spec) => (spec.at('modelURL').text === null ? [] : [engineOf(spec, file)]));
}

function engineOf(spec: YamlNode, file: string): FoundCommand {
  const findings: FileFinding[] = [];
  const env = kubernetesEnv(spec.at('env'));
  const word = (text: string, node: YamlNode): SourceWord => ({ text, raw: file.slice(node.from, node.to), offset: node.from, open: [] });
  const config = spec.at('vllmConfig');
  const valued = VALUED.flatMap(([key, flag]) => {
    const node = config.at(key);
    return node.text === null ? [] : [word(flag, node), word(node.text, node)];
  });
  const extra = config
    .at('extraArgs')
    .items()
    .flatMap((item) => {
      const expanded = expandReferences(item.text ?? '', new Map(Object.entries(env)));
      return unglued({ ...word(expanded.text, item), open: expanded.open }, findings);
    });
  const tag = spec.at('tag');
  const version = tagVersion(tag.text ?? '');
  if (version === null) findings.push(unpinned(tag.text, tag.exists ? tag.from : spec.from));
  const url = spec.at('modelURL');
  const lora = spec.at('enableLoRA').text === 'true' ? [word('--enable-lora', spec.at('enableLoRA'))] : [];
  return {
    name: spec.at('name').text ?? url.text ?? 'model',
    kind: 'helm-values',
    words: [word('vllm', url), word('serve', url), word(url.text ?? '', url), ...switches(config, word), ...valued, ...lora, ...extra],
    env,
    gpus: spec.at('requestGPU').number,
    nodes: null,
    gpuName: gpuOfTerms(spec),
    vllmVersion: version,
    findings,
  };
}

/** The chart writes `--no-enable-…` for false, and for prefix caching also where the key is missing. */
function switches(config: YamlNode, word: (text: string, node: YamlNode) => SourceWord): readonly SourceWord[] {
  const chunked = config.at('enableChunkedPrefill');
  const caching = config.at('enablePrefixCaching');
  return [
    ...(chunked.text === null ? [] : [word(`--${chunked.text === 'true' ? '' : 'no-'}enable-chunked-prefill`, chunked)]),
    word(`--${caching.text === 'true' ? '' : 'no-'}enable-prefix-caching`, caching.exists ? caching : config),
  ];
}

function gpuOfTerms(spec: YamlNode): string | null {
  for (const term of spec.at('nodeSelectorTerms').items()) {
    for (const rule of term.at('matchExpressions').items()) {
      if (rule.at('key').text === 'nvidia.com/gpu.product') return rule.at('values').items()[0]?.text ?? null;
    }
  }
  return null;
}

function unpinned(tag: string | null, offset: number): FileFinding {
  return {
    code: 'IMAGE_UNPINNED',
    message: `The tag ${tag ?? '(none)'} names no release, so what runs changes by itself.`,
    fix: 'Pin it, for example tag: v0.24.0, and say which one with --vllm-version.',
    fatal: false,
    offset,
  };
}
