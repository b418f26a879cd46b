import type { KernelTable } from '../../catalog/kernel-table.ts';
import type { Estimate } from './estimate.ts';
import { mapUs } from './estimate.ts';
import { gridEstimate } from './grid-estimate.ts';
import { beyond, mixEstimates } from './mix-estimates.ts';

/** The heads of an attention layer on one rank. */
export interface HeadShape {
  readonly headDim: number;
  /** Query heads (value heads of a linear layer). */
  readonly heads: number;
  /** KV heads (key heads of a linear layer). */
  readonly kvHeads: number;
}

/** A measured shape and the number of its series. */
export interface MeasuredShape extends HeadShape {
  readonly series: number;
}

/** Theoretical µs of a shape at a batch and a length. */
export type HeadWork = (shape: HeadShape, batch: number, length: number) => number;

export interface HeadPoint {
  readonly shape: HeadShape;
  readonly batch: number;
  readonly length: number;
}

/**
 * The latency of an attention layer whose grid is batch × length.
 *
 * KV heads are independent of each other just as sequences are, so `batch × kvHeads` groups of `heads / kvHeads` query heads are the
 * same work however they are split: a shape that was not measured is looked up as one that was, with the batch scaled. Between two
 * measured head sizes or group sizes the efficiency is interpolated.
 */
export function headsEstimate(table: KernelTable, shapes: readonly MeasuredShape[], point: HeadPoint, work: HeadWork): Estimate {
  const { shape, batch, length } = point;
  const exact = shapes.find(
    ({ headDim, heads, kvHeads }) => headDim === shape.headDim && heads === shape.heads && kvHeads === shape.kvHeads,
  );
  if (exact !== undefined) return gridEstimate(table, exact.series, [batch, length], ([b = 1, l = 1]) => work(shape, b, l));
  const estimateAt = (headDim: number) => {
    const like = { ...shape, headDim };
    const estimate = atHeadDim(
      table,
      shapes.filter((each) => each.headDim === headDim),
      { ...point, shape: like },
      work,
    );
    return { estimate, work: work(like, batch, length), at: headDim };
  };
  return between(
    'headDim',
    shapes.map((each) => each.headDim),
    shape.headDim,
    estimateAt,
    work(shape, batch, length),
  );
}

function atHeadDim(table: KernelTable, shapes: readonly MeasuredShape[], point: HeadPoint, work: HeadWork): Estimate {
  const { shape, batch, length } = point;
  const estimateAt = (group: number) => {
    const like = { ...shape, heads: group * shape.kvHeads };
    return { estimate: folded(table, shapes, { ...point, shape: like }, work), work: work(like, batch, length), at: group };
  };
  return between('headsPerKvHead', shapes.map(groupOf), groupOf(shape), estimateAt, work(shape, batch, length));
}

/** A shape whose group size was measured: as the measured shape with the nearest number of KV heads, the batch scaled. */
function folded(table: KernelTable, shapes: readonly MeasuredShape[], { shape, batch, length }: HeadPoint, work: HeadWork): Estimate {
  const away = (kvHeads: number) => Math.abs(Math.log(kvHeads / shape.kvHeads));
  const [nearest] = shapes
    .filter((each) => groupOf(each) === groupOf(shape))
    .sort((a, b) => away(a.kvHeads) - away(b.kvHeads) || a.kvHeads - b.kvHeads);
  if (nearest === undefined) return { basis: 'outOfRange', axis: 'headsPerKvHead', nearest: null };
  const scaled = (batch * shape.kvHeads) / nearest.kvHeads;
  const estimate = gridEstimate(table, nearest.series, [scaled, length], ([b = 1, l = 1]) => work(nearest, b, l));
  return nearest.kvHeads === shape.kvHeads && nearest.heads === shape.heads ? estimate : mapUs(estimate, (us) => us);
}

/** The value itself, its two neighbours mixed, or the nearest one with the work grown. */
function between(
  axis: string,
  measured: readonly number[],
  wanted: number,
  estimateAt: (value: number) => Parameters<typeof mixEstimates>[0],
  work: number,
): Estimate {
  const lo = Math.max(...measured.filter((value) => value <= wanted), Number.NEGATIVE_INFINITY);
  const hi = Math.min(...measured.filter((value) => value >= wanted), Number.POSITIVE_INFINITY);
  if (lo === wanted) return estimateAt(wanted).estimate;
  if (Number.isFinite(lo) && Number.isFinite(hi)) return mixEstimates(estimateAt(lo), estimateAt(hi), wanted, work);
  const near = Number.isFinite(lo) ? lo : hi;
  return Number.isFinite(near) ? beyond(axis, estimateAt(near), work) : { basis: 'outOfRange', axis, nearest: null };
}

function groupOf(shape: HeadShape): number {
  return shape.heads / shape.kvHeads;
}
