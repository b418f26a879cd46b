import { describe, expect, it, test } from 'vitest';
import { configFromDimensions } from './config-from-dimensions.ts';
import { loadCatalogModel, loadModelIndex } from './load-models.ts';
import type { ModelDimensions } from './model-record.ts';

const base: ModelDimensions = {
  id: 'acme/tiny',
  modelType: 'llama',
  layers: 32,
  heads: 32,
  kvHeads: 4,
  headDim: 128,
  hiddenSize: 4096,
  vocabSize: 64000,
  ffnSize: 11008,
  sharedExpertFfnSize: null,
  experts: null,
  expertsPerToken: null,
  tiedHead: false,
  checkedAs: null,
};

describe('configFromDimensions', () => {
  it('writes a config without a context length, and says so', () => {
    const made = configFromDimensions(base);
    expect(made?.config).toMatchObject({ architectures: ['LlamaForCausalLM'], num_key_value_heads: 4, tie_word_embeddings: false });
    expect(made?.config).not.toHaveProperty('max_position_embeddings');
    expect(made?.caveats.join()).toContain('--max-model-len');
  });

  test.each([
    { why: 'windows that the row does not tell', row: { ...base, modelType: 'gemma3' } },
    { why: 'latent attention', row: { ...base, modelType: 'deepseek_v3' } },
    { why: 'linear attention', row: { ...base, modelType: 'qwen3_5' } },
    { why: 'a mixture without its experts', row: { ...base, modelType: 'mixtral' } },
    { why: 'experts in a dense type', row: { ...base, experts: 8, expertsPerToken: 2 } },
    {
      why: 'a shared expert that the type has not',
      row: { ...base, modelType: 'qwen3_moe', experts: 8, expertsPerToken: 2, sharedExpertFfnSize: 512 },
    },
    { why: 'an unknown feed-forward width', row: { ...base, ffnSize: 0 } },
  ])('refuses $why', ({ row }) => {
    expect(configFromDimensions(row)).toBeNull();
  });

  it('takes the candidate that the published count chose, and no other', () => {
    const row = { ...base, modelType: 'granitemoehybrid', tiedHead: true };
    expect(configFromDimensions(row)).toBeNull();
    const made = configFromDimensions({ ...row, checkedAs: 0 });
    expect(made?.config).toMatchObject({ num_local_experts: 0, shared_intermediate_size: 11008, tie_word_embeddings: true });
    expect(made?.caveats.join()).toContain('makes the published number of parameters');
    expect(configFromDimensions({ ...row, checkedAs: 1 })?.config).toMatchObject({ mamba_n_heads: 128, mamba_expand: 2 });
  });

  it('says when the head is a guess', () => {
    expect(configFromDimensions({ ...base, tiedHead: null })?.caveats.join()).toContain(
      'whether its output head is the embedding is not known',
    );
  });

  // The strongest check there is: models of which both the row and the real config.json are at hand.
  it('agrees with the config.json of every model that has both', () => {
    const both = loadModelIndex()
      .dimensions()
      .flatMap((row) => {
        const made = configFromDimensions(row)?.config;
        const real = loadCatalogModel(row.id)?.config;
        return made === undefined || real === undefined ? [] : [{ id: row.id, made, real, tied: row.tiedHead !== null }];
      });
    expect(both.length).toBeGreaterThan(40);
    for (const { id, made, real, tied } of both) {
      const fields = [
        'hidden_size',
        'num_hidden_layers',
        'num_attention_heads',
        'num_key_value_heads',
        'head_dim',
        'vocab_size',
        'num_experts',
      ];
      for (const field of real.moe_intermediate_size === undefined
        ? [...fields, 'intermediate_size']
        : [...fields, 'moe_intermediate_size']) {
        if (real[field] !== undefined && real[field] !== null) expect([id, field, made[field]]).toEqual([id, field, real[field]]);
      }
      if (tied && real.tie_word_embeddings !== undefined) expect([id, made.tie_word_embeddings]).toEqual([id, real.tie_word_embeddings]);
    }
  });
});
