import { describe, expect, it, test } from 'vitest';
import { applyDifference } from './apply-difference.ts';

describe('applyDifference', () => {
  test.each([
    { why: 'a field at the top', config: { vocab_size: 1 }, set: { vocab_size: 2 }, want: { vocab_size: 2 } },
    {
      why: 'a field of the nested language model',
      config: { text_config: { vocab_size: 1, hidden_size: 8 } },
      set: { vocab_size: 2 },
      want: { text_config: { vocab_size: 2, hidden_size: 8 } },
    },
    { why: 'a field that is nowhere goes to the top', config: { text_config: {} }, set: { x: 1 }, want: { text_config: {}, x: 1 } },
    {
      why: 'a place by name',
      config: { model_type: 'mistral3', text_config: { model_type: 'ministral3' } },
      set: { 'text_config.model_type': 'mistral' },
      want: { model_type: 'mistral3', text_config: { model_type: 'mistral' } },
    },
    {
      why: 'a context replaces every key of it',
      config: { seq_length: 8192, max_position_embeddings: 8192 },
      set: { max_position_embeddings: 32768 },
      want: { max_position_embeddings: 32768 },
    },
    {
      why: 'and moves the YaRN factor: 4096 × 64 = 262144',
      config: { max_position_embeddings: 131072, rope_scaling: { type: 'yarn', factor: 32, original_max_position_embeddings: 4096 } },
      set: { max_position_embeddings: 262144 },
      want: { max_position_embeddings: 262144, rope_scaling: { type: 'yarn', factor: 64, original_max_position_embeddings: 4096 } },
    },
    {
      why: 'but not the factor of Llama 3, by which the engine does not multiply',
      config: { max_position_embeddings: 131072, rope_scaling: { rope_type: 'llama3', factor: 8, original_max_position_embeddings: 8192 } },
      set: { max_position_embeddings: 65536 },
      want: { max_position_embeddings: 65536, rope_scaling: { rope_type: 'llama3', factor: 8, original_max_position_embeddings: 8192 } },
    },
  ])('$why', ({ config, set, want }) => {
    expect(applyDifference(config, set)).toEqual(want);
  });

  it('leaves the original as it was', () => {
    const config = { text_config: { vocab_size: 1 } };
    applyDifference(config, { vocab_size: 2 });
    expect(config).toEqual({ text_config: { vocab_size: 1 } });
  });
});
