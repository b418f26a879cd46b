import type { MemoryPlan } from '../../memory/memory-plan.ts';

/** Bytes and counts of rank 0 that a release may change, by their name in the document. */
export interface VersionFigures {
  readonly verdict: 'starts' | 'fails';
  readonly requested_bytes: number;
  readonly weights_bytes: number;
  readonly peak_activation_bytes: number;
  readonly non_torch_bytes: number;
  readonly cuda_graph_bytes: number;
  readonly outside_budget_bytes: number;
  readonly available_kv_cache_bytes: number;
  readonly bytes_per_request: number;
  readonly tokens: number;
  readonly max_model_len: number;
  readonly max_concurrency: number;
}

export type FigureName = Exclude<keyof VersionFigures, 'verdict'>;

export const FIGURE_NAMES = [
  'requested_bytes',
  'weights_bytes',
  'peak_activation_bytes',
  'non_torch_bytes',
  'cuda_graph_bytes',
  'outside_budget_bytes',
  'available_kv_cache_bytes',
  'bytes_per_request',
  'tokens',
  'max_model_len',
  'max_concurrency',
] as const satisfies readonly FigureName[];

/** What one change does: only figures that it moves. */
export interface Effects {
  readonly verdict: { readonly from: VersionFigures['verdict']; readonly to: VersionFigures['verdict'] } | null;
  /** Later value minus earlier value. */
  readonly differences: Readonly<Partial<Record<FigureName, number>>>;
}

/** null where the layout is refused before any arithmetic. */
export function figuresOf(memory: MemoryPlan | null, verdict: VersionFigures['verdict'], maxModelLen: number): VersionFigures | null {
  const worker = memory?.workers[0];
  if (memory === null || worker === undefined) return null;
  return {
    verdict,
    requested_bytes: worker.requestedBytes,
    weights_bytes: worker.weightsBytes,
    peak_activation_bytes: worker.peakActivationBytes,
    non_torch_bytes: worker.nonTorchBytes,
    cuda_graph_bytes: worker.cudaGraphBytes,
    outside_budget_bytes: worker.outsideBudgetBytes,
    available_kv_cache_bytes: worker.availableKvCacheBytes,
    bytes_per_request: memory.kvCache?.bytesPerRequest ?? 0,
    tokens: memory.kvCache?.tokens ?? 0,
    max_model_len: maxModelLen,
    max_concurrency: memory.kvCache?.maxConcurrency ?? 0,
  };
}

export function effectsBetween(before: VersionFigures | null, after: VersionFigures | null): Effects {
  const from = before?.verdict ?? 'fails';
  const to = after?.verdict ?? 'fails';
  const differences: Partial<Record<FigureName, number>> = {};
  if (before !== null && after !== null) {
    for (const name of FIGURE_NAMES) if (before[name] !== after[name]) differences[name] = after[name] - before[name];
  }
  return { verdict: from === to ? null : { from, to }, differences };
}
