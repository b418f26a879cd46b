import { describe, expect, it, test } from 'vitest';
import { modelOf, TINY_LLAMA } from '../../test/model/model-of.ts';
import type { ContextSpec } from './model-spec.ts';

function contextOf(config: object): ContextSpec {
  return modelOf({ ...TINY_LLAMA, ...config }).context;
}

describe('readContext', () => {
  test.each([
    { why: 'the smallest of the fields counts', config: { max_position_embeddings: 4096, seq_length: 2048 }, want: 2048 },
    { why: 'class default of a file without any', config: { max_position_embeddings: null }, want: 2048 },
    { why: 'Command R states its true length apart', config: { max_position_embeddings: 8192, model_max_length: 131_072 }, want: 8192 },
  ])('length: $why', ({ config, want }) => {
    expect(contextOf(config).maxPositionTokens).toBe(want);
  });

  it('keeps model_max_length, which beats the others', () => {
    expect(contextOf({ model_max_length: 131_072 }).modelMaxLengthTokens).toBe(131_072);
  });

  test.each([
    {
      why: 'older name and key',
      config: { rope_scaling: { type: 'linear', factor: 4 } },
      want: { type: 'linear', factor: 4, originalMaxPositionTokens: null },
    },
    {
      why: 'YaRN with its base',
      config: { rope_scaling: { rope_type: 'yarn', factor: 32.0, original_max_position_embeddings: 4096 } },
      want: { type: 'yarn', factor: 32, originalMaxPositionTokens: 4096 },
    },
    {
      why: 'LongRoPE keeps the base beside the block',
      config: { original_max_position_embeddings: 4096, rope_scaling: { type: 'longrope', long_factor: [1.1] } },
      want: { type: 'longrope', factor: null, originalMaxPositionTokens: 4096 },
    },
    { why: 'transformers 5 without scaling', config: { rope_parameters: { rope_type: 'default', rope_theta: 1e6 } }, want: null },
    {
      why: 'one block for each kind of layer',
      config: { rope_parameters: { sliding_attention: { rope_type: 'default' }, full_attention: { rope_type: 'linear', factor: 8 } } },
      want: { type: 'linear', factor: 8, originalMaxPositionTokens: null },
    },
    { why: 'multi-axis positions scale nothing', config: { rope_scaling: { type: 'mrope', mrope_section: [16, 24, 24] } }, want: null },
  ])('rope: $why', ({ config, want }) => {
    expect(contextOf(config).ropeScaling).toEqual(want);
  });

  test.each([
    { why: 'Mistral 7B v0.1: all layers', config: { sliding_window: 4096 }, want: 4096 },
    { why: 'half of the layers', config: { sliding_window: 4096, layer_types: ['sliding_attention', 'full_attention'] }, want: null },
    { why: '0 means none', config: { sliding_window: 0 }, want: null },
  ])('window of the model: $why', ({ config, want }) => {
    expect(contextOf(config).slidingWindowTokens).toBe(want);
  });

  it('leaves out the rows of XLM-RoBERTa that no position uses', () => {
    const config = {
      architectures: ['XLMRobertaModel'],
      model_type: 'xlm-roberta',
      max_position_embeddings: 514,
      type_vocab_size: 1,
      pad_token_id: 1,
    };
    expect(contextOf(config).maxPositionTokens).toBe(512);
  });
});
