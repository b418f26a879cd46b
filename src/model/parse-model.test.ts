import { describe, expect, it, test } from 'vitest';
import { modelOf, TINY_LLAMA } from '../../test/model/model-of.ts';

describe('parseModel', () => {
  it('reads names, dtype and places in the checkpoint', () => {
    const model = modelOf(TINY_LLAMA);
    expect(model).toMatchObject({
      architecture: 'LlamaForCausalLM',
      modelType: 'llama',
      task: 'generate',
      checkpointDtype: 'bfloat16',
      hiddenSize: 8,
      attentionHeads: 4,
      kvHeads: 2,
      headDim: 2,
      layerNames: { prefix: 'model.layers.', firstIndex: 0 },
    });
    expect(model.embedding).toEqual({ kind: 'vocab', name: 'model.embed_tokens', rows: 10, columns: 8, bias: false });
    expect(model.head).toEqual({ kind: 'vocab', name: 'lm_head', rows: 10, columns: 8, bias: false });
  });

  it('repeats one object for layers of one kind', () => {
    const { layers } = modelOf({ ...TINY_LLAMA, num_hidden_layers: 80 });
    expect(layers).toHaveLength(80);
    expect(new Set(layers).size).toBe(1);
  });

  test.each([
    { why: 'older spelling with the module in front', config: { torch_dtype: 'torch.float16' }, want: 'float16' },
    { why: 'newer spelling', config: { torch_dtype: null, dtype: 'float32' }, want: 'float32' },
    { why: 'left to vLLM when it is no plain type', config: { torch_dtype: 'float8_e4m3fn' }, want: null },
  ])('dtype: $why', ({ config, want }) => {
    expect(modelOf({ ...TINY_LLAMA, ...config }).checkpointDtype).toBe(want);
  });

  it('goes by model_type when the config names no architecture', () => {
    expect(modelOf({ ...TINY_LLAMA, architectures: null }).architecture).toBe('LlamaForCausalLM');
  });

  test.each([
    {
      why: 'an architecture that nobody knows',
      config: { architectures: ['Foo7ForCausalLM'] },
      code: 'MODEL_UNSUPPORTED',
      want: 'Foo7ForCausalLM',
    },
    {
      why: 'sizes whose product no number holds',
      config: { hidden_size: 1e7, intermediate_size: 1e9 },
      code: 'MODEL_UNREADABLE',
      want: 'parameters, more than can be counted',
    },
    { why: 'nothing to go by', config: { architectures: [], model_type: null }, code: 'MODEL_UNREADABLE', want: 'neither' },
    { why: 'too many layers', config: { num_hidden_layers: 1e6 }, code: 'MODEL_UNSUPPORTED', want: 'num_hidden_layers' },
    { why: 'heads that do not fit', config: { num_attention_heads: 3 }, code: 'MODEL_UNSUPPORTED', want: 'num_attention_heads' },
    { why: 'a size that is missing', config: { intermediate_size: null }, code: 'MODEL_UNREADABLE', want: 'intermediate_size' },
    {
      why: 'a kind of layer that Llama has not',
      config: { layer_types: ['mamba', 'mamba'] },
      code: 'MODEL_UNSUPPORTED',
      want: 'layer_types',
    },
    { why: 'too few layer kinds', config: { layer_types: ['full_attention'] }, code: 'MODEL_UNSUPPORTED', want: 'layer_types' },
  ])('$code: $why', ({ config, code, want }) => {
    expect(() => modelOf({ ...TINY_LLAMA, ...config })).toThrow(expect.objectContaining({ code, message: expect.stringContaining(want) }));
  });

  test.each([
    { why: 'its name says embedding', facts: { id: 'acme/tiny-embedding' }, task: 'pooling', caveats: 1 },
    { why: 'the repository has a pooling module', facts: { pools: true }, task: 'pooling', caveats: 0 },
    { why: 'the repository has none', facts: { id: 'acme/tiny-embedding', pools: false }, task: 'generate', caveats: 0 },
  ])('an embedding model has no head: $why', ({ facts, task, caveats }) => {
    const model = modelOf(TINY_LLAMA, facts);
    expect(model.task).toBe(task);
    expect(model.head === null).toBe(task === 'pooling');
    expect(model.caveats).toHaveLength(caveats);
  });

  it('gives a classifier a float32 score in place of the head', () => {
    const model = modelOf({
      ...TINY_LLAMA,
      architectures: ['LlamaForSequenceClassification'],
      id2label: { 0: 'bad', 1: 'good', 2: 'best' },
    });
    expect(model).toMatchObject({ task: 'pooling', head: null });
    expect(model.postLayers.at(-1)).toMatchObject({ parts: [{ name: 'score', outFeatures: 3 }], dtype: 'float32', quantizable: false });
  });
});
