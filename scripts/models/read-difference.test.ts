import { describe, expect, test } from 'vitest';
import { readDifference } from './read-difference.ts';

describe('readDifference', () => {
  test.each([
    { why: 'nothing that counts', text: 'weights, end tokens', want: {} },
    {
      why: 'two shape fields',
      text: 'vocab_size 49155; context 4096',
      want: { set: { vocab_size: 49155, max_position_embeddings: 4096 } },
    },
    { why: 'a remark in brackets', text: 'n_routed_experts 160 (pruned from 256)', want: { set: { n_routed_experts: 160 } } },
    { why: 'the head', text: 'output head not tied; weights', want: { set: { tie_word_embeddings: false } } },
    {
      why: 'a field taken away',
      text: 'no sliding window; context 32768',
      want: { set: { sliding_window: null, max_position_embeddings: 32768 } },
    },
    {
      why: 'several in one clause',
      text: 'context 4096, no long rope; sliding window 2047',
      want: { set: { max_position_embeddings: 4096, rope_scaling: null, sliding_window: 2047 } },
    },
    { why: 'a scheme', text: 'weights; quantization: AWQ 4-bit in place of block FP8', want: { quantization: 'awq' } },
    {
      why: 'a scheme with commas',
      text: 'quantization: FP8, compressed-tensors, dynamic activations',
      want: { quantization: 'fp8-dynamic' },
    },
    {
      why: 'plain weights',
      text: 'no quantization (the stored file is FP8); context 131072',
      want: { set: { max_position_embeddings: 131072 }, quantization: 'none' },
    },
    {
      why: 'padded for the groups',
      text: 'quantization: AWQ 4-bit; intermediate_size 29696 (padded from 29568 for the group size)',
      want: { set: { intermediate_size: 29696 }, quantization: 'awq' },
    },
    {
      why: 'a storage without a size',
      text: 'quantization: GGUF Q4_K_M',
      want: { quantization: 'unknown', caveats: ['its weights are described as: GGUF Q4_K_M'] },
    },
    {
      why: 'what is not understood is said',
      text: 'vocabulary (enlarged for Chinese; size not stated)',
      want: {
        caveats: ['the numbers are those of acme/base and leave out one difference: vocabulary (enlarged for Chinese; size not stated)'],
      },
    },
  ])('$why: $text', ({ text, want }) => {
    expect(readDifference(text, 'acme/base')).toEqual(want);
  });

  test('another maker of the same scheme keeps the mix of the stored file', () => {
    expect(readDifference('quantization: NVFP4 by another maker', 'nvidia/MiniMax-M2.7-NVFP4').quantization).toBeUndefined();
    expect(readDifference('quantization: NVFP4 by another maker', 'acme/base').quantization).toBe('nvfp4');
  });
});
