import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { usOf } from './estimate.ts';
import { gridEstimate, type Work } from './grid-estimate.ts';
import { sketchTable } from './test-tables.ts';

const flat: Work = () => 1;
const linear: Work = ([a = 1, b = 1]) => a * b;

// 10 20 40    a = 1
// 20 40  -    a = 4; the last cell was not measured
const table = sketchTable({
  name: 'sketch/2d',
  axes: [
    { name: 'a', values: [1, 4] },
    { name: 'b', values: [1, 16, 256] },
  ],
  us: [10, 20, 40, 20, 40, 0],
});

describe('gridEstimate', () => {
  // Halfway in the logarithm: sqrt(10 × 20) = 14.142. With work a × b the efficiencies 10 and 20/16 give sqrt(12.5) × 4 = 14.142 again.
  test.each([
    { why: 'on the grid', at: [4, 16], work: flat, want: { basis: 'measured', us: 40 } },
    { why: 'between two lengths', at: [1, 4], work: flat, want: { basis: 'interpolated', us: 14.142 } },
    { why: 'the same under any power law as work', at: [1, 4], work: linear, want: { basis: 'interpolated', us: 14.142 } },
    { why: 'between on both axes', at: [2, 4], work: flat, want: { basis: 'interpolated', us: 20 } },
    { why: 'past the last value', at: [1, 512], work: linear, want: { basis: 'outOfRange', us: 80 } },
    { why: 'below the first value', at: [0.5, 16], work: linear, want: { basis: 'outOfRange', us: 10 } },
    {
      why: 'a cell that was not measured, from the one with the most work',
      at: [4, 256],
      work: linear,
      want: { basis: 'outOfRange', us: 160 },
    },
    { why: 'a neighbour that was not measured', at: [2, 256], work: linear, want: { basis: 'outOfRange', us: 80 } },
  ])('$why', ({ at, work, want }) => {
    const estimate = gridEstimate(table, 0, at, work);
    expect(estimate.basis).toBe(want.basis);
    expect(usOf(estimate)).toBeCloseTo(want.us, 1);
  });

  it('names what leaves the range and the nearest measurement', () => {
    expect(gridEstimate(table, 0, [1, 512], flat)).toMatchObject({
      basis: 'outOfRange',
      axis: 'b',
      nearest: { latencyUs: expect.closeTo(40, 1) },
    });
  });

  it('stays between its neighbours when nothing is known of the work', () => {
    const us = fc.double({ min: 1, max: 1e5, noNaN: true });
    fc.assert(
      fc.property(us, us, fc.integer({ min: 2, max: 99 }), (first, last, x) => {
        const line = sketchTable({ name: 'sketch/1d', axes: [{ name: 'x', values: [1, 100] }], us: [first, last] });
        const value = usOf(gridEstimate(line, 0, [x], flat)) ?? Number.NaN;
        return value >= Math.min(first, last) * (1 - 2e-4) && value <= Math.max(first, last) * (1 + 2e-4);
      }),
    );
  });

  it('never calls a point outside the grid anything but that', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 999 }), (a, b) => {
        const { basis } = gridEstimate(table, 0, [a, b], linear);
        const missing = a > 1 && b > 16;
        return (basis === 'outOfRange') === (a > 4 || b > 256 || missing);
      }),
    );
  });
});
