import { describe, expect, it, test } from 'vitest';
import { loadKernels } from '../../catalog/load-kernels.ts';
import { usOf } from './estimate.ts';
import { gemmUs } from './gemm.ts';
import { sketchTable, sketchTables } from './test-tables.ts';

describe('gemmUs', () => {
  // Of the published Parquet tables, by hand: latency × 1000.
  test.each([
    { gpu: 'h100-sxm-80gb', shape: { dtype: 'bf16', m: 64, n: 4096, k: 4096 }, us: 14.7671 },
    { gpu: 'h100-sxm-80gb', shape: { dtype: 'fp8', m: 2048, n: 8192, k: 7168 }, us: 198.329 },
    { gpu: 'h100-sxm-80gb', shape: { dtype: 'fp8_block', m: 16, n: 4096, k: 7168 }, us: 28.5618 },
    { gpu: 'b200-180gb', shape: { dtype: 'nvfp4', m: 128, n: 6144, k: 5120 }, us: 10.6613 },
    { gpu: 'a100-sxm-80gb', shape: { dtype: 'bf16', m: 1, n: 4096, k: 4096 }, us: 24.0809 },
  ] as const)('$gpu $shape.dtype as measured', ({ gpu, shape, us }) => {
    const tables = loadKernels(gpu) ?? sketchTables();
    const estimate = gemmUs(tables, shape);
    expect(estimate.basis).toBe('measured');
    expect(Math.abs((usOf(estimate) ?? 0) / us - 1)).toBeLessThan(2e-4);
  });

  it('takes the efficiency of the neighbours for columns between them', () => {
    // n = 1000 and 4000 with k = m = 1000. Work in µs: 3 + 20 + 6 = 29 and 3 + 80 + 18 = 101; asked for n = 2000: 3 + 40 + 10 = 53.
    // Efficiencies 58/29 = 2 and 404/101 = 4; halfway sqrt(8) × 53 = 149.9.
    const tables = sketchTables(
      sketchTable({
        name: 'gemm/bf16',
        axes: [
          { name: 'n', values: [1000, 4000] },
          { name: 'k', values: [1000] },
          { name: 'm', values: [1000] },
        ],
        us: [58, 404],
      }),
    );
    const estimate = gemmUs(tables, { dtype: 'bf16', m: 1000, n: 2000, k: 1000 });
    expect(estimate.basis).toBe('interpolated');
    expect(usOf(estimate)).toBeCloseTo(149.9, 0);
  });

  it('does not mix aligned with ragged row counts', () => {
    const rows = [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17];
    const us = rows.map((m) => (m % 4 === 0 ? 10 : 20));
    const table = sketchTable({
      name: 'gemm/fp8_block',
      axes: [
        { name: 'n', values: [64] },
        { name: 'k', values: [64] },
        { name: 'm', values: rows },
      ],
      us,
    });
    expect(usOf(gemmUs(sketchTables(table), { dtype: 'fp8_block', m: 12, n: 64, k: 64 }))).toBeCloseTo(10, 1);
    expect(usOf(gemmUs(sketchTables(table), { dtype: 'fp8_block', m: 13, n: 64, k: 64 }))).toBeCloseTo(20, 1);
  });

  it('scales a vocabulary wider than the grid and says so', () => {
    const tables = loadKernels('h100-sxm-80gb') ?? sketchTables();
    const us = (n: number) => gemmUs(tables, { dtype: 'bf16', m: 64, n, k: 4096 });
    expect(us(131_072)).toMatchObject({ basis: 'outOfRange', axis: 'n' });
    expect((usOf(us(131_072)) ?? 0) / (usOf(us(65_536)) ?? 1)).toBeCloseTo(2, 1);
  });

  it('knows no dtype that was not measured', () => {
    expect(gemmUs(sketchTables(), { dtype: 'bf16', m: 1, n: 64, k: 64 })).toEqual({ basis: 'outOfRange', axis: 'table', nearest: null });
  });
});
