import { describe, expect, it } from 'vitest';
import { loadKernelSystem } from '../../catalog/load-kernels.ts';
import { usOf } from './estimate.ts';
import { moeUs } from './moe.ts';
import { sketchTable, sketchTables } from './test-tables.ts';

const KEYS = ['hidden', 'inter', 'experts', 'topk', 'tp', 'ep', 'skewPercent'];
const qwen = { dtype: 'bf16', hidden: 2048, inter: 768, experts: 128, topk: 8, tp: 1, ep: 1 } as const;

describe('moeUs', () => {
  it('gives what was measured', () => {
    // Of the published Parquet table of H100, by hand: 64 tokens of Qwen3-30B-A3B under power_law_1.2, latency × 1000.
    const estimate = moeUs(loadKernelSystem('h100_sxm'), { ...qwen, tokens: 64, skewPercent: 120 });
    expect(estimate.basis).toBe('measured');
    expect(Math.abs((usOf(estimate) ?? 0) / 403.635 - 1)).toBeLessThan(2e-4);
  });

  it('takes the nearest routing, and says that it was not this one', () => {
    const tables = loadKernelSystem('h100_sxm');
    const estimate = moeUs(tables, { ...qwen, tokens: 64, skewPercent: 115 });
    expect(estimate.basis).toBe('interpolated');
    expect(usOf(estimate)).toBe(usOf(moeUs(tables, { ...qwen, tokens: 64, skewPercent: 120 })));
  });

  it('scales the nearest shape by the weights that the tokens touch, and calls it out of range', () => {
    // One token of topk 1 touches one expert: 3 × 1000 × 1000 × 2 bytes are 6 µs at 1 TB/s; with a fixed 20 µs, the small traffic of
    // the activations (4000 + 2 × 5000 bytes) and 6e6 FLOP, 26.07 µs. Twice the expert size: 32.08 µs, so 100 µs become 123 µs.
    const table = sketchTable({
      name: 'moe/bf16',
      keys: KEYS,
      series: [[1000, 1000, 8, 1, 1, 1, 101]],
      axes: [{ name: 'tokens', values: [1, 2] }],
      us: [100, 150],
    });
    const point = { dtype: 'bf16', hidden: 1000, inter: 2000, experts: 8, topk: 1, tp: 1, ep: 1, tokens: 1 } as const;
    const estimate = moeUs(sketchTables(table), point);
    expect(estimate).toMatchObject({ basis: 'outOfRange', axis: 'shape' });
    expect(usOf(estimate)).toBeCloseTo(123, 0);
  });

  it('has nothing without a table of the dtype', () => {
    expect(moeUs(sketchTables(), { ...qwen, tokens: 1 })).toMatchObject({ axis: 'table', nearest: null });
  });
});
