import { describe, expect, test } from 'vitest';
import { completeConfig } from './complete-config.ts';

const FALCON = { architectures: ['RWForCausalLM'], n_head: 71 };

describe('completeConfig', () => {
  test.each([
    { why: 'one shared head', config: FALCON, shape: { modelType: 'falcon', kvHeads: 1 }, want: { ...FALCON, multi_query: true } },
    { why: 'grouped heads', config: FALCON, shape: { modelType: 'falcon', kvHeads: 8 }, want: { ...FALCON, n_head_kv: 8 } },
    {
      why: 'heads that are told',
      config: { ...FALCON, n_head_kv: 8 },
      shape: { modelType: 'falcon', kvHeads: 1 },
      want: { ...FALCON, n_head_kv: 8 },
    },
    {
      why: 'no name at all',
      config: { num_hidden_layers: 56 },
      shape: { modelType: 'nemotron_h', kvHeads: 8 },
      want: { num_hidden_layers: 56, model_type: 'nemotron_h' },
    },
    {
      why: 'a name that the table lacks',
      config: { num_hidden_layers: 56 },
      shape: { modelType: 'unknown', kvHeads: null },
      want: { num_hidden_layers: 56 },
    },
    { why: 'no row', config: FALCON, shape: undefined, want: FALCON },
  ])('$why', ({ config, shape, want }) => {
    expect(completeConfig(config, shape)).toEqual(want);
  });
});
