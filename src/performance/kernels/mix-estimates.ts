import type { Estimate } from './estimate.ts';
import { usOf } from './estimate.ts';

/** One of two neighbours: its estimate, what it costs in theory, and where it lies. */
export interface Neighbour {
  readonly estimate: Estimate;
  readonly work: number;
  readonly at: number;
}

/**
 * Between two shapes: ln(latency / work) is linear in ln(at). One neighbour out of range makes the mixture out of range.
 *
 * @param work of the shape asked for, in the neighbours' unit
 */
export function mixEstimates(lo: Neighbour, hi: Neighbour, at: number, work: number): Estimate {
  const t = Math.log(at / lo.at) / Math.log(hi.at / lo.at);
  const [loUs, hiUs] = [usOf(lo.estimate), usOf(hi.estimate)];
  if (loUs === null || hiUs === null) return loUs === null ? lo.estimate : hi.estimate;
  const latencyUs = work * Math.exp((1 - t) * Math.log(loUs / lo.work) + t * Math.log(hiUs / hi.work));
  const outside = [lo.estimate, hi.estimate].find((estimate) => estimate.basis === 'outOfRange');
  if (outside === undefined) return { basis: 'interpolated', latencyUs };
  return outside.basis === 'outOfRange' && outside.nearest !== null
    ? { ...outside, nearest: { latencyUs: outside.nearest.latencyUs, scaledUs: latencyUs } }
    : outside;
}

/** A shape beyond its nearest measured one: what that costs, grown by the ratio of the work. */
export function beyond(axis: string, near: Neighbour, work: number): Estimate {
  const us = usOf(near.estimate);
  return { basis: 'outOfRange', axis, nearest: us === null ? null : { latencyUs: us, scaledUs: (us * work) / near.work } };
}
