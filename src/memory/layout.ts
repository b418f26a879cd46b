import { ceilDiv } from '../units/integers.ts';

/** How a model is spread over GPUs. */
export interface Layout {
  readonly tensorParallel: number;
  readonly pipelineParallel: number;
  readonly dataParallel: number;
  readonly expertParallel: boolean;
  readonly decodeContextParallel: number;
}

export const ONE_GPU: Layout = {
  tensorParallel: 1,
  pipelineParallel: 1,
  dataParallel: 1,
  expertParallel: false,
  decodeContextParallel: 1,
};

/** Decoder layers [start, end) of one pipeline stage. */
export interface Stage {
  readonly index: number;
  readonly start: number;
  readonly end: number;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/**
 * Layers of every pipeline stage.
 *
 *   base = floor(L / pp); the remainder goes one each to stages pp − 2, pp − 3, …
 *
 * so the last stage, which also holds the head, gets none of it, and the first only when all others have one.
 *
 * @source vLLM 0.33.0 `distributed/utils.py` get_pp_indices (the same since 0.8.0)
 */
export function stagesOf(layers: number, { pipelineParallel }: Pick<Layout, 'pipelineParallel'>): readonly Stage[] {
  const base = Math.floor(layers / pipelineParallel);
  const remainder = layers % pipelineParallel;
  const stages: Stage[] = [];
  let start = 0;
  for (let index = 0; index < pipelineParallel; index++) {
    const fromEnd = pipelineParallel - index;
    const size = base + (fromEnd >= 2 && fromEnd < remainder + 2 ? 1 : 0);
    stages.push({ index, start, end: start + size, isFirst: index === 0, isLast: index === pipelineParallel - 1 });
    start += size;
  }
  return stages;
}

/** One rank: its pipeline stage, and its place in the tensor-parallel and data-parallel groups. */
export interface Rank {
  readonly stage: number;
  readonly tensorRank: number;
  readonly dataRank: number;
}

export const FIRST_RANK: Rank = { stage: 0, tensorRank: 0, dataRank: 0 };

/** GPUs that share the routed experts of a layer: the mixture spreads over all data-parallel replicas, with or without EP. */
export function expertGroupSize({ tensorParallel, dataParallel }: Layout): number {
  return tensorParallel * dataParallel;
}

/**
 * Routed experts of a rank and the share of each that it holds.
 *
 * With expert parallelism whole experts go to ranks, one more to each of the first `experts mod group` ranks. Without it every
 * rank holds a slice of every expert.
 *
 * @source vLLM 0.33.0 `fused_moe/config.py` FusedMoEParallelConfig.make, `fused_moe/expert_map_manager.py`
 */
export function expertShare(experts: number, layout: Layout, rank: Rank): { readonly experts: number; readonly slices: number } {
  const group = expertGroupSize(layout);
  if (!layout.expertParallel || group === 1) return { experts, slices: group };
  const place = rank.dataRank * layout.tensorParallel + rank.tensorRank;
  return { experts: Math.floor(experts / group) + (place < experts % group ? 1 : 0), slices: 1 };
}

/** Heads of a rank: whole heads, at least one (replicated past tp = heads). */
export function headsOfRank(heads: number, tensorParallel: number): number {
  return Math.max(1, Math.floor(heads / tensorParallel));
}

/** A dimension's share of a rank; one that does not divide is refused before it gets here, and rounded up if it does. */
export function shareOf(size: number, ranks: number): number {
  return ceilDiv(size, ranks);
}
