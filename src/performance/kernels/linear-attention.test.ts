import { describe, expect, it } from 'vitest';
import { loadKernelSystem } from '../../catalog/load-kernels.ts';
import { usOf } from './estimate.ts';
import { linearAttentionUs } from './linear-attention.ts';
import { mlaProjectionUs, quantizeUs } from './quantize.ts';

const h100 = loadKernelSystem('h100_sxm');

describe('linearAttentionUs', () => {
  const layer = { kind: 'gdn', phase: 'decode', keyHeads: 4, valueHeads: 8, batch: 8, tokens: 1 } as const;

  it('adds the convolution and the recurrence', () => {
    // Of the published Parquet table, by hand: 1.9584 µs and 5.58976 µs, each the fastest of three models with these heads.
    const estimate = linearAttentionUs(h100, layer);
    expect(estimate.basis).toBe('measured');
    expect(usOf(estimate)).toBeCloseTo(1.9584 + 5.58976, 2);
  });

  it('takes twice the heads for twice the batch', () => {
    const wide = linearAttentionUs(h100, { ...layer, keyHeads: 32, valueHeads: 64, batch: 16 });
    expect(wide.basis).toBe('interpolated');
    expect(usOf(wide)).toBe(usOf(linearAttentionUs(h100, { ...layer, keyHeads: 16, valueHeads: 32, batch: 32 })));
  });
});

describe('quantizeUs', () => {
  // Of the published Parquet tables, by hand: 2.54507 µs, and 0.853333 µs more for a dynamic scale.
  it('adds the search for the scale', () => {
    expect(usOf(quantizeUs(h100, { scale: 'static', m: 256, k: 4096 }))).toBeCloseTo(2.54507, 3);
    expect(usOf(quantizeUs(h100, { scale: 'dynamic', m: 256, k: 4096 }))).toBeCloseTo(2.54507 + 0.85333, 3);
  });
});

describe('mlaProjectionUs', () => {
  it('grows past its grid only as a guess', () => {
    expect(mlaProjectionUs(h100, { side: 'pre', heads: 16, tokens: 64 }).basis).toBe('measured');
    expect(mlaProjectionUs(h100, { side: 'pre', heads: 16, tokens: 50_000 })).toMatchObject({ basis: 'outOfRange', axis: 'tokens' });
  });
});
