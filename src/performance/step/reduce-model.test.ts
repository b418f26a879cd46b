import { describe, expect, test } from 'vitest';
import { type TestChanges, testInput } from '../forecast-fixture.ts';
import { sketchTable, sketchTables } from '../kernels/test-tables.ts';
import { secondsOf } from './cost.ts';
import { ReduceModel } from './reduce-model.ts';
import { STEP } from './step-constants.ts';

const AXES = [
  { name: 'gpus', values: [2, 8] },
  { name: 'bytes', values: [256, 2 ** 30] },
];
const sketch = (name: string, us: number) => sketchTable({ name, axes: AXES, us: [us, us, us, us] });

/** Far slower than the fused kernel, and twice as slow outside of a graph. */
const TABLES = sketchTables(sketch('collective/custom-graph', 1e6), sketch('collective/custom-eager', 2e6));

function costS(bytes: number, ranks: number, changes: TestChanges = {}, captured = true): number {
  return secondsOf(new ReduceModel(TABLES, testInput({ ...changes, layout: { tensorParallel: ranks } })).cost(bytes, captured));
}

const MIB = 2 ** 20;
/** 450 GB/s in one direction. */
const fusedS = (bytes: number): number => STEP.fusedReduceS + bytes / (450e9 * STEP.fusedLinkFraction);

describe('adding up over the ranks', () => {
  test('one rank has nothing to add', () => {
    expect(costS(MIB, 1)).toBe(0);
  });

  test.each([
    { why: 'a small message is read from all others', ranks: 8, mib: 0.5, sent: 7 * 0.5 },
    { why: 'a large one is added up in parts', ranks: 2, mib: 64, sent: 64 },
    { why: 'four ranks of Hopper: 2 MiB', ranks: 4, mib: 2, sent: 3 * 2 },
  ])('$why', ({ ranks, mib, sent }) => {
    expect(costS(mib * MIB, ranks)).toBeCloseTo(fusedS(sent * MIB), 12);
  });

  test.each<{ why: string; mib: number; changes: TestChanges }>([
    { why: 'above the limit of the fused kernel', mib: 128, changes: {} },
    { why: 'a release that does not fuse by default', mib: 0.5, changes: { settings: { version: [0, 16, 0] } } },
    { why: 'a part without the kernel', mib: 0.5, changes: { gpu: { computeCapability: '8.0' } } },
  ])('$why: as measured, in a graph or not', ({ mib, changes }) => {
    const captured = costS(mib * MIB, 2, changes);
    expect(captured).toBeGreaterThan(10 * fusedS(mib * MIB));
    expect(costS(mib * MIB, 2, changes, false) / captured).toBeCloseTo(2, 2);
  });
});
