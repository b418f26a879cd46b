import { describe, expect, it, test } from 'vitest';
import { modelOf } from '../../../../test/model/model-of.ts';
import { loadCatalogModel } from '../../../catalog/load-models.ts';
import { ConfigReader } from '../../config-reader.ts';
import { countParameters } from '../../count-parameters.ts';
import type { ModelSpec } from '../../model-spec.ts';

function catalogModel(id: string, changes: Readonly<Record<string, unknown>> = {}): ModelSpec {
  return modelOf({ ...new ConfigReader(loadCatalogModel(id)?.config).object(), ...changes });
}

describe('parameters of towers', () => {
  // Each is the published total of the checkpoint less its language model, counted from the config.
  test.each([
    ['llava-hf/llava-1.5-7b-hf', 311_888_896],
    ['Qwen/Qwen2-VL-7B-Instruct', 675_759_104],
    ['Qwen/Qwen2.5-VL-7B-Instruct', 676_550_144],
    ['Qwen/Qwen3-VL-8B-Instruct', 576_388_336],
    ['google/gemma-3-27b-it', 423_060_336],
    ['meta-llama/Llama-4-Scout-17B-16E-Instruct', 871_932_416],
    ['meta-llama/Llama-3.2-11B-Vision-Instruct', 895_028_755],
    ['LGAI-EXAONE/EXAONE-4.5-33B', 1_286_482_944],
    ['LiquidAI/LFM2.5-VL-1.6B', 426_285_296],
    // transformers 5.20 builds an encoder of 636,968,960 and a projector of 25,165,824.
    ['mistralai/Voxtral-Mini-3B-2507', 662_134_784],
  ])('%s', (id, want) => {
    expect(countParameters(catalogModel(id)).towers).toBe(want);
  });

  test.each([
    { why: 'the encoder is loaded up to the layer before the last', id: 'llava-hf/llava-1.5-7b-hf', total: 7_063_427_072 },
    { why: 'the pooling head of the encoder is not loaded', id: 'deepseek-ai/deepseek-vl2-tiny', total: 3_370_501_440 },
    { why: 'encoder and decoder', id: 'openai/whisper-large-v3-turbo', total: 808_878_080 },
  ])('$why: $id', ({ id, total }) => {
    expect(countParameters(catalogModel(id)).total).toBe(total);
  });
});

describe('tokens of one image', () => {
  test.each([
    { id: 'llava-hf/llava-1.5-7b-hf', want: { maxTokensPerItem: 576, patchesPerToken: 1 } },
    { id: 'Qwen/Qwen2.5-VL-7B-Instruct', want: { maxTokensPerItem: 16_384, patchesPerToken: 4 } },
    { id: 'google/gemma-3-27b-it', want: { maxTokensPerItem: 256, patchesPerToken: 16 } },
    { id: 'google/gemma-4-31B-it', want: { maxTokensPerItem: 2496, patchesPerToken: 9 } },
    // 55 rows of 55 merged patches, and a token at the end of each row.
    { id: 'mistralai/Devstral-Small-2-24B-Instruct-2512', want: { maxTokensPerItem: 3080, patchesPerToken: 4 } },
    { id: 'meta-llama/Llama-4-Scout-17B-16E-Instruct', want: { maxTokensPerItem: 17 * 144, patchesPerToken: 4 } },
  ])('$id', ({ id, want }) => {
    expect(catalogModel(id).towers[0]).toMatchObject(want);
  });
});

describe('caches of models that attend to an encoder', () => {
  it('has an image cache in every fifth layer of Llama 3.2 Vision', () => {
    const { layers } = catalogModel('meta-llama/Llama-3.2-11B-Vision-Instruct');
    expect(layers.flatMap(({ caches }, index) => (caches[0]?.kind === 'cross' ? [index] : []))).toEqual([3, 8, 13, 18, 23, 28, 33, 38]);
    expect(layers[3]?.caches).toEqual([{ kind: 'cross', kvHeads: 8, headDim: 128, valueHeadDim: 128, encoderTokens: 4 * 1601 }]);
  });

  it('has both caches in every layer of Whisper', () => {
    expect(catalogModel('openai/whisper-large-v3-turbo').layers[0]?.caches).toEqual([
      { kind: 'full', kvHeads: 20, headDim: 64, valueHeadDim: 64 },
      { kind: 'cross', kvHeads: 20, headDim: 64, valueHeadDim: 64, encoderTokens: 1500 },
    ]);
  });
});

describe('towers that are not understood', () => {
  test.each([
    { id: 'llava-hf/llava-1.5-7b-hf', change: { vision_config: { model_type: 'vit' } }, field: 'vision_config' },
    { id: 'llava-hf/llava-1.5-7b-hf', change: { text_config: { model_type: 'rwkv' } }, field: 'text_config.model_type' },
    { id: 'llava-hf/llava-1.5-7b-hf', change: { vision_feature_layer: 1e9 }, field: 'vision_feature_layer' },
    { id: 'microsoft/Phi-3.5-vision-instruct', change: { img_processor: { model_name: 'other' } }, field: 'img_processor.model_name' },
  ])('$field is refused by name', ({ id, change, field }) => {
    expect(() => catalogModel(id, change)).toThrow(field);
  });

  it('keeps the language model of a config without vision part, and says so', () => {
    const model = catalogModel('meta-llama/Llama-4-Maverick-17B-128E-Instruct');
    expect(model.towers).toEqual([]);
    expect(model.caveats).toEqual([
      'The config does not describe the vision encoder, so the weights are those of the language model alone.',
    ]);
  });
});
