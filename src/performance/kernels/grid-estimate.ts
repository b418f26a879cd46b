import { type KernelTable, logUsOfCode } from '../../catalog/kernel-table.ts';
import type { Estimate } from './estimate.ts';

/** What a shape costs in theory, in any unit: latency over work is an efficiency, and efficiencies are what we interpolate. */
export type Work = (point: readonly number[]) => number;

/** Where a value lies on an axis: `t` of the way from `lo` to `hi`, in the logarithm. */
interface Position {
  readonly lo: number;
  readonly hi: number;
  readonly t: number;
  readonly outside: boolean;
}

/**
 * The latency at a point of one series' grid.
 *
 *   ln(latency / work) is linear in ln(axis) between the two neighbours on every axis
 *
 * On the grid that is the measurement itself. Outside the axes, and where a neighbour was not measured (long contexts of large
 * batches exceed the memory), the answer is `outOfRange` with the nearest measured point below.
 *
 * @param point one positive number for every axis of the table
 */
export function gridEstimate(table: KernelTable, series: number, point: readonly number[], work: Work): Estimate {
  const positions = table.axes.map((axis, a) => locate(axis.values, point[a] ?? 0));
  const outside = positions.findIndex((position) => position.outside);
  const log = interpolate(table, series, positions, work);
  if (outside < 0 && !Number.isNaN(log)) {
    const exact = positions.every((position) => position.lo === position.hi);
    return { basis: exact ? 'measured' : 'interpolated', latencyUs: Math.exp(log) * work(point) };
  }
  const clamped = positions.map(({ lo, outside }, a) => (outside ? (table.axes[a]?.values[lo] ?? 0) : (point[a] ?? 0)));
  const edge = Number.isNaN(log) ? nearestBelow(table, series, positions, clamped, work) : { point: clamped, log, axis: outside };
  if (edge === null) return { basis: 'outOfRange', axis: table.axes[Math.max(outside, 0)]?.name ?? 'table', nearest: null };
  const axis = table.axes[outside < 0 ? edge.axis : outside]?.name ?? 'table';
  const efficiency = Math.exp(edge.log);
  return { basis: 'outOfRange', axis, nearest: { latencyUs: efficiency * work(edge.point), scaledUs: efficiency * work(point) } };
}

/** The measured point with the most work that is reached by going down one axis. */
function nearestBelow(table: KernelTable, series: number, positions: readonly Position[], from: readonly number[], work: Work) {
  let best: { readonly point: readonly number[]; readonly log: number; readonly axis: number } | null = null;
  for (const [a, { values }] of table.axes.entries()) {
    for (let index = positions[a]?.lo ?? 0; index >= 0; index--) {
      const log = interpolate(table, series, positions.with(a, { lo: index, hi: index, t: 0, outside: false }), work);
      if (Number.isNaN(log)) continue;
      const point = from.with(a, values[index] ?? 0);
      if (best === null || work(point) > work(best.point)) best = { point, log, axis: a };
      break;
    }
  }
  return best;
}

function locate(values: readonly number[], x: number): Position {
  const last = values.length - 1;
  let [lo, hi] = [0, last];
  while (lo < hi) {
    const middle = (lo + hi) >> 1;
    if ((values[middle] ?? 0) < x) lo = middle + 1;
    else hi = middle;
  }
  const top = values[hi] ?? x;
  if (top <= x || hi === 0) return { lo: hi, hi, t: 0, outside: top !== x };
  const bottom = values[hi - 1] ?? top;
  return { lo: hi - 1, hi, t: Math.log(x / bottom) / Math.log(top / bottom), outside: false };
}

/** ln(latency / work) at a point; NaN where a neighbour is missing. */
function interpolate(table: KernelTable, series: number, positions: readonly Position[], work: Work): number {
  return interpolateFrom(table, positions, work, [], series);
}

/** The part along the axes that `corner` does not settle yet. */
function interpolateFrom(table: KernelTable, positions: readonly Position[], work: Work, corner: number[], offset: number): number {
  const a = corner.length;
  const axis = table.axes[a];
  const position = positions[a];
  if (axis === undefined || position === undefined) return logUsOfCode(table.codes[offset] ?? 0) - Math.log(work(corner));
  const { values } = axis;
  corner.push(values[position.lo] ?? 0);
  let log = interpolateFrom(table, positions, work, corner, offset * values.length + position.lo);
  if (position.lo !== position.hi) {
    corner[a] = values[position.hi] ?? 0;
    log = (1 - position.t) * log + position.t * interpolateFrom(table, positions, work, corner, offset * values.length + position.hi);
  }
  corner.pop();
  return log;
}
