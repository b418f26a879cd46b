import { describe, expect, it, test } from 'vitest';
import { ConfigReader } from './config-reader.ts';
import { rotaryTables } from './read-rotary.ts';

const elements = (config: object, headDim = 128, qkRopeHeadDim: number | null = null): readonly number[] => {
  const mla = qkRopeHeadDim === null ? null : { kvLoraRank: 512, qkRopeHeadDim, qkNopeHeadDim: 128, vHeadDim: 128 };
  return rotaryTables(new ConfigReader(config), { headDim, mla }).map((table) => table.elements);
};

describe('rotaryTables', () => {
  test.each([
    { why: 'one row of the head size a position', config: { max_position_embeddings: 32_768 }, want: [32_768 * 128] },
    {
      why: 'llama3 scaling makes no longer table',
      config: {
        max_position_embeddings: 131_072,
        rope_scaling: { rope_type: 'llama3', factor: 8, original_max_position_embeddings: 8192 },
      },
      want: [131_072 * 128],
    },
    {
      why: 'yarn multiplies the original length',
      config: { max_position_embeddings: 163_840, rope_scaling: { type: 'yarn', factor: 40, original_max_position_embeddings: 4096 } },
      want: [163_840 * 128],
    },
    { why: 'part of the head turns', config: { max_position_embeddings: 2048, partial_rotary_factor: 0.4 }, want: [2048 * 51] },
    {
      why: 'images need four times the positions',
      config: {
        max_position_embeddings: 1000,
        rope_parameters: { rope_type: 'default', mrope_section: [11, 11, 10], partial_rotary_factor: 0.25 },
      },
      want: [4 * 1000 * 32],
    },
    {
      why: 'longrope keeps a short and a long table',
      config: { max_position_embeddings: 131_072, original_max_position_embeddings: 4096, rope_scaling: { type: 'longrope' } },
      want: [135_168 * 128],
    },
    {
      why: 'local layers of Gemma 3 have another base',
      config: { max_position_embeddings: 100, rope_local_base_freq: 1e4 },
      want: [12_800, 12_800],
    },
    {
      why: 'Gemma 3 by its class defaults, global positions times 8',
      config: { model_type: 'gemma3_text', rope_scaling: { rope_type: 'linear', factor: 8 } },
      want: [8 * 131_072 * 128, 131_072 * 128],
    },
    { why: 'learned positions', config: { model_type: 'gpt2', n_positions: 1024 }, want: [] },
  ])('$why', ({ config, want }) => {
    expect(elements(config)).toEqual(want);
  });

  it('takes the rotary part of latent attention', () => {
    expect(elements({ max_position_embeddings: 4096 }, 192, 64)).toEqual([4096 * 64]);
  });

  it('gives Gemma 4 a table for its global and one for its local heads', () => {
    const kinds = {
      full_attention: { rope_type: 'proportional', partial_rotary_factor: 0.25 },
      sliding_attention: { rope_type: 'default' },
    };
    expect(elements({ max_position_embeddings: 1000, global_head_dim: 512, rope_parameters: kinds }, 256)).toEqual([512_000, 256_000]);
  });

  it('makes tables that are no parameters, in float32 for gpt-oss', () => {
    const tables = rotaryTables(new ConfigReader({ model_type: 'gpt_oss' }), { headDim: 64, mla: null });
    expect(tables).toEqual([expect.objectContaining({ derived: true, dtype: 'float32', elements: 8192 * 64 })]);
  });
});
