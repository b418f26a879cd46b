import { describe, expect, it, test } from 'vitest';
import { loadKernelSystem } from '../../catalog/load-kernels.ts';
import { usOf } from './estimate.ts';
import { mlaDecodeUs, mlaPrefillUs } from './mla.ts';

const h100 = loadKernelSystem('h100_sxm');
const deepseek = { family: 'mla', gemmDtype: 'bf16', kvDtype: 'bf16', heads: 16, batch: 1 } as const;

describe('modules as measured', () => {
  // Of the published Parquet tables, by hand: latency × 1000. Rows are keyed by the cached length; the new token makes it one longer.
  test.each([
    { why: 'a prompt of 2048', got: mlaPrefillUs(h100, { ...deepseek, tokens: 2048 }), us: 380.7 },
    {
      why: 'decode on B200 with block-scaled FP8',
      got: mlaDecodeUs(loadKernelSystem('b200_sxm'), { ...deepseek, gemmDtype: 'fp8_block', batch: 32, contextTokens: 4097 }),
      us: 94.7,
    },
    {
      why: 'sparse decode on H200, of two models the one asked for',
      got: mlaDecodeUs(loadKernelSystem('h200_sxm'), {
        family: 'dsa-v3.2',
        gemmDtype: 'fp8_block',
        kvDtype: 'fp8',
        heads: 128,
        batch: 16,
        contextTokens: 8193,
      }),
      us: 264.1,
    },
  ])('$why', ({ got, us }) => {
    expect(got.basis).toBe('measured');
    expect(Math.abs((usOf(got) ?? 0) / us - 1)).toBeLessThan(2e-4);
  });
});

describe('mlaPrefillUs', () => {
  it('charges a chunk what the longer prompt takes more, at least its own time', () => {
    const us = (tokens: number, cachedTokens = 0) => usOf(mlaPrefillUs(h100, { ...deepseek, tokens, cachedTokens })) ?? 0;
    expect(us(8192, 8192)).toBeCloseTo(us(16_384) - us(8192), 6);
    expect(us(16, 2048)).toBeGreaterThanOrEqual(us(16));
    expect(mlaPrefillUs(h100, { ...deepseek, tokens: 2048, cachedTokens: 2048 }).basis).toBe('interpolated');
  });

  it('has nothing for a pair of dtypes that was not measured', () => {
    expect(mlaPrefillUs(h100, { ...deepseek, gemmDtype: 'int4', tokens: 64 })).toMatchObject({ axis: 'table', nearest: null });
  });
});
