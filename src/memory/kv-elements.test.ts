import { describe, expect, test } from 'vitest';
import { headBytes } from './kv-elements.ts';

describe('headBytes', () => {
  // One token of one head with 128 elements of K and V, by the formats' layouts (vllm-memory §2.1).
  test.each([
    { dtype: 'bfloat16', want: 512, why: '256 elements × 2' },
    { dtype: 'float32', want: 1024, why: '256 × 4' },
    { dtype: 'fp8', want: 256, why: '256 × 1' },
    { dtype: 'fp8_e4m3', want: 256, why: '256 × 1' },
    { dtype: 'fp8_per_token_head', want: 264, why: '256 and two float32 scales' },
    { dtype: 'int8_per_token_head', want: 264, why: '256 and two float32 scales' },
    { dtype: 'int4_per_token_head', want: 136, why: '128 and two float32 scales' },
    { dtype: 'nvfp4', want: 144, why: '128 and 16 scales' },
    { dtype: 'turboquant_k8v4', want: 196, why: '128 of K, 64 + 4 of V' },
    { dtype: 'turboquant_4bit_nc', want: 134, why: '64 + 2 and 64 + 4' },
    { dtype: 'turboquant_3bit_nc', want: 102, why: '48 + 2 and 48 + 4' },
  ])('$dtype: $why', ({ dtype, want }) => {
    expect(headBytes(dtype, 128, 128)).toBe(want);
  });

  test('K and V may differ in width', () => {
    expect(headBytes('bfloat16', 192, 128)).toBe(640);
  });
});
