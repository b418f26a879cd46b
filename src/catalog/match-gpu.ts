import type { Bytes } from '../units/bytes.ts';
import type { GpuSpec } from './gpu-spec.ts';
import { GPU_LIST } from './gpus.ts';

export type GpuMatch =
  /** `others`: ids of further cards that the name could mean. Not empty: warn, and name them. */
  | { readonly kind: 'match'; readonly gpu: GpuSpec; readonly others: readonly string[] }
  /** Known, but vLLM's GPU memory model does not apply to it. */
  | { readonly kind: 'unsupported'; readonly reason: string }
  /** `nearest`: labels of up to three cards with similar names, the nearest first. */
  | { readonly kind: 'unknown'; readonly nearest: readonly string[] };

export interface MatchOptions {
  /** Rows of the user's own GPU files; they win over catalog rows of the same id or name. */
  readonly userGpus?: readonly GpuSpec[];
  /** Total that nvidia-smi shows: tells cards apart that share a name, such as the RTX 3080 with 10 and 12 GB. */
  readonly nvmlTotalBytes?: Bytes;
}

/** Names that people try and vLLM cannot plan for, with what to do instead. */
const UNSUPPORTED: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  {
    pattern: /^(apple )?m[1-5]( (pro|max|ultra))?( \d+gb)?$/,
    reason: 'vLLM has no Metal backend: on Apple silicon it runs on the CPU only, so there is no GPU memory to plan.',
  },
];

/** Vendor names, brands and filler that carry no information about which card it is. */
const NOISE = new Set([
  ...['nvidia', 'amd', 'intel', 'r', 'tm', 'corporation', 'inc', 'geforce', 'tesla', 'instinct', 'radeon', 'gpu', 'gpus', 'graphics'],
  ...['tensor', 'core', 'data', 'center', 'generation', 'gen', 'edition', 'superchip', 'shared', 'the'],
]);

/** How far a measured total may lie from the catalog's before it is another card: the sizes within a family lie further apart. */
const SAME_MEMORY_FRACTION = 0.04;
const NEAREST = 3;

/**
 * The card that a name means, as people, drivers and Kubernetes labels write it.
 *
 * A family name picks its usual variant ("a100" is the SXM part with 80 GB) and lists the others. A name with a word or a size that no
 * card of the family has ("H100 48GB", "RTX 4050 Laptop") is unknown rather than nearly right.
 */
export function matchGpu(name: string, { userGpus = [], nvmlTotalBytes }: MatchOptions = {}): GpuMatch {
  const gpus = [...userGpus, ...GPU_LIST.filter((gpu) => !userGpus.some((own) => own.id === gpu.id))];
  const exact = gpus.find((gpu) => isExactly(gpu, name));
  if (exact) return { kind: 'match', gpu: exact, others: [] };

  const words = wordsOf(name);
  const plain = words.join(' ');
  const unsupported = UNSUPPORTED.find(({ pattern }) => pattern.test(plain));
  if (unsupported) return { kind: 'unsupported', reason: unsupported.reason };

  const own = userGpus.filter((gpu) => fits(gpu, words));
  const named = own.length > 0 ? own : gpus.filter((gpu) => fits(gpu, words));
  const candidates = sameMemory(named, nvmlTotalBytes).toSorted((a, b) => (a.preference ?? 0) - (b.preference ?? 0));
  const [gpu, ...others] = candidates;
  if (gpu === undefined) return { kind: 'unknown', nearest: nearestLabels(gpus, words) };
  return { kind: 'match', gpu, others: others.map(({ id }) => id) };
}

function isExactly(gpu: GpuSpec, name: string): boolean {
  const wanted = name.trim().toLowerCase();
  return [gpu.id, gpu.label, gpu.driverName].some((own) => own?.toLowerCase() === wanted);
}

/** "NVIDIA-A100-SXM4-80GB" -> a100 sxm4 80gb; "RTX4070TiSuper" -> rtx 4070 ti super. */
function wordsOf(name: string): readonly string[] {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .replace(/\bmax q\b/g, 'maxq')
    .replace(/\b(\d+) (gi?b?)\b/g, '$1gb')
    .replace(/\b(\d+)gi?b?\b/g, '$1gb')
    .replace(/\b(geforce|gtx|rtx|rx)(?=[a-z]?\d)/g, '$1 ')
    .replace(/\brtx ?pro(?=\d)/g, 'rtx pro ')
    .replace(/\b(\d{4})(ti|super|xtx|xt)\b/g, '$1 $2')
    .replace(/\b(\d{4})tisuper\b/g, '$1 ti super')
    .replace(/\b([abhl]\d{2,3}s?)(sxm\d?|pcie|nvl)\b/g, '$1 $2')
    .split(' ')
    .filter((word) => word !== '' && !NOISE.has(word));
}

interface NamePattern {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

function patternOf(name: string): NamePattern {
  const parts = name.split(' ');
  return {
    required: parts.filter((part) => !part.startsWith('[')),
    optional: parts.filter((part) => part.startsWith('[')).map((part) => part.slice(1, -1)),
  };
}

function fits(gpu: GpuSpec, words: readonly string[]): boolean {
  return gpu.names
    .map(patternOf)
    .some((pattern) => pattern.required.every((word) => words.includes(word)) && strangersIn(words, pattern) === 0);
}

/** Cards whose known total is near the measured one; all of them when nothing was measured. */
function sameMemory(gpus: readonly GpuSpec[], nvmlTotalBytes: Bytes | undefined): readonly GpuSpec[] {
  if (nvmlTotalBytes === undefined) return gpus;
  return gpus.filter((gpu) => {
    const total = (gpu.nvmlTotalBytes ?? gpu.cudaTotalBytes ?? gpu.boardMemoryBytes)?.value;
    return total === undefined || Math.abs(total - nvmlTotalBytes) <= SAME_MEMORY_FRACTION * total;
  });
}

/** Cards of the named family first, then by words that do not fit, edit distance, usual variant and id. */
function nearestLabels(gpus: readonly GpuSpec[], words: readonly string[]): readonly string[] {
  return gpus
    .map((gpu) => {
      const patterns = gpu.names.map(patternOf);
      return {
        gpu,
        family: patterns.some(({ required }) => required.every((word) => words.includes(word))) ? 0 : 1,
        strangers: Math.min(...patterns.map((pattern) => strangersIn(words, pattern))),
        distance: Math.min(...gpu.names.flatMap((name) => formsOf(name, words)).map((form) => editDistance(words.join(' '), form))),
        preference: gpu.preference ?? 0,
      };
    })
    .toSorted(
      (a, b) =>
        a.family - b.family ||
        a.strangers - b.strangers ||
        a.distance - b.distance ||
        a.preference - b.preference ||
        (a.gpu.id < b.gpu.id ? -1 : 1),
    )
    .slice(0, NEAREST)
    .map(({ gpu }) => gpu.label);
}

function strangersIn(words: readonly string[], { required, optional }: NamePattern): number {
  const allowed = new Set([...required, ...optional]);
  return words.filter((word) => !allowed.has(word) && !allowed.has(`${word}gb`)).length;
}

/** The pattern written out with the optional words that the name uses too, once without and once with the memory size. */
function formsOf(name: string, words: readonly string[]): readonly string[] {
  const parts = name.split(' ').map((part) => ({ word: part.replace(/[[\]]/g, ''), optional: part.startsWith('[') }));
  const size = parts.find(({ word }) => isSize(word))?.word;
  const form = parts.filter(({ word, optional }) => !optional || (words.includes(word) && !isSize(word))).map(({ word }) => word);
  return [form.join(' '), [...form, size ?? ''].join(' ').trim()];
}

function isSize(word: string): boolean {
  return /^\d+gb$/.test(word);
}

/** Levenshtein distance: the least number of inserted, deleted and replaced characters. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (const [i, char] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const substitute = (row[j] ?? 0) + (char === other ? 0 : 1);
      next.push(Math.min(substitute, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
