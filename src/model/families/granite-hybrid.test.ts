import { describe, expect, it, test } from 'vitest';
import { modelOf } from '../../../test/model/model-of.ts';
import { countParameters } from '../count-parameters.ts';

function layerTypes(layers: number, attention: readonly number[]): readonly string[] {
  return Array.from({ length: layers }, (_, index) => (attention.includes(index) ? 'attention' : 'mamba'));
}

const BASE = {
  architectures: ['GraniteMoeHybridForCausalLM'],
  model_type: 'granitemoehybrid',
  vocab_size: 100_352,
  tie_word_embeddings: true,
  max_position_embeddings: 131_072,
};
const MAMBA = { mamba_n_groups: 1, mamba_d_head: 64, mamba_d_state: 128, mamba_d_conv: 4, mamba_expand: 2 };
const ATTENTION_AT = [5, 15, 25, 35];

/** Sizes from the models' public dimensions; what those leave out is settled by the published count. */
const MICRO = {
  ...BASE,
  num_hidden_layers: 40,
  hidden_size: 2560,
  num_attention_heads: 40,
  num_key_value_heads: 8,
  intermediate_size: 8192,
  shared_intermediate_size: 8192,
  num_local_experts: 0,
  layer_types: Array.from({ length: 40 }, () => 'attention'),
};
const H_MICRO = {
  ...BASE,
  ...MAMBA,
  num_hidden_layers: 40,
  hidden_size: 2048,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  mamba_n_heads: 64,
  shared_intermediate_size: 8192,
  num_local_experts: 0,
  layer_types: layerTypes(40, ATTENTION_AT),
};
const H_TINY = {
  ...BASE,
  ...MAMBA,
  num_hidden_layers: 40,
  hidden_size: 1536,
  num_attention_heads: 12,
  num_key_value_heads: 4,
  mamba_n_heads: 48,
  intermediate_size: 512,
  shared_intermediate_size: 1024,
  num_local_experts: 64,
  num_experts_per_tok: 6,
  layer_types: layerTypes(40, ATTENTION_AT),
};

describe('Granite 4', () => {
  test.each([
    { why: 'granite-4.0-micro-base, attention alone', config: MICRO, published: 3_402_836_480 },
    { why: 'granite-4.0-h-micro, no routed experts', config: H_MICRO, published: 3_191_396_096 },
    { why: 'granite-4.0-h-tiny, a mixture', config: H_TINY, published: 6_939_037_248 },
  ])('has the published parameters: $why', ({ config, published }) => {
    expect(countParameters(modelOf(config)).total).toBe(published);
  });

  it('keeps states in Mamba layers and tokens in attention layers', () => {
    const { layers, experts } = modelOf(H_TINY);
    expect(layers[0]?.caches.map(({ kind }) => kind)).toEqual(['state']);
    expect(layers[5]?.caches).toEqual([{ kind: 'full', kvHeads: 4, headDim: 128, valueHeadDim: 128 }]);
    expect(experts).toEqual({ count: 64, perToken: 6 });
    expect(modelOf(MICRO).experts).toBeNull();
  });

  it('turns positions only where the config says so', () => {
    const tables = (config: object) => modelOf({ ...config }).preLayers.length;
    expect([tables(H_MICRO), tables({ ...MICRO, position_embedding_type: 'rope' })]).toEqual([0, 1]);
  });

  test.each([
    { why: 'layers of unknown kinds', changes: { layer_types: null } },
    { why: 'a kind that nobody knows', changes: { layer_types: layerTypes(40, []).with(3, 'conv') } },
    { why: 'a list that is too short', changes: { layer_types: ['mamba'] } },
  ])('refuses $why', ({ changes }) => {
    expect(() => modelOf({ ...H_MICRO, ...changes })).toThrow('layer_types');
  });
});
