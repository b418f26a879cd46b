import { parseInteger, parseJson } from './parse-flag-value.ts';
import type { GivenFlag } from './read-flags.ts';
import type { ServeDraft } from './set-serve-args.ts';
import { isAtLeast, type Version } from './version.ts';

type Json = Readonly<Record<string, unknown>>;

/** Longest JSON value that is read. */
const MAX_CHARACTERS = 100_000;

/**
 * The JSON value of a flag, put together from its whole form and its dotted entries (`--flag.key value`), later ones
 * on top. Returns the clause that says what is wrong, where it cannot be read.
 */
export function joinJson(flags: readonly GivenFlag[]): { readonly value: unknown } | { readonly problem: string } {
  let value: unknown = {};
  for (const flag of flags) {
    const text = flag.values[0] ?? '';
    if (text.length > MAX_CHARACTERS) return { problem: `is longer than ${MAX_CHARACTERS} characters` };
    const parsed = parseJson(text);
    if (flag.path.length === 0) {
      if (!parsed.ok) return { problem: `must be JSON, not "${text}"` };
      value = parsed.value;
    } else {
      if (!isObject(value)) return { problem: 'is given both as a plain value and with keys' };
      value = withEntry(value, flag.path, text);
    }
  }
  return { value };
}

/** `key+` appends comma-separated items to a list. */
function withEntry(object: Json, [key = '', ...rest]: readonly string[], text: string): Json {
  if (key.endsWith('+')) {
    const name = key.slice(0, -1);
    const before = object[name];
    return { ...object, [name]: [...(Array.isArray(before) ? before : []), ...text.split(',').map(jsonOrText)] };
  }
  if (rest.length === 0) return { ...object, [key]: jsonOrText(text) };
  const inner = object[key];
  return { ...object, [key]: withEntry(isObject(inner) ? inner : {}, rest, text) };
}

function jsonOrText(text: string): unknown {
  const parsed = parseJson(text);
  return parsed.ok ? parsed.value : text;
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What `--compilation-config` says about CUDA graphs; the other keys do not change memory. */
export function setCompilationConfig(draft: ServeDraft, value: unknown): string | null {
  const level = typeof value === 'number' ? value : undefined;
  if (level !== undefined) return setMode(draft, level);
  if (!isObject(value)) return 'must be a JSON object or a level from 0 to 3';
  const { cudagraph_mode: mode, cudagraph_capture_sizes: sizes, max_cudagraph_capture_size: max } = value;
  if (mode !== undefined && mode !== null) {
    const name = String(mode).toUpperCase();
    if (!CUDAGRAPH_MODES.includes(name)) return `has cudagraph_mode "${String(mode)}"; known are ${CUDAGRAPH_MODES.join(', ')}`;
    draft.cudagraphMode = name;
  }
  if (Array.isArray(sizes)) {
    const whole = sizes.filter((size): size is number => Number.isSafeInteger(size) && size > 0);
    if (whole.length < sizes.length) return 'has cudagraph_capture_sizes that are not whole numbers of at least 1';
    draft.cudagraphCaptureSizes = whole;
  }
  if (typeof max === 'number') draft.maxCudagraphCaptureSize = max;
  return setMode(draft, value.mode ?? value.level);
}

const CUDAGRAPH_MODES = ['NONE', 'PIECEWISE', 'FULL', 'FULL_DECODE_ONLY', 'FULL_AND_PIECEWISE'];

/** Without compilation (mode or level 0) there are no piecewise graphs; vLLM then keeps none unless a full mode is asked for. */
function setMode(draft: ServeDraft, mode: unknown): string | null {
  if (mode === undefined || mode === null) return null;
  const name = String(mode).toUpperCase();
  if (!['0', '1', '2', '3', 'NONE', 'STOCK_TORCH_COMPILE', 'DYNAMO_TRACE_ONCE', 'VLLM_COMPILE'].includes(name)) {
    return `has mode "${String(mode)}"; known are 0 to 3`;
  }
  if (['0', 'NONE'].includes(name)) draft.cudagraphMode ??= 'NONE';
  return null;
}

/** `--speculative-config`: method, draft model and tokens per step. */
export function setSpeculation(draft: ServeDraft, value: unknown): string | null {
  if (!isObject(value)) return 'must be a JSON object';
  const tokens = value.num_speculative_tokens;
  if (tokens !== undefined && !(typeof tokens === 'number' && Number.isSafeInteger(tokens) && tokens >= 1)) {
    return `has num_speculative_tokens ${JSON.stringify(tokens)}; it must be a whole number of at least 1`;
  }
  const method = typeof value.method === 'string' ? value.method : null;
  const model = typeof value.model === 'string' ? value.model : null;
  if (!method && !model) return 'names neither a method nor a model';
  draft.speculation = { method, model, numSpeculativeTokens: typeof tokens === 'number' ? tokens : 1 };
  return null;
}

/**
 * `--limit-mm-per-prompt`: {"image": 2}, {"video": {"count": 1}}, and up to 0.9 also `image=2,video=1`.
 */
export function setMmLimits(draft: ServeDraft, text: string, version: Version): string | null {
  const parsed = parseJson(text);
  if (!parsed.ok) return setOldMmLimits(draft, text, version);
  if (!isObject(parsed.value)) return 'must be a JSON object such as {"image": 2}';
  const limits: Record<string, number> = {};
  for (const [modality, limit] of Object.entries(parsed.value)) {
    const count = isObject(limit) ? (limit.count ?? 999) : limit;
    if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 0) {
      return `has ${modality}: ${JSON.stringify(limit)}; a whole number of at least 0 is expected`;
    }
    limits[modality] = count;
  }
  draft.limitMmPerPrompt = limits;
  return null;
}

function setOldMmLimits(draft: ServeDraft, text: string, version: Version): string | null {
  if (isAtLeast(version, '0.10.0')) return `must be JSON such as {"image": 2}, not "${text}"`;
  const limits: Record<string, number> = {};
  for (const entry of text.split(',')) {
    const [modality = '', count = ''] = entry.split('=');
    const parsed = parseInteger(count);
    if (!modality || !parsed.ok || parsed.value < 0) return `must be JSON or image=2,video=1, not "${text}"`;
    limits[modality.trim()] = parsed.value;
  }
  draft.limitMmPerPrompt = limits;
  return null;
}
