import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { loadCatalogModel, loadModelIndex } from './load-models.ts';

describe('loadCatalogModel', () => {
  test.each([
    {
      why: 'a dense model',
      id: 'meta-llama/Llama-3.1-8B-Instruct',
      want: { hidden_size: 4096, num_hidden_layers: 32, num_key_value_heads: 8, vocab_size: 128256, max_position_embeddings: 131072 },
    },
    {
      why: 'a mixture: the expert fields stay',
      id: 'Qwen/Qwen3-30B-A3B',
      want: { num_experts: 128, num_experts_per_tok: 8, moe_intermediate_size: 768, norm_topk_prob: true },
    },
    {
      why: 'quantization blocks stay whole',
      id: 'deepseek-ai/DeepSeek-R1',
      want: { quantization_config: { activation_scheme: 'dynamic', fmt: 'e4m3', quant_method: 'fp8', weight_block_size: [128, 128] } },
    },
  ])('$why: $id', ({ id, want }) => {
    expect(loadCatalogModel(id)?.config).toMatchObject(want);
  });

  it('gives the same object twice, so that a batch parses each config once', () => {
    expect(loadCatalogModel('Qwen/Qwen3-8B')).toBe(loadCatalogModel('Qwen/Qwen3-8B'));
  });

  it('knows nothing of an id that it does not hold', () => {
    expect(loadCatalogModel('acme/never-published')).toBeUndefined();
  });

  it('holds the record that the index names, for every id', () => {
    for (const { id } of loadModelIndex().models) expect(loadCatalogModel(id)?.id).toBe(id);
  });

  it('keeps the provenance of every record', () => {
    for (const { id } of loadModelIndex().models) expect(loadCatalogModel(id)?.sources).not.toEqual([]);
  });
});

describe('loadModelIndex', () => {
  const index = loadModelIndex();

  it('has every alias point at a record', () => {
    const ids = new Set(index.models.map((model) => model.id));
    expect(index.aliases.filter((alias) => !ids.has(alias.of))).toEqual([]);
  });

  it('reads a row of the dimensions', () => {
    expect(index.dimensions().find((row) => row.id === '01-ai/Yi-1.5-6B')).toEqual({
      id: '01-ai/Yi-1.5-6B',
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
    });
  });

  it('has published totals of ids without a record', () => {
    expect(index.publishedParameters().get('RedHatAI/Qwen3-32B-FP8-dynamic')).toBe(32_766_710_784);
  });
});

describe('the generated files', () => {
  const folder = new URL('./data/', import.meta.url);
  const manifest: { readonly generated_by: string; readonly files: Readonly<Record<string, string>>; readonly counts: object } = JSON.parse(
    readFileSync(new URL('models.json', folder), 'utf8'),
  );

  it('belong together: the index was made with these packs', () => {
    for (const [name, hash] of Object.entries(manifest.files)) {
      expect(
        createHash('sha256')
          .update(readFileSync(new URL(name, folder)))
          .digest('hex'),
      ).toBe(hash);
    }
    expect(manifest.counts).toMatchObject({ models: loadModelIndex().models.length, aliases: loadModelIndex().aliases.length });
  });

  it('say on the first line what made them', () => {
    expect(readFileSync(new URL('models.json', folder), 'utf8').split('\n')[0]).toContain('scripts/import-models.ts');
  });
});
