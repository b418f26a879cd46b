import type { KernelTable } from '../../catalog/kernel-table.ts';
import { type Estimate, mapUs } from './estimate.ts';
import { gridEstimate } from './grid-estimate.ts';
import { beyond, mixEstimates, type Neighbour } from './mix-estimates.ts';

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

/** How a shape is answered: by a series itself, by one with the batch scaled, or from its neighbours along an axis of shapes. */
type Plan =
  | { readonly kind: 'series'; readonly shape: HeadShape; readonly near: MeasuredShape }
  | {
      readonly kind: 'neighbours';
      readonly shape: HeadShape;
      readonly axis: string;
      readonly at: number;
      readonly plans: readonly PlanAt[];
    }
  | { readonly kind: 'none'; readonly axis: string };

interface PlanAt {
  readonly at: number;
  readonly shape: HeadShape;
  readonly plan: Plan;
}

const plans = new WeakMap<readonly MeasuredShape[], Map<string, Plan>>();

/**
 * The latency of an attention layer whose grid is batch × length.
 *
 * KV heads are independent of each other just as sequences are, so `batch × kvHeads` groups of `heads / kvHeads` query heads are the
 * same work however they are split: a shape that was not measured is looked up as one that was, with the batch scaled. Between two
 * measured head sizes or group sizes the efficiency is interpolated.
 *
 * @param shapes the same array for the same table and window: plans are kept by it
 */
export function headsEstimate(table: KernelTable, shapes: readonly MeasuredShape[], point: HeadPoint, work: HeadWork): Estimate {
  const { headDim, heads, kvHeads } = point.shape;
  const known = plans.get(shapes) ?? new Map<string, Plan>();
  plans.set(shapes, known);
  const id = `${headDim},${heads},${kvHeads}`;
  let plan = known.get(id);
  if (plan === undefined) {
    plan = planOf(shapes, { headDim, heads, kvHeads });
    known.set(id, plan);
  }
  return carryOut(plan, table, point, work);
}

function carryOut(plan: Plan, table: KernelTable, point: HeadPoint, work: HeadWork): Estimate {
  const { batch, length } = point;
  if (plan.kind === 'none') return { basis: 'outOfRange', axis: plan.axis, nearest: null };
  if (plan.kind === 'series') {
    const { shape, near } = plan;
    const scaled = (batch * shape.kvHeads) / near.kvHeads;
    const estimate = gridEstimate(table, near.series, [scaled, length], ([b = 1, l = 1]) => work(near, b, l));
    return near.kvHeads === shape.kvHeads ? estimate : mapUs(estimate, (us) => us);
  }
  const neighbours = plan.plans.map(({ at, shape, plan }): Neighbour => {
    return { estimate: carryOut(plan, table, { shape, batch, length }, work), work: work(shape, batch, length), at };
  });
  const [lo, hi] = neighbours;
  const wanted = work(plan.shape, batch, length);
  if (lo === undefined) return { basis: 'outOfRange', axis: plan.axis, nearest: null };
  return hi === undefined ? beyond(plan.axis, lo, wanted) : mixEstimates(lo, hi, plan.at, wanted);
}

function planOf(shapes: readonly MeasuredShape[], shape: HeadShape): Plan {
  const dims = shapes.map(({ headDim }) => headDim);
  return between('headDim', dims, shape, shape.headDim, (headDim) => {
    const like = { ...shape, headDim };
    const groups = shapes.filter((each) => each.headDim === headDim);
    return { at: headDim, shape: like, plan: planOfGroup(groups, like) };
  });
}

function planOfGroup(shapes: readonly MeasuredShape[], shape: HeadShape): Plan {
  return between('headsPerKvHead', shapes.map(groupOf), shape, groupOf(shape), (group) => {
    const like = { ...shape, heads: group * shape.kvHeads };
    const near = nearestKvHeads(
      shapes.filter((each) => groupOf(each) === group),
      shape.kvHeads,
    );
    return {
      at: group,
      shape: like,
      plan: near === null ? { kind: 'none', axis: 'headsPerKvHead' } : { kind: 'series', shape: like, near },
    };
  });
}

/** Of shapes with one group size the one with the nearest number of KV heads, the fewer of two. */
function nearestKvHeads(shapes: readonly MeasuredShape[], kvHeads: number): MeasuredShape | null {
  const away = (shape: MeasuredShape): number => Math.abs(Math.log(shape.kvHeads / kvHeads));
  return shapes.toSorted((a, b) => away(a) - away(b) || a.kvHeads - b.kvHeads)[0] ?? null;
}

/** The value itself, its two neighbours, or the nearest one. */
function between(axis: string, measured: readonly number[], shape: HeadShape, at: number, planAt: (value: number) => PlanAt): Plan {
  const lo = Math.max(...measured.filter((value) => value <= at), Number.NEGATIVE_INFINITY);
  const hi = Math.min(...measured.filter((value) => value >= at), Number.POSITIVE_INFINITY);
  if (lo === at) return planAt(at).plan;
  const values = [lo, hi].filter((value) => Number.isFinite(value));
  return values.length === 0 ? { kind: 'none', axis } : { kind: 'neighbours', shape, axis, at, plans: values.map(planAt) };
}

function groupOf(shape: HeadShape): number {
  return shape.heads / shape.kvHeads;
}
