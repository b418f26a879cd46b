import { expect, it } from 'vitest';
import { modelOf, TINY_LLAMA } from '../../../test/model/model-of.ts';

const attention = (facts: object): object => ({ n_heads_in_group: 2, no_op: false, replace_with_linear: false, ...facts });
const ffn = (facts: object): object => ({ ffn_mult: 1, no_op: false, replace_with_linear: false, ...facts });

function read(blocks: readonly object[]): ReturnType<typeof modelOf> {
  const config = { architectures: ['DeciLMForCausalLM'], model_type: 'nemotron-nas', intermediate_size: null, num_key_value_heads: null };
  return modelOf({ ...TINY_LLAMA, ...config, num_hidden_layers: blocks.length, block_configs: blocks });
}

it('gives each layer its own heads and width, or leaves a part out', () => {
  const { layers, kvHeads } = read([
    { attention: attention({ no_op: true }), ffn: ffn({ ffn_mult: 50 }) },
    { attention: attention({}), ffn: ffn({ no_op: true }) },
    { attention: attention({ n_heads_in_group: 4 }), ffn: ffn({}) },
  ]);
  expect(kvHeads).toBe(2);
  expect(layers.map(({ caches }) => caches.map((cache) => ('kvHeads' in cache ? cache.kvHeads : null)))).toEqual([[], [2], [1]]);
  // 2 × 50 × 8 / 3 = 266.7, cut to 266 and rounded up to 512; 2 × 8 / 3 = 5.3 rounds up to 256.
  const widths = layers.map(({ modules }) =>
    modules.flatMap((module) => (module.kind === 'linear' && module.role === 'mlp' ? module.inFeatures : [])),
  );
  expect(widths).toEqual([[8, 512], [], [8, 256]]);
});

it('refuses layers that are one matrix, and lists of another length', () => {
  expect(() => read([{ attention: attention({ replace_with_linear: true }), ffn: ffn({}) }])).toThrow(
    expect.objectContaining({
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringContaining('block_configs[0].attention.replace_with_linear'),
    }),
  );
});
