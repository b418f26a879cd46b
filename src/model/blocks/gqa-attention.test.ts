import { describe, expect, it, test } from 'vitest';
import { attentionCaches, FULL_ATTENTION, type GqaAttentionInit, gqaAttention } from './gqa-attention.ts';

const ATTENTION: GqaAttentionInit = { hiddenSize: 8, heads: 4, kvHeads: 2, headDim: 3, cache: FULL_ATTENTION };

describe('gqaAttention', () => {
  it('fuses Q, K and V by heads under the names of the checkpoint', () => {
    expect(gqaAttention({ ...ATTENTION, qkvBias: true })).toEqual([
      {
        kind: 'linear',
        parts: [
          { name: 'self_attn.q_proj', outFeatures: 12, heads: 4 },
          { name: 'self_attn.k_proj', outFeatures: 6, heads: 2 },
          { name: 'self_attn.v_proj', outFeatures: 6, heads: 2 },
        ],
        inFeatures: 8,
        bias: true,
        split: 'column',
        quantizable: true,
        role: 'attention',
      },
      {
        kind: 'linear',
        parts: [{ name: 'self_attn.o_proj', outFeatures: 8 }],
        inFeatures: 12,
        bias: false,
        split: 'row',
        quantizable: true,
        role: 'attention',
      },
    ]);
  });

  test.each([
    {
      why: 'one norm for all heads',
      qkNorm: 'per-head',
      want: [
        [3, 'replicated'],
        [3, 'replicated'],
      ],
    },
    {
      why: 'a norm over all heads',
      qkNorm: 'whole',
      want: [
        [12, 'replicated'],
        [6, 'replicated'],
      ],
    },
    {
      why: 'the same, split like the heads',
      qkNorm: 'whole-sharded',
      want: [
        [12, 'column'],
        [6, 'column'],
      ],
    },
    { why: 'none', qkNorm: 'none', want: [] },
  ] as const)('query and key norms: $why', ({ qkNorm, want }) => {
    const norms = gqaAttention({ ...ATTENTION, qkNorm }).filter((module) => module.kind === 'tensor');
    expect(norms.map(({ elements, split }) => [elements, split])).toEqual(want);
  });

  it('doubles the queries for an output gate and adds a sink a head', () => {
    const modules = gqaAttention({ ...ATTENTION, gated: true, sinks: true });
    expect(modules[0]).toMatchObject({ parts: [{ outFeatures: 24, heads: 4 }, { outFeatures: 6 }, { outFeatures: 6 }] });
    expect(modules.at(-1)).toMatchObject({ name: 'self_attn.sinks', elements: 4, split: 'column' });
  });
});

describe('attentionCaches', () => {
  test.each([
    { why: 'all tokens', cache: { kind: 'full' }, want: [{ kind: 'full', kvHeads: 2, headDim: 3, valueHeadDim: 3 }] },
    {
      why: 'a window',
      cache: { kind: 'sliding', windowTokens: 16 },
      want: [{ kind: 'sliding', windowTokens: 16, kvHeads: 2, headDim: 3, valueHeadDim: 3 }],
    },
    { why: 'an encoder', cache: { kind: 'none' }, want: [] },
  ] as const)('$why', ({ cache, want }) => {
    expect(attentionCaches({ ...ATTENTION, cache })).toEqual(want);
  });
});
