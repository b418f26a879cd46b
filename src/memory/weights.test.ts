import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { LayerSpec, ModelSpec } from '../model/model-spec.ts';
import type { LinearSpec, ModuleSpec, TensorSpec, VocabSpec } from '../model/module-spec.ts';
import { FP8_BLOCK_128, FP8_TENSOR, specOf, UNQUANTIZED } from '../model/quantization/schemes.ts';
import { GIB } from '../units/bytes.ts';
import { FIRST_RANK, type Layout, ONE_GPU } from './layout.ts';
import { weightKernelsFor } from './weight-kernels.ts';
import { type WeightOptions, weightsOfRank } from './weights.ts';

const linear = (part: Partial<LinearSpec> & Pick<LinearSpec, 'parts' | 'inFeatures' | 'split'>): LinearSpec => ({
  kind: 'linear',
  bias: false,
  quantizable: true,
  role: 'mlp',
  ...part,
});
const vocab = (name: string, rows: number, columns: number): VocabSpec => ({ kind: 'vocab', name, rows, columns, bias: false });
const norm = (name: string, elements: number): TensorSpec => ({ kind: 'tensor', name, elements, split: 'replicated' });

/** Llama-3.1-8B as vLLM builds it, written out by hand. */
function llama8b(change: Partial<ModelSpec> = {}): ModelSpec {
  const modules: readonly ModuleSpec[] = [
    linear({
      parts: [
        { name: 'self_attn.q_proj', outFeatures: 4096, heads: 32 },
        { name: 'self_attn.k_proj', outFeatures: 1024, heads: 8 },
        { name: 'self_attn.v_proj', outFeatures: 1024, heads: 8 },
      ],
      inFeatures: 4096,
      split: 'column',
      role: 'attention',
    }),
    linear({ parts: [{ name: 'self_attn.o_proj', outFeatures: 4096 }], inFeatures: 4096, split: 'row', role: 'attention' }),
    linear({
      parts: [
        { name: 'mlp.gate_proj', outFeatures: 14_336 },
        { name: 'mlp.up_proj', outFeatures: 14_336 },
      ],
      inFeatures: 4096,
      split: 'column',
    }),
    linear({ parts: [{ name: 'mlp.down_proj', outFeatures: 4096 }], inFeatures: 14_336, split: 'row' }),
    norm('input_layernorm', 4096),
    norm('post_attention_layernorm', 4096),
  ];
  const layer: LayerSpec = { modules, caches: [] };
  return {
    id: 'test/llama-8b',
    revision: null,
    architecture: 'LlamaForCausalLM',
    modelType: 'llama',
    task: 'generate',
    checkpointDtype: 'bfloat16',
    hiddenSize: 4096,
    vocabSize: 128_256,
    attentionHeads: 32,
    kvHeads: 8,
    headDim: 128,
    experts: null,
    mla: null,
    embedding: vocab('embed_tokens', 128_256, 4096),
    preLayers: [{ kind: 'tensor', name: 'rotary_emb.cos_sin_cache', elements: 131_072 * 128, split: 'replicated', derived: true }],
    layers: Array.from({ length: 32 }, () => layer),
    layerNames: { prefix: 'model.layers.', firstIndex: 0 },
    postLayers: [norm('norm', 4096)],
    head: vocab('lm_head', 128_256, 4096),
    mtpLayers: [],
    mtpLayerNames: { prefix: 'model.layers.', firstIndex: 32 },
    mtpModules: [],
    towers: [],
    unloadedParameters: 0,
    quantization: UNQUANTIZED,
    context: { isKnown: true, maxPositionTokens: 131_072, modelMaxLengthTokens: null, ropeScaling: null, slidingWindowTokens: null },
    publishedParameters: null,
    activeParameters: null,
    checkpointBytes: null,
    source: { kind: 'local', detail: 'test' },
    caveats: [],
    ...change,
  };
}

const options: WeightOptions = {
  dtype: 'bfloat16',
  quantization: UNQUANTIZED,
  kernels: weightKernelsFor({ capability: 90, version: [0, 19, 0], lora: false }),
  splitTowers: true,
  towers: true,
  loraSlots: null,
};
const tp = (tensorParallel: number): Layout => ({ ...ONE_GPU, tensorParallel });
const pp = (pipelineParallel: number): Layout => ({ ...ONE_GPU, pipelineParallel });

describe('weightsOfRank', () => {
  // "Model loading took" of rank 0, vLLM 0.19.0 on H100 (two decimals); int8 and fp8 with the head wide.
  test.each([
    { why: 'one GPU', layout: ONE_GPU, change: {}, gib: 14.99 },
    { why: 'float16 is as wide', layout: ONE_GPU, change: { dtype: 'float16' }, gib: 14.99 },
    { why: 'float32 is twice as wide', layout: ONE_GPU, change: { dtype: 'float32' }, gib: 29.98 },
    { why: 'two ranks', layout: tp(2), change: {}, gib: 7.51 },
    { why: 'four ranks', layout: tp(4), change: {}, gib: 3.77 },
    { why: 'two stages', layout: pp(2), change: {}, gib: 7.51 },
    { why: 'four stages', layout: pp(4), change: {}, gib: 4.26 },
    { why: 'fp8 while loading', layout: ONE_GPU, change: { quantization: specOf({ method: 'fp8', linear: FP8_TENSOR }) }, gib: 8.49 },
  ] as const)('Llama-3.1-8B, $why', ({ layout, change, gib }) => {
    const { total } = weightsOfRank(llama8b(), layout, FIRST_RANK, { ...options, ...change });
    expect(Math.abs(total / GIB - gib)).toBeLessThan(0.0051);
  });

  it('adds up', () => {
    const { total, ...parts } = weightsOfRank(llama8b(), tp(2), FIRST_RANK, options);
    expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(total);
  });

  it('holds a tied head once on one stage, and a copy on the last of several', () => {
    const tied = llama8b({ head: null });
    const embedding = 128_256 * 4096 * 2;
    expect(weightsOfRank(tied, ONE_GPU, FIRST_RANK, options)).toMatchObject({ embedding, head: 0 });
    expect(weightsOfRank(tied, pp(2), FIRST_RANK, options)).toMatchObject({ embedding, head: 0 });
    expect(weightsOfRank(tied, pp(2), { ...FIRST_RANK, stage: 1 }, options)).toMatchObject({ embedding: 0, head: embedding });
  });

  it('pads the vocabulary to 64 rows', () => {
    const model = llama8b({ embedding: vocab('embed_tokens', 32_001, 4096) });
    expect(weightsOfRank(model, ONE_GPU, FIRST_RANK, options).embedding).toBe(32_064 * 4096 * 2);
  });

  it('gives every rank one K and V head past tp = kvHeads', () => {
    // 16 ranks: q 256 rows, k and v 128 rows each, o 256 inputs, gate and up 896 rows each, down 896 inputs, two norms.
    const layer = 2 * 4096 * (256 + 128 + 128 + 256 + 2 * 896 + 896 + 2);
    expect(weightsOfRank(llama8b(), tp(16), FIRST_RANK, options).layers).toBe(32 * layer + 4096 * 2);
  });

  it('keeps ignored modules wide', () => {
    const quantization = specOf({
      method: 'fp8',
      linear: FP8_TENSOR,
      ignored: [{ match: 'exact', value: 'layers.3.mlp.down_proj' }],
    });
    const all = weightsOfRank(llama8b(), ONE_GPU, FIRST_RANK, { ...options, quantization: { ...quantization, ignored: [] } });
    const one = weightsOfRank(llama8b(), ONE_GPU, FIRST_RANK, { ...options, quantization });
    expect(one.layers - all.layers).toBe(4096 * 14_336 - 4);
  });

  it('keeps a wide copy of a quantized kv_b_proj beside it', () => {
    // DeepSeek-V3 at tp 8: 128 / 8 heads × (128 + 128) × 512 × 2 B = 4 MiB a layer.
    const projection = linear({
      parts: [{ name: 'self_attn.kv_b_proj', outFeatures: 128 * 256, heads: 128 }],
      inFeatures: 512,
      split: 'column',
    });
    const model = llama8b({
      attentionHeads: 128,
      mla: { kvLoraRank: 512, qkRopeHeadDim: 64, qkNopeHeadDim: 128, vHeadDim: 128 },
      layers: [{ modules: [projection], caches: [] }],
    });
    const quantization = specOf({ method: 'fp8', linear: FP8_BLOCK_128 });
    expect(weightsOfRank(model, tp(8), FIRST_RANK, { ...options, quantization }).mlaCopies).toBe(4 * 2 ** 20);
    expect(weightsOfRank(model, tp(8), FIRST_RANK, options)).toMatchObject({ mlaCopies: 0, tables: 131_072 * 128 * 2 + 128 * 2 ** 20 });
  });

  it('sizes adapter slots by rank, slots and shards', () => {
    // One layer, rank 16, 2 slots: A of q, k, v, gate, up and o, down (inputs), B of each (outputs).
    const model = llama8b({ layers: llama8b().layers.slice(0, 1) });
    const inputs = 5 * 4096 + 4096 + 14_336;
    const outputs = 4096 + 1024 + 1024 + 2 * 14_336 + 2 * 4096;
    const { lora } = weightsOfRank(model, ONE_GPU, FIRST_RANK, { ...options, loraSlots: { maxLoras: 2, rank: 16 } });
    expect(lora).toBe(2 * 16 * (inputs + outputs) * 2);
  });

  it('covers the whole model over the ranks, and shrinks as ranks are added', () => {
    const whole = weightsOfRank(llama8b(), ONE_GPU, FIRST_RANK, options);
    fc.assert(
      fc.property(fc.constantFrom(1, 2, 4, 8, 16, 32), (ranks) => {
        const one = weightsOfRank(llama8b(), tp(ranks), FIRST_RANK, options);
        const two = weightsOfRank(llama8b(), tp(ranks * 2), FIRST_RANK, options);
        return one.layers * ranks >= whole.layers && two.total < one.total;
      }),
    );
  });
});
