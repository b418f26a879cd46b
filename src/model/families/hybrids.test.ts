import { describe, expect, it, test } from 'vitest';
import { loadCatalogModel } from '../../catalog/load-models.ts';
import type { CacheSpec } from '../cache-spec.ts';
import { ConfigReader } from '../config-reader.ts';
import { countParameters } from '../count-parameters.ts';
import type { ModelSpec } from '../model-spec.ts';
import { parseModel } from '../parse-model.ts';
import { UNQUANTIZED } from '../quantization/schemes.ts';

function modelOf(id: string, changes: Readonly<Record<string, unknown>> = {}): ModelSpec {
  const record = loadCatalogModel(id);
  if (record === undefined) throw new RangeError(`not in the catalog: ${id}`);
  return parseModel({
    id,
    revision: null,
    config: { ...new ConfigReader(record.config).object(), ...changes },
    hfQuantConfig: null,
    source: { kind: 'catalog', detail: 'test' },
    publishedParameters: null,
    activeParameters: null,
    checkpointBytes: null,
    quantizationOverride: UNQUANTIZED,
  });
}

function textParameters(model: ModelSpec): number {
  const { total, mtp, towers } = countParameters(model);
  return total - mtp - towers;
}

function cacheCounts(model: ModelSpec): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { caches } of model.layers) {
    const kind = caches.map((cache) => (cache.kind === 'state' ? cache.recurrence : cache.kind)).join('+');
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

function firstCache(model: ModelSpec, kind: CacheSpec['kind']): CacheSpec | undefined {
  return model.layers.flatMap(({ caches }) => caches).find((cache) => cache.kind === kind);
}

describe('parameters of hybrids equal the published totals', () => {
  test.each([
    ['Qwen/Qwen3-Next-80B-A3B-Instruct', 81_324_862_720],
    ['Qwen/Qwen3.5-0.8B', 873_438_784],
    ['Qwen/Qwen3.5-2B', 2_274_069_824],
    ['Qwen/Qwen3.5-27B', 27_781_427_952],
    ['Qwen/Qwen3.5-122B-A10B', 125_086_497_008],
    ['Qwen/Qwen3.6-35B-A3B', 35_951_822_704],
    ['nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16', 31_577_937_344],
    ['nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-FP8', 123_611_012_096],
    ['moonshotai/Kimi-Linear-48B-A3B-Instruct', 49_122_681_728],
    ['tiiuae/Falcon-H1-0.5B-Base', 521_411_104],
    ['LiquidAI/LFM2-8B-A1B', 8_339_929_856],
  ])('%s', (id, published) => {
    expect(countParameters(modelOf(id)).total).toBe(published);
  });
});

describe('caches of hybrids', () => {
  test.each([
    { id: 'Qwen/Qwen3.6-35B-A3B', want: { gdn: 30, full: 10 } },
    { id: 'Qwen/Qwen3-Next-80B-A3B-Instruct', want: { gdn: 36, full: 12 } },
    { id: 'nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16', want: { mamba2: 23, full: 6, '': 23 } },
    { id: 'moonshotai/Kimi-Linear-48B-A3B-Instruct', want: { kda: 20, latent: 7 } },
    { id: 'tiiuae/Falcon-H1-0.5B-Base', want: { 'full+mamba2': 36 } },
    { id: 'LiquidAI/LFM2-8B-A1B', want: { 'short-conv': 18, full: 6 } },
  ])('$id', ({ id, want }) => {
    expect(cacheCounts(modelOf(id))).toEqual(want);
  });

  // A page of 2 146 304 bytes in the engine's log: 3 × 8192 × 2 (convolution) + 32 × 128 × 128 × 4 (state, float32).
  it('knows the state of Qwen 3.6', () => {
    expect(firstCache(modelOf('Qwen/Qwen3.6-35B-A3B'), 'state')).toMatchObject({
      convKernel: 4,
      convChannels: 8192,
      heads: 32,
      stateRows: 128,
      stateColumns: 128,
      stateDtype: 'float32',
    });
  });

  it('leaves the state of Qwen 3 Next in the dtype of the model, as its class does', () => {
    expect(firstCache(modelOf('Qwen/Qwen3-Next-80B-A3B-Instruct'), 'state')).toMatchObject({ stateDtype: null });
  });

  // 7680 channels of x and 8 groups of 2 × 128 make the 9728 channels of the checkpoint's convolution.
  it('counts the groups of a Mamba 2 convolution apart', () => {
    expect(firstCache(modelOf('nvidia/NVIDIA-Nemotron-3-Nano-4B-BF16'), 'state')).toMatchObject({
      convChannels: 7680,
      groups: 8,
      groupChannels: 256,
      heads: 96,
      stateRows: 80,
      stateColumns: 128,
      stateDtype: 'float32',
    });
  });
});

describe('weights of Qwen 3.6 without its tower', () => {
  // 64.69 GiB in the engine's log with the tower switched off, of which 0.125 GiB are the rotary table.
  it('are 64.56 GiB in bfloat16', () => {
    expect(((textParameters(modelOf('Qwen/Qwen3.6-35B-A3B')) * 2) / 2 ** 30).toFixed(2)).toBe('64.56');
  });
});

describe('settings that are not understood', () => {
  test.each([
    { id: 'Qwen/Qwen3.8-2.4T-A95B', change: { layer_scale: true }, field: 'layer_scale' },
    { id: 'Qwen/Qwen3.8-2.4T-A95B', change: { mamba_ssm_dtype: 'float8' }, field: 'mamba_ssm_dtype' },
    { id: 'nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16', change: { hybrid_override_pattern: 'MX' }, field: 'hybrid_override_pattern' },
    { id: 'moonshotai/Kimi-Linear-48B-A3B-Instruct', change: { num_nextn_predict_layers: 1 }, field: 'num_nextn_predict_layers' },
    { id: 'LiquidAI/LFM2-8B-A1B', change: { conv_dim: 1024 }, field: 'conv_dim' },
  ])('$field is refused by name', ({ id, change, field }) => {
    expect(() => modelOf(id, change)).toThrow(field);
  });
});
