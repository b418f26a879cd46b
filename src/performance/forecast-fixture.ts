import type { GpuSpec } from '../catalog/gpu-spec.ts';
import type { EngineSettings } from '../engine/engine-settings.ts';
import { type Layout, ONE_GPU } from '../memory/layout.ts';
import type { LayerSpec, ModelSpec } from '../model/model-spec.ts';
import type { LinearSpec } from '../model/module-spec.ts';
import { PLAIN } from '../model/quantization/schemes.ts';
import type { QuantizationSpec } from '../model/quantization-spec.ts';
import type { ForecastInput, ForecastWorkload } from './forecast-types.ts';

// A small invented setting for tests: round numbers, so that sums can be done by hand.

const UNQUANTIZED: QuantizationSpec = {
  method: 'none',
  label: 'none',
  linear: PLAIN,
  experts: PLAIN,
  rules: [],
  ignored: [],
  quantizesHead: false,
  quantizesTowers: false,
  kvCacheDtype: null,
  online: false,
};

function linear(name: string, role: LinearSpec['role'], split: LinearSpec['split'], outFeatures: number, inFeatures: number): LinearSpec {
  return { kind: 'linear', parts: [{ name, outFeatures }], inFeatures, bias: false, split, quantizable: true, role };
}

/** 4 × 1000 × 1000 of attention and 3 × 4000 × 1000 of feed-forward: 16 M weights; 8 KV heads of 128. */
export const DENSE_LAYER: LayerSpec = {
  modules: [
    linear('self_attn.qkv_proj', 'attention', 'column', 3000, 1000),
    linear('self_attn.o_proj', 'attention', 'row', 1000, 1000),
    linear('mlp.gate_up_proj', 'mlp', 'column', 8000, 1000),
    linear('mlp.down_proj', 'mlp', 'row', 1000, 4000),
  ],
  caches: [{ kind: 'full', kvHeads: 8, headDim: 128, valueHeadDim: 128 }],
};

/** The same attention, and 64 experts of 3 × 500 × 1000 of which a token takes 4. */
export const MIXTURE_LAYER: LayerSpec = {
  modules: [
    ...DENSE_LAYER.modules.slice(0, 2),
    {
      kind: 'experts',
      name: 'mlp.experts',
      experts: 64,
      perToken: 4,
      hiddenSize: 1000,
      intermediateSize: 500,
      gated: true,
      bias: false,
    },
  ],
  caches: DENSE_LAYER.caches,
};

export function testModel(layers: readonly LayerSpec[]): ModelSpec {
  return {
    id: 'acme/tiny',
    revision: null,
    architecture: 'LlamaForCausalLM',
    modelType: 'llama',
    task: 'generate',
    checkpointDtype: 'bfloat16',
    hiddenSize: 1000,
    vocabSize: 32_000,
    attentionHeads: 8,
    kvHeads: 8,
    headDim: 128,
    experts: null,
    mla: null,
    embedding: { kind: 'vocab', name: 'embed_tokens', rows: 32_000, columns: 1000, bias: false },
    preLayers: [],
    layers,
    layerNames: { prefix: 'model.layers.', firstIndex: 0 },
    postLayers: [],
    head: { kind: 'vocab', name: 'lm_head', rows: 32_000, columns: 1000, bias: false },
    mtpLayers: [],
    mtpLayerNames: { prefix: '', firstIndex: 0 },
    mtpModules: [],
    towers: [],
    unloadedParameters: 0,
    quantization: UNQUANTIZED,
    context: { maxPositionTokens: 32_768, modelMaxLengthTokens: null, ropeScaling: null, slidingWindowTokens: null, isKnown: true },
    publishedParameters: null,
    activeParameters: null,
    checkpointBytes: null,
    source: { kind: 'local', detail: 'test' },
    caveats: [],
  };
}

/** 1 TB/s and 100 TFLOP/s. */
export const TEST_GPU: GpuSpec = {
  id: 'acme-x1',
  label: 'ACME X1',
  vendor: 'nvidia',
  architecture: 'Hopper',
  computeCapability: '9.0',
  names: ['acme x1'],
  memoryBandwidthBytesPerS: { value: 1e12, source: 'test' },
  denseFlopsPerS: { bf16: { value: 100e12, source: 'test' } },
  integrated: false,
  link: { kind: 'nvlink', bytesPerSPerDirection: { value: 450e9, source: 'test' }, fitted: 'board', maxGpus: 8 },
  pcie: { value: { generation: 4, lanes: 16 }, source: 'test' },
  peerToPeer: true,
};

export const TEST_SETTINGS: EngineSettings = {
  version: [0, 19, 0],
  dtype: 'bfloat16',
  dtypeBytes: 2,
  kvCacheDtype: 'bfloat16',
  maxModelLen: 32_768,
  derivedMaxModelLen: 32_768,
  gpuMemoryUtilization: 0.9,
  tensorParallelSize: 1,
  pipelineParallelSize: 1,
  dataParallelSize: 1,
  decodeContextParallelSize: 1,
  enableExpertParallel: false,
  maxNumSeqs: 256,
  maxNumBatchedTokens: 8192,
  blockSize: 16,
  enablePrefixCaching: true,
  enableChunkedPrefill: true,
  asyncScheduling: true,
  hybridKvCacheManager: true,
  mambaCacheMode: 'none',
  cudagraphMode: 'FULL_AND_PIECEWISE',
  cudagraphCaptureSizes: [1, 2, 4, 8, 16, 256, 512],
  modelRunner: 'v1',
  speculativeMethod: null,
  slidingWindowDisabled: false,
  numSpeculativeTokens: 0,
};

export const TEST_LOAD: ForecastWorkload = {
  promptTokens: 1000,
  genTokens: 200,
  concurrency: 8,
  requestRate: null,
  numPrompts: 80,
  randomRangeRatio: 0.1,
  prefixHitRate: 0,
  acceptanceLength: 1,
};

export interface TestChanges {
  readonly layers?: readonly LayerSpec[];
  readonly gpu?: Partial<GpuSpec>;
  readonly settings?: Partial<EngineSettings>;
  readonly layout?: Partial<Layout>;
  readonly workload?: Partial<ForecastWorkload>;
  readonly fastLink?: boolean;
  readonly kvCache?: ForecastInput['kvCache'];
}

/** Ten dense layers on one GPU unless told otherwise. */
export function testInput({ layers, gpu, settings, layout, workload, fastLink, kvCache }: TestChanges = {}): ForecastInput {
  const spread = { ...ONE_GPU, ...layout };
  const sizes = {
    tensorParallelSize: spread.tensorParallel,
    pipelineParallelSize: spread.pipelineParallel,
    dataParallelSize: spread.dataParallel,
  };
  return {
    model: testModel(layers ?? Array.from({ length: 10 }, () => DENSE_LAYER)),
    settings: { ...TEST_SETTINGS, ...sizes, ...settings },
    layout: spread,
    gpu: { ...TEST_GPU, ...gpu },
    fastLink: fastLink ?? true,
    workload: { ...TEST_LOAD, ...workload },
    weightBytes: 10 * 16e6 * 2 + 2 * 64e6,
    kvCache: kvCache ?? null,
  };
}
