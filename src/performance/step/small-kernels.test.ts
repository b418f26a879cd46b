import { describe, expect, test } from 'vitest';
import type { LayerSpec } from '../../model/model-spec.ts';
import type { TensorSpec } from '../../model/module-spec.ts';
import { DENSE_LAYER, MIXTURE_LAYER, testInput } from '../forecast-fixture.ts';
import { smallKernels } from './small-kernels.ts';

const norm = (name: string, elements: number, split: TensorSpec['split'] = 'replicated'): TensorSpec => ({
  kind: 'tensor',
  name,
  elements,
  split,
});
const NORMS = [norm('input_layernorm', 1000), norm('post_attention_layernorm', 1000)];
const withModules = (layer: LayerSpec, more: readonly TensorSpec[]): LayerSpec => ({ ...layer, modules: [...layer.modules, ...more] });

describe('kernels between the multiplications', () => {
  test.each([
    { why: 'dense: 2 norms, rotary, cache write, activation', layer: withModules(DENSE_LAYER, NORMS), kernels: 5 },
    { why: 'a mixture, whose kernels contain the rest', layer: withModules(MIXTURE_LAYER, NORMS), kernels: 4 },
    {
      why: 'norms of queries and keys',
      layer: withModules(MIXTURE_LAYER, [...NORMS, norm('self_attn.q_norm', 128), norm('self_attn.k_norm', 128)]),
      kernels: 6,
    },
  ])('$why: $kernels', ({ layer, kernels }) => {
    expect(smallKernels(layer, testInput())).toMatchObject({ kernels, normReduces: 0 });
  });

  test('a norm over the heads of all ranks adds up its squares', () => {
    const layer = withModules(DENSE_LAYER, [norm('self_attn.q_norm', 1024, 'column'), norm('self_attn.k_norm', 1024, 'column')]);
    expect(smallKernels(layer, testInput()).normReduces).toBe(1);
  });

  test('width: 4 hidden states a norm, and what column-parallel matrices make, which ranks share', () => {
    // 2 × 4 × 1,000 + 1.5 × (3,000 + 8,000) / tp
    const layer = withModules(DENSE_LAYER, NORMS);
    expect(smallKernels(layer, testInput()).width).toBe(24_500);
    expect(smallKernels(layer, testInput({ layout: { tensorParallel: 2 } })).width).toBe(16_250);
  });
});
