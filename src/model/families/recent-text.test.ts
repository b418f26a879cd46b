import { describe, expect, it, test } from 'vitest';
import { modelOf } from '../../../test/model/model-of.ts';
import { loadCatalogModel } from '../../catalog/load-models.ts';
import { ConfigReader } from '../config-reader.ts';
import { countParameters } from '../count-parameters.ts';
import type { ModelSpec } from '../model-spec.ts';

function catalogModel(id: string, changes: Readonly<Record<string, unknown>> = {}): ModelSpec {
  return modelOf({ ...new ConfigReader(loadCatalogModel(id)?.config).object(), ...changes });
}

function textOf(id: string): Readonly<Record<string, unknown>> {
  return new ConfigReader(loadCatalogModel(id)?.config).child('text_config').object();
}

describe('Laguna', () => {
  it('counts query heads layer by layer', () => {
    expect(countParameters(catalogModel('poolside/Laguna-XS.2-FP8')).total).toBe(33_442_617_088);
  });

  it('gates each channel when the config says so', () => {
    const gates = catalogModel('poolside/Laguna-XS.2-FP8', { gating: 'per-element' }).layers[0]?.modules;
    expect(gates).toContainEqual(expect.objectContaining({ parts: [{ name: 'self_attn.g_proj', outFeatures: 48 * 128 }] }));
  });

  it('refuses a gate that it does not know', () => {
    expect(() => catalogModel('poolside/Laguna-XS.2-FP8', { gating: 'per-token' })).toThrow('gating');
  });
});

describe('MiMo-V2', () => {
  const model = catalogModel('XiaomiMiMo/MiMo-V2-Flash');

  it('keeps keys that are wider than values', () => {
    expect(model.layers[0]?.caches).toEqual([{ kind: 'full', kvHeads: 4, headDim: 192, valueHeadDim: 128 }]);
    expect(model.layers[1]?.caches).toEqual([{ kind: 'sliding', windowTokens: 128, kvHeads: 8, headDim: 192, valueHeadDim: 128 }]);
  });

  it('says that the encoders of V2.5 are not loaded', () => {
    expect(catalogModel('XiaomiMiMo/MiMo-V2.5').caveats).toHaveLength(1);
  });

  it('refuses a pattern that is too short', () => {
    expect(() => catalogModel('XiaomiMiMo/MiMo-V2-Flash', { hybrid_layer_pattern: [0, 1] })).toThrow('hybrid_layer_pattern');
  });
});

describe('Kimi-K3', () => {
  const model = catalogModel('moonshotai/Kimi-K3');

  test.each([
    {
      why: 'routed experts are narrow',
      name: 'block_sparse_moe.experts',
      want: { hiddenSize: 3584, intermediateSize: 3072, experts: 896 },
    },
    { why: 'the output gate of latent attention', name: 'self_attn.g_proj', want: { inFeatures: 7168 } },
  ])('$why', ({ name, want }) => {
    const modules = model.layers[3]?.modules.filter((module) => (module.kind === 'linear' ? module.parts[0]?.name : module.name) === name);
    expect(modules).toEqual([expect.objectContaining(want)]);
  });

  it('has 69 layers of delta attention', () => {
    expect(model.layers.filter(({ caches }) => caches[0]?.kind === 'state')).toHaveLength(69);
  });
});

describe('Muse Glimmer', () => {
  it('has three sliding layers, then a full one', () => {
    const kinds = catalogModel('meta-models/Muse-Glimmer-30B').layers.map(({ caches }) => caches[0]?.kind);
    expect(kinds.slice(0, 4)).toEqual(['sliding', 'sliding', 'sliding', 'full']);
  });
});

describe('MiniMax M3', () => {
  const model = catalogModel('nvidia/MiniMax-M3-NVFP4');

  it('keeps 16-bit index keys in all but the first three layers', () => {
    const indexers = model.layers.map(({ caches }) => caches.find(({ kind }) => kind === 'indexer'));
    expect(indexers.slice(0, 3)).toEqual([undefined, undefined, undefined]);
    expect(indexers.slice(3)).toEqual(Array(57).fill({ kind: 'indexer', headDim: 128, rowBytes: 256 }));
  });

  it('merges four patches into a token', () => {
    expect(model.towers[0]).toMatchObject({ maxTokensPerItem: 5184, patchesPerToken: 4 });
  });
});

describe('architectures that are known and not read', () => {
  test.each([
    { id: 'Qwen/Qwen3.8-Flash-Next-FP8', field: 'text_config.ngram_size' },
    { id: 'zai-org/GLM-5.3-Flash', field: 'text_config.index_kpool' },
    { id: 'deepseek-ai/DeepSeek-V4.1-Flash', field: 'text_config.engram_layer_ids' },
    { id: 'stepfun-ai/Step-3.7-Flash', field: 'share_expert_dim' },
    { id: 'nvidia/Nemotron-Labs-Diffusion-8B', field: 'dlm_paradigm' },
  ])('$id is refused by $field', ({ id, field }) => {
    expect(() => catalogModel(id)).toThrow(`"${field}"`);
  });
});

describe('damaged files', () => {
  test.each([
    { id: 'Qwen/Qwen3.5-27B', change: { text_config: { ...textOf('Qwen/Qwen3.5-27B'), mtp_num_hidden_layers: 1e9 } } },
    { id: 'deepseek-ai/DeepSeek-V3.2', change: { num_nextn_predict_layers: 1e9 } },
    { id: 'deepseek-ai/DeepSeek-V4-Flash', change: { num_nextn_predict_layers: 1e9 } },
    { id: 'MiniMaxAI/MiniMax-M3', change: { num_mtp_modules: 1e9 } },
  ])('$id with a billion prediction layers costs nothing', ({ id, change }) => {
    expect(() => catalogModel(id, change)).toThrow('prediction layers');
  });
});
