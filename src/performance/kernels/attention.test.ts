import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { loadKernelSystem } from '../../catalog/load-kernels.ts';
import { decodeAttentionUs, encoderAttentionUs, pairsOf, prefillAttentionUs, promptOfPairs } from './attention.ts';
import { usOf } from './estimate.ts';

const llama = { headDim: 128, window: 0, heads: 32, kvHeads: 8, kvDtype: 'bf16' } as const;
const h100 = loadKernelSystem('h100_sxm');

describe('attention as measured', () => {
  // Of the published Parquet tables, by hand: latency × 1000.
  test.each([
    { why: 'prefill on L40S', got: prefillAttentionUs(loadKernelSystem('l40s'), { ...llama, batch: 1, tokens: 2048 }), us: 298.155 },
    {
      why: 'decode on H200 with an FP8 cache',
      got: decodeAttentionUs(loadKernelSystem('h200_sxm'), {
        ...llama,
        heads: 8,
        kvHeads: 1,
        kvDtype: 'fp8',
        batch: 64,
        contextTokens: 1024,
      }),
      us: 20.3413,
    },
    {
      why: 'decode in a window',
      got: decodeAttentionUs(h100, { headDim: 64, window: 128, heads: 64, kvHeads: 8, kvDtype: 'bf16', batch: 8, contextTokens: 4096 }),
      us: 15.488,
    },
    { why: 'a vision encoder', got: encoderAttentionUs(h100, { headDim: 80, heads: 16, batch: 1, tokens: 4096 }), us: 197.173 },
  ])('$why', ({ got, us }) => {
    expect(got.basis).toBe('measured');
    expect(Math.abs((usOf(got) ?? 0) / us - 1)).toBeLessThan(2e-4);
  });
});

describe('attention between what was measured', () => {
  it('looks 7 query heads on one KV head up between 6 and 8', () => {
    const us = (heads: number) => usOf(prefillAttentionUs(h100, { ...llama, heads, kvHeads: 1, batch: 1, tokens: 8192 })) ?? 0;
    const estimate = prefillAttentionUs(h100, { ...llama, heads: 7, kvHeads: 1, batch: 1, tokens: 8192 });
    expect(estimate.basis).toBe('interpolated');
    expect(usOf(estimate)).toBeGreaterThan(us(6));
    expect(usOf(estimate)).toBeLessThan(us(8));
  });

  it('takes 16 KV heads of one sequence for 8 of two', () => {
    const wide = decodeAttentionUs(h100, { ...llama, heads: 64, kvHeads: 16, batch: 8, contextTokens: 2048 });
    const folded = decodeAttentionUs(h100, { ...llama, batch: 16, contextTokens: 2048 });
    expect(wide.basis).toBe('interpolated');
    expect(usOf(wide)).toBeCloseTo(usOf(folded) ?? 0, 6);
  });

  it('treats a decode window that was not measured as a context of its length', () => {
    const window = decodeAttentionUs(h100, { ...llama, window: 4096, batch: 4, contextTokens: 30_000 });
    expect(window.basis).toBe('interpolated');
    expect(usOf(window)).toBeCloseTo(usOf(decodeAttentionUs(h100, { ...llama, batch: 4, contextTokens: 4096 })) ?? 0, 6);
  });

  it('says which of batch and context has no measurement', () => {
    const estimate = decodeAttentionUs(h100, { ...llama, batch: 256, contextTokens: 100_000 });
    expect(estimate).toMatchObject({ basis: 'outOfRange', axis: 'contextTokens' });
    // 256 × 100 000 tokens of 4 KiB at 3.35 TB/s are 31 ms; the kernel reaches 80 to 100 %.
    expect(usOf(estimate)).toBeGreaterThan(31_000);
    expect(usOf(estimate)).toBeLessThan(40_000);
  });

  it('charges a chunk for the tokens before it', () => {
    const chunk = (cachedTokens: number) => usOf(prefillAttentionUs(h100, { ...llama, batch: 1, tokens: 2048, cachedTokens })) ?? 0;
    expect(chunk(6144)).toBeGreaterThan(4 * chunk(0));
    const parts = [0, 2048, 4096, 6144].reduce((sum, cached) => sum + chunk(cached), 0);
    const whole = usOf(prefillAttentionUs(h100, { ...llama, batch: 1, tokens: 8192 })) ?? 0;
    expect(parts / whole).toBeGreaterThan(0.95);
    expect(parts / whole).toBeLessThan(1.3);
  });
});

describe('pairsOf', () => {
  // Without a window: 100 cached + 10 new: 110²/2 − 100²/2 = 1050. Window 8: 10 × 8 = 80 once the window is full.
  test.each([
    { tokens: 10, cached: 0, window: 0, want: 50 },
    { tokens: 10, cached: 100, window: 0, want: 1050 },
    { tokens: 10, cached: 100, window: 8, want: 80 },
  ])('$tokens after $cached under $window', ({ tokens, cached, window, want }) => {
    expect(pairsOf(tokens, cached, window)).toBe(want);
  });

  it('is undone by promptOfPairs', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e5 }), fc.integer({ min: 0, max: 9000 }), (tokens, window) => {
        expect(promptOfPairs(pairsOf(tokens, 0, window), window)).toBeCloseTo(tokens, 4);
      }),
    );
  });
});
