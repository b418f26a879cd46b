import { describe, expect, it, test } from 'vitest';
import { modelOf } from '../../../../test/model/model-of.ts';
import { loadCatalogModel } from '../../../catalog/load-models.ts';
import { ConfigReader } from '../../config-reader.ts';
import { countParameters } from '../../count-parameters.ts';
import type { ModelSpec } from '../../model-spec.ts';

function catalogModel(id: string, changes: Readonly<Record<string, unknown>> = {}): ModelSpec {
  return modelOf({ ...new ConfigReader(loadCatalogModel(id)?.config).object(), ...changes });
}

/** The encoders of the small models, which their configs in the catalog leave out. */
const SMALL_VISION = {
  hidden_size: 768,
  intermediate_size: 3072,
  num_hidden_layers: 16,
  num_attention_heads: 12,
  head_dim: 64,
  patch_size: 16,
  position_embedding_size: 10_240,
};
const SMALL_AUDIO = { hidden_size: 1024, num_hidden_layers: 12, num_attention_heads: 8, conv_kernel_size: 5, output_proj_dims: 1536 };

describe('parameters of Gemma 4', () => {
  test.each([
    // The published total counts the tied head of 262144 × 5376 a second time.
    { id: 'google/gemma-4-31B-it', changes: {}, want: 32_682_372_656 - 262_144 * 5376 },
    { id: 'google/gemma-4-26B-A4B', changes: {}, want: 26_544_131_376 - 262_144 * 2816 },
    // The published totals of the small models count one scalar a layer more.
    { id: 'google/gemma-4-E2B-it', changes: { vision_config: SMALL_VISION, audio_config: SMALL_AUDIO }, want: 5_123_178_051 - 35 },
    { id: 'google/gemma-4-E4B-it', changes: { vision_config: SMALL_VISION, audio_config: SMALL_AUDIO }, want: 7_996_156_490 - 42 },
  ])('$id', ({ id, changes, want }) => {
    expect(countParameters(catalogModel(id, changes)).total).toBe(want);
  });

  it('says so when the config leaves the encoders out', () => {
    expect(catalogModel('google/gemma-4-E2B-it').caveats).toHaveLength(1);
    expect(catalogModel('google/gemma-4-31B-it').caveats).toEqual([]);
  });
});

describe('caches of Gemma 4', () => {
  it('has two head sizes', () => {
    const caches = catalogModel('google/gemma-4-26B-A4B').layers.map((layer) => layer.caches[0]);
    expect(caches[0]).toEqual({ kind: 'sliding', windowTokens: 1024, kvHeads: 8, headDim: 256, valueHeadDim: 256 });
    expect(caches[5]).toEqual({ kind: 'full', kvHeads: 2, headDim: 512, valueHeadDim: 512 });
  });

  it('keeps none in the layers that share', () => {
    const layers = catalogModel('google/gemma-4-E2B-it').layers;
    expect(layers.map(({ caches }) => caches.length)).toEqual([...Array(15).fill(1), ...Array(20).fill(0)]);
  });

  it('makes room for values where the checkpoint has keys alone', () => {
    const [qkv] = catalogModel('google/gemma-4-31B-it').layers[5]?.modules ?? [];
    expect(qkv).toMatchObject({
      parts: [
        { name: 'self_attn.q_proj', outFeatures: 32 * 512 },
        { name: 'self_attn.k_proj', outFeatures: 4 * 512 },
        { name: 'self_attn.k_proj', outFeatures: 4 * 512, derived: true },
      ],
    });
  });
});

describe('DiffusionGemma', () => {
  const changes = { architectures: ['DiffusionGemmaForBlockDiffusion'], model_type: 'diffusion_gemma' };
  const base = catalogModel('google/gemma-4-26B-A4B');
  const model = catalogModel('google/gemma-4-26B-A4B', changes);

  it('has the layers of Gemma 4 26B and a gated block of 3 × 2816 × 2112 behind a norm', () => {
    expect(countParameters(model).total).toBe(countParameters(base).total + 3 * 2816 * 2112 + 2816);
    expect(model.layers.map(({ caches }) => caches)).toEqual(base.layers.map(({ caches }) => caches));
  });

  it('takes the width that the config states, and no V in full layers whatever it says', () => {
    const text = new ConfigReader(loadCatalogModel('google/gemma-4-26B-A4B')?.config).child('text_config').object();
    const other = catalogModel('google/gemma-4-26B-A4B', {
      ...changes,
      self_conditioning_size: 1024,
      text_config: { ...text, attention_k_eq_v: false },
    });
    expect(countParameters(other).total).toBe(countParameters(base).total + 3 * 2816 * 1024 + 2816);
  });

  it('says what is not counted', () => {
    expect(model.caveats.join()).toContain('blocks of tokens at once');
  });
});
