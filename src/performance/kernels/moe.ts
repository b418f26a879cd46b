import type { KernelPeaks, KernelTable, KernelTables } from '../../catalog/kernel-table.ts';
import { type Estimate, NOT_MEASURED } from './estimate.ts';
import { gridEstimate } from './grid-estimate.ts';
import { beyond } from './mix-estimates.ts';

/** Bytes of a weight, and the unit that multiplies it. */
const MOE_DTYPES = {
  bf16: { weightBytes: 2, unit: 'bf16' },
  fp8: { weightBytes: 1, unit: 'fp8' },
  fp8_block: { weightBytes: 1, unit: 'fp8' },
  nvfp4: { weightBytes: 0.5625, unit: 'fp4' },
  int4: { weightBytes: 0.53125, unit: 'bf16' },
  w4a16_mxfp4: { weightBytes: 0.53125, unit: 'bf16' },
  w4a8_mxfp4_mxfp8: { weightBytes: 0.53125, unit: 'fp8' },
} as const satisfies Record<string, { weightBytes: number; unit: keyof KernelPeaks['flopsPerS'] }>;

export type MoeDtype = keyof typeof MOE_DTYPES;

export interface MoeShape {
  /** Of the whole model: hidden size, size of one expert, experts, experts of one token. */
  readonly hidden: number;
  readonly inter: number;
  readonly experts: number;
  readonly topk: number;
  /** Ranks that share one expert, and ranks among which the experts are dealt out. */
  readonly tp: number;
  readonly ep: number;
}

export interface MoePoint extends MoeShape {
  readonly dtype: MoeDtype;
  /** Tokens of all ranks that share the experts. */
  readonly tokens: number;
  /** How uneven the routing is: 100 × the exponent of its power law, 0 for an even one. Measured: 0, 101, 120. Default 120. */
  readonly skewPercent?: number;
}

/**
 * Benchmarks of random tokens send more of them to few experts than even 1.01 does: with 1.2 the error of six mixtures on H100, H200,
 * B200 and B300 no longer changes its sign between 4 and 64 users.
 */
const DEFAULT_SKEW_PERCENT = 120;

/** The fixed part of the kernels' time in the work of a shape. @source leave-one-out over shapes, docs/kernels.md */
const FIXED_US = 20;

/**
 * The routed experts of one layer on one rank, in µs: routing, both GEMMs, activation and the weighted sum, no communication.
 *
 * Measured: the shapes of some twenty models under tp 1 … 32 and ep 1 … 256, 1 … 16 384 tokens. Another shape is `outOfRange` with
 * the nearest one (its efficiency against the weights that the tokens touch and the FLOPs) as a guess; a measured shape under an
 * uneven routing that was not measured takes the nearest routing and is `interpolated`.
 */
export function moeUs(tables: KernelTables, point: MoePoint): Estimate {
  const table = tables.find(`moe/${point.dtype}`);
  if (table === undefined) return NOT_MEASURED;
  const best = memoisedSeries(table, point, point.skewPercent ?? DEFAULT_SKEW_PERCENT);
  if (best === null) return NOT_MEASURED;
  const nearWork = moeWork(tables.peaks, point.dtype, best.shape);
  const estimate = gridEstimate(table, best.series, [point.tokens], nearWork);
  if (best.away > 0) {
    const near = { estimate, work: nearWork([point.tokens]), at: 0 };
    return beyond('shape', near, moeWork(tables.peaks, point.dtype, point)([point.tokens]));
  }
  return best.skewAway === 0 || estimate.basis === 'outOfRange' ? estimate : { ...estimate, basis: 'interpolated' };
}

interface NearSeries {
  readonly shape: MoeShape;
  readonly series: number;
  readonly away: number;
  readonly skewAway: number;
}

const found = new WeakMap<KernelTable, Map<string, NearSeries | null>>();

/** A layer asks for the same shape in every step. */
function memoisedSeries(table: KernelTable, point: MoeShape, skew: number): NearSeries | null {
  const known = found.get(table) ?? new Map<string, NearSeries | null>();
  found.set(table, known);
  const { hidden, inter, experts, topk, tp, ep } = point;
  const id = [hidden, inter, experts, topk, tp, ep, skew].join();
  let near = known.get(id);
  if (near === undefined) {
    near = nearestSeries(table, point, skew);
    known.set(id, near);
  }
  return near;
}

/** The series whose shape comes nearest, under the routing nearest to the one asked for. */
function nearestSeries(table: KernelTable, point: MoeShape, skew: number): NearSeries | null {
  let best: NearSeries | null = null;
  for (const [series, [hidden = 1, inter = 1, experts = 1, topk = 1, tp = 1, ep = 1, skewPercent = 0]] of table.series.entries()) {
    const shape = { hidden, inter, experts, topk, tp, ep };
    const away = distance(shape, point);
    const skewAway = Math.abs(skewPercent - skew);
    if (best === null || away < best.away || (away === best.away && skewAway < best.skewAway)) best = { shape, series, away, skewAway };
  }
  return best;
}

/** How far two shapes are apart on a rank: factors in what the kernel sees. */
function distance(a: MoeShape, b: MoeShape): number {
  const ratios = [
    a.hidden / b.hidden,
    a.inter / a.tp / (b.inter / b.tp),
    a.experts / a.ep / (b.experts / b.ep),
    a.topk / b.topk,
    a.ep / b.ep,
    a.tp / b.tp,
  ];
  const weights = [1, 1, 1, 1, 0.5, 0.25];
  return ratios.reduce((sum, ratio, i) => sum + (weights[i] ?? 0) * Math.abs(Math.log(ratio)), 0);
}

/** Theoretical µs on one rank: three matrices an expert, read once for every expert that any token is sent to. */
function moeWork(peaks: KernelPeaks, dtype: MoeDtype, { hidden, inter, experts, topk, tp, ep }: MoeShape) {
  const { weightBytes, unit } = MOE_DTYPES[dtype];
  const flopsPerS = peaks.flopsPerS[unit] ?? peaks.flopsPerS.bf16 ?? Number.POSITIVE_INFINITY;
  const weights = (3 * hidden * inter) / tp;
  return ([tokens = 1]: readonly number[]): number => {
    const touched = (experts / ep) * (1 - (1 - topk / experts) ** tokens);
    const pairs = (tokens * topk) / ep;
    const bytes = touched * weights * weightBytes + 4 * tokens * hidden + 2 * pairs * (2 * hidden + (3 * inter) / tp);
    return FIXED_US + (1e6 * bytes) / peaks.memoryBytesPerS + (1e6 * 2 * pairs * weights) / flopsPerS;
  };
}
