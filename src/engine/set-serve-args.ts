import type { Finding } from './finding.ts';
import { type Parsed, parseInteger, parseJson, parseNumber, parseSize } from './parse-flag-value.ts';
import { type GivenFlag, valueFinding } from './read-flags.ts';
import type { ServeArgs } from './serve-args.ts';

/** `ServeArgs` while they are being read. */
export type ServeDraft = { -readonly [K in keyof ServeArgs]: ServeArgs[K] };

/** Puts a flag's value into the draft; returns what is wrong with it, as a clause, or null. */
type Setter = (draft: ServeDraft, flag: GivenFlag) => string | null;

type FieldFor<T> = { [K in keyof ServeDraft]: [T] extends [ServeDraft[K]] ? K : never }[keyof ServeDraft];

const text = (flag: GivenFlag): string => flag.values[0] ?? '';

function reject(flag: GivenFlag, expected: string): string {
  return `must be ${expected}, not "${text(flag)}"`;
}

/** A number of at least `min`, at most `max`; `above` excludes its own value. */
function number(
  field: FieldFor<number>,
  read: (value: string) => Parsed<number>,
  range: { readonly min?: number; readonly above?: number; readonly max?: number; readonly oneOf?: readonly number[] },
): Setter {
  return (draft, flag) => {
    // Which whole numbers may be written as 32k changed over time; the release's own table knows.
    const parsed = flag.spec.kind === 'int' ? parseInteger(text(flag)) : read(text(flag));
    if (!parsed.ok) return reject(flag, parsed.expected);
    const { min = Number.NEGATIVE_INFINITY, above = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, oneOf } = range;
    const n = parsed.value;
    if (oneOf && !oneOf.includes(n)) return reject(flag, `one of ${oneOf.join(', ')}`);
    if (n < min || n <= above || n > max) return reject(flag, describeRange(range));
    draft[field] = n;
    return null;
  };
}

function describeRange({ min, above, max }: { readonly min?: number; readonly above?: number; readonly max?: number }): string {
  const low = min !== undefined ? `at least ${min}` : above !== undefined ? `above ${above}` : '';
  return [low, max === undefined ? '' : `at most ${max}`].filter(Boolean).join(' and ');
}

function word(field: FieldFor<string>): Setter {
  return (draft, flag) => {
    draft[field] = text(flag);
    return null;
  };
}

function toggle(field: FieldFor<boolean>): Setter {
  return (draft, flag) => {
    draft[field] = flag.on;
    return null;
  };
}

const size = (field: FieldFor<number>, min = 1): Setter => number(field, parseSize, { min });
const count = (field: FieldFor<number>, min = 1): Setter => number(field, parseInteger, { min });

/** Ranks that vLLM's LoRA kernels are built for. @source vLLM `config/lora.py`, `MaxLoRARanks` */
const LORA_RANKS = [1, 8, 16, 32, 64, 128, 256, 320, 512];

const SETTERS: Readonly<Record<string, Setter>> = {
  '--model': word('model'),
  '--served-model-name': word('servedModelName'),
  '--revision': word('revision'),
  '--trust-remote-code': toggle('trustRemoteCode'),
  '--dtype': word('dtype'),
  '--quantization': word('quantization'),
  '--kv-cache-dtype': word('kvCacheDtype'),
  '--max-model-len': setLength,
  '--tensor-parallel-size': count('tensorParallelSize'),
  '--pipeline-parallel-size': count('pipelineParallelSize'),
  '--data-parallel-size': count('dataParallelSize'),
  '--enable-expert-parallel': toggle('enableExpertParallel'),
  '--decode-context-parallel-size': count('decodeContextParallelSize'),
  '--gpu-memory-utilization': number('gpuMemoryUtilization', parseNumber, { above: 0, max: 1 }),
  '--kv-cache-memory-bytes': size('kvCacheMemoryBytes'),
  '--num-gpu-blocks-override': count('numGpuBlocksOverride'),
  '--cpu-offload-gb': number('cpuOffloadGib', parseNumber, { min: 0 }),
  '--max-num-seqs': size('maxNumSeqs'),
  '--max-num-batched-tokens': size('maxNumBatchedTokens'),
  '--block-size': count('blockSize'),
  '--enable-prefix-caching': toggle('enablePrefixCaching'),
  '--enable-chunked-prefill': toggle('enableChunkedPrefill'),
  '--async-scheduling': toggle('asyncScheduling'),
  '--enforce-eager': toggle('enforceEager'),
  '--cudagraph-capture-sizes': setCaptureSizes,
  '--cuda-graph-sizes': setCaptureSizes,
  '--max-cudagraph-capture-size': count('maxCudagraphCaptureSize', 0),
  '--optimization-level': number('optimizationLevel', parseInteger, { oneOf: [0, 1, 2, 3] }),
  '--attention-backend': word('attentionBackend'),
  '--disable-hybrid-kv-cache-manager': toggle('disableHybridKvCacheManager'),
  '--disable-sliding-window': toggle('disableSlidingWindow'),
  '--disable-custom-all-reduce': toggle('disableCustomAllReduce'),
  '--performance-mode': setPerformanceMode,
  '--enable-lora': toggle('enableLora'),
  '--max-loras': count('maxLoras'),
  '--max-lora-rank': number('maxLoraRank', parseInteger, { oneOf: LORA_RANKS }),
  '--language-model-only': toggle('languageModelOnly'),
  '--skip-mm-profiling': toggle('skipMmProfiling'),
  '--mm-encoder-tp-mode': setEncoderMode,
  '--mamba-cache-mode': setMambaMode,
  '--mamba-cache-dtype': word('mambaCacheDtype'),
  '--mamba-ssm-cache-dtype': word('mambaSsmCacheDtype'),
  '--mamba-block-size': count('mambaBlockSize'),
  '--enable-sleep-mode': toggle('enableSleepMode'),
  '--runner': word('runner'),
};

/** Reads one flag that has a field of its own. Others are left to the caller: false. */
export function setServeArg(draft: ServeDraft, flag: GivenFlag, findings: Finding[]): boolean {
  const setter = SETTERS[flag.spec.name];
  if (!setter) return false;
  const problem = setter(draft, flag);
  if (problem) findings.push(valueFinding(flag.spelling, problem));
  return true;
}

/** Shape of a flag without a field of ours: its value must still be of its kind. */
export function checkValue(flag: GivenFlag): string | null {
  const readers = { int: parseInteger, size: parseSize, float: parseNumber, json: parseJson };
  const { kind } = flag.spec;
  if (kind !== 'int' && kind !== 'size' && kind !== 'float' && kind !== 'json') return null;
  if (flag.path.length > 0) return null;
  const parsed = readers[kind](text(flag));
  return parsed.ok ? null : reject(flag, parsed.expected);
}

function setLength(draft: ServeDraft, flag: GivenFlag): string | null {
  const value = text(flag).trim();
  if (value === '-1' || value.toLowerCase() === 'auto') {
    draft.maxModelLen = 'auto';
    return null;
  }
  const parsed = parseSize(value);
  if (!parsed.ok) return reject(flag, `${parsed.expected} of tokens`);
  if (parsed.value < 1) return reject(flag, 'at least 1 token');
  draft.maxModelLen = parsed.value;
  return null;
}

function setCaptureSizes(draft: ServeDraft, flag: GivenFlag): string | null {
  const sizes = flag.values.map(parseInteger);
  const bad = sizes.findIndex((parsed) => !parsed.ok || parsed.value < 1);
  if (bad >= 0) return `must be whole numbers of at least 1, not "${flag.values[bad]}"`;
  draft.cudagraphCaptureSizes = sizes.flatMap((parsed) => (parsed.ok ? [parsed.value] : []));
  return null;
}

function setPerformanceMode(draft: ServeDraft, flag: GivenFlag): string | null {
  const mode = text(flag);
  if (mode !== 'balanced' && mode !== 'interactivity' && mode !== 'throughput')
    return reject(flag, 'balanced, interactivity or throughput');
  draft.performanceMode = mode;
  return null;
}

function setEncoderMode(draft: ServeDraft, flag: GivenFlag): string | null {
  const mode = text(flag);
  if (mode !== 'weights' && mode !== 'data') return reject(flag, 'weights or data');
  draft.mmEncoderTpMode = mode;
  return null;
}

function setMambaMode(draft: ServeDraft, flag: GivenFlag): string | null {
  const mode = text(flag);
  if (mode !== 'none' && mode !== 'align' && mode !== 'all') return reject(flag, 'none, align or all');
  draft.mambaCacheMode = mode;
  return null;
}
