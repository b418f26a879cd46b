import { splitShellWords } from '../engine/split-shell-words.ts';
import { WizardError } from '../errors/wizard-error.ts';
import type { CleanLog } from './clean-log.ts';
import { type PythonValue, readPairs } from './python-literal.ts';
import type { Readings } from './readings.ts';

/** The command behind a log: the words from `vllm` on, assignments before them. */
export interface RecoveredCommand {
  readonly words: readonly string[];
  /** Where it was found. */
  readonly from: 'command' | 'non-default args' | 'args' | 'engine config';
}

/** The command as it was typed; else what the engine says that it was given; else its configuration. null: nothing names a model. */
export function recoverCommand(log: CleanLog, readings: Readings): RecoveredCommand | null {
  return (
    typedCommand(log.text) ??
    nonDefaultArgs(log.text) ??
    nonDefaultArgs(log.unwrapped) ??
    namespace(log.text) ??
    engineConfig(log.text, readings)
  );
}

const ASSIGNMENTS = String.raw`(?:(?:export )?[A-Z][A-Z0-9_]*=(?:"[^"\n]*"|'[^'\n]*'|[^\s'"]+)(?:\s+|\s*\\\n\s*))*`;
/** The command up to the end of its line, continuation lines included. */
const REST = String.raw`(?:[^\\\n]|\\(?!\n)|\\\n)*`;
const TYPED = new RegExp(
  String.raw`(${ASSIGNMENTS})\b(vllm serve|python3? -m vllm\.entrypoints\.openai\.api_server|run vllm with arguments: serve)(\s${REST})`,
  'gi',
);
/** `docker run … vllm/vllm-openai:v0.9.2 --model …`: what stands behind the image is given to the server. */
const CONTAINER = new RegExp(String.raw`vllm/vllm-openai\S*((?:\s|\\\n)${REST})`, 'g');

function typedCommand(text: string): RecoveredCommand | null {
  for (const [, env = '', program = '', rest = ''] of text.matchAll(TYPED)) {
    const start = /serve/.test(program) ? ['vllm', 'serve'] : ['python3', '-m', 'vllm.entrypoints.openai.api_server'];
    const words = split(`${env.replace(/\bexport /g, '')} ${start.join(' ')} ${rest}`);
    if (words !== null && namesModel(words)) return { words, from: 'command' };
  }
  for (const [, rest = ''] of text.matchAll(CONTAINER)) {
    const given = split(rest) ?? [];
    const after = given[0] === 'serve' ? given.slice(1) : given;
    const [first = '-'] = after;
    const start = first.startsWith('-') ? ['python3', '-m', 'vllm.entrypoints.openai.api_server'] : ['vllm', 'serve'];
    const words = [...start, ...after];
    if (namesModel(words)) return { words, from: 'command' };
  }
  return null;
}

function split(text: string): readonly string[] | null {
  try {
    return splitShellWords(text.replace(/\\[ \t]+\n/g, ' '));
  } catch (cause) {
    if (cause instanceof WizardError) return null;
    throw cause;
  }
}

/** Prose ("when I run vllm serve it fails") and usage texts name none. */
function namesModel(words: readonly string[]): boolean {
  const at = words.indexOf('--model');
  const serve = words.indexOf('serve');
  const model = at >= 0 ? words[at + 1] : serve >= 0 ? words[serve + 1] : words.find((word) => word.startsWith('--model='))?.slice(8);
  return model !== undefined && /^[\w~./$@-]+$/.test(model) && /[/\d]/.test(model) && !model.startsWith('-');
}

function nonDefaultArgs(text: string): RecoveredCommand | null {
  const found = /non-default args: \{/.exec(text);
  if (!found) return null;
  return fromPairs(readPairs(text, found.index + found[0].length), 'non-default args');
}

/** Values of the full listing that are nobody's choice. @source vLLM engine/arg_utils.py defaults, 0.4.0 to 0.9.0 */
const DEFAULTS: Readonly<Record<string, readonly PythonValue[]>> = {
  max_model_len: [null],
  tensor_parallel_size: [1],
  pipeline_parallel_size: [1],
  data_parallel_size: [1],
  gpu_memory_utilization: [0.9],
  dtype: ['auto'],
  kv_cache_dtype: ['auto'],
  quantization: [null],
  max_num_seqs: [null, 256],
  max_num_batched_tokens: [null],
  enforce_eager: [false],
  trust_remote_code: [false],
  block_size: [null, 16],
  enable_prefix_caching: [null, false],
  enable_expert_parallel: [false],
  cpu_offload_gb: [0],
  enable_lora: [false],
  max_lora_rank: [16],
  max_loras: [1],
  speculative_config: [null],
  limit_mm_per_prompt: [null],
  enable_chunked_prefill: [null, false],
};

function namespace(text: string): RecoveredCommand | null {
  const found = /\bargs: Namespace\(/.exec(text);
  if (!found) return null;
  const all = readPairs(text, found.index + found[0].length);
  const chosen = new Map([...all].filter(([key, value]) => key === 'model' || DEFAULTS[key]?.includes(value) === false));
  return fromPairs(chosen, 'args');
}

/** Keys of the engine's configuration line, which are arguments under other names. */
function engineConfig(text: string, readings: Readings): RecoveredCommand | null {
  const found = /engine(?: \(v[^)]*\))? with config: /.exec(text);
  if (!found || readings.model === null) return null;
  const all = readPairs(text, found.index + found[0].length);
  const words = ['vllm', 'serve', readings.model];
  const given = (flag: string, value: PythonValue | undefined, usual: readonly PythonValue[]): void => {
    if (value !== undefined && !usual.includes(value) && (typeof value === 'string' || typeof value === 'number'))
      words.push(flag, String(value));
  };
  given('--max-model-len', all.get('max_seq_len'), [null]);
  given('--tensor-parallel-size', all.get('tensor_parallel_size'), [1]);
  given('--pipeline-parallel-size', all.get('pipeline_parallel_size'), [1]);
  given('--data-parallel-size', all.get('data_parallel_size'), [1]);
  given('--quantization', readings.quantization ?? undefined, []);
  given('--kv-cache-dtype', readings.kvCacheDtype ?? undefined, []);
  given('--gpu-memory-utilization', readings.utilization ?? undefined, [0.9, 0.92]);
  if (readings.dtype === 'float16') words.push('--dtype', 'float16');
  if (all.get('enforce_eager') === true) words.push('--enforce-eager');
  if (all.get('trust_remote_code') === true) words.push('--trust-remote-code');
  return { words, from: 'engine config' };
}

function fromPairs(pairs: ReadonlyMap<string, PythonValue>, from: RecoveredCommand['from']): RecoveredCommand | null {
  const model = pairs.get('model_tag') ?? pairs.get('model');
  if (typeof model !== 'string') return null;
  const words = ['vllm', 'serve', model];
  for (const [key, value] of pairs) {
    if (key === 'model_tag' || key === 'model' || value === null) continue;
    words.push(...flagWords(`--${key.replaceAll('_', '-')}`, value));
  }
  return { words, from };
}

function flagWords(flag: string, value: PythonValue): string[] {
  if (value === true) return [flag];
  if (value === false) return [`--no-${flag.slice(2)}`];
  if (Array.isArray(value)) {
    const plain = value.filter((item) => typeof item === 'string' || typeof item === 'number').map(String);
    return plain.length === 0 ? [] : [flag, ...plain];
  }
  return typeof value === 'object' ? [flag, JSON.stringify(value)] : [`${flag}=${String(value)}`];
}
