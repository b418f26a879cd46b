import { describe, expect, it } from 'vitest';
import { parametersOf } from '../count-parameters.ts';
import { moeMlp } from './moe-mlp.ts';

const MIXTURE = { hiddenSize: 8, intermediateSize: 4, experts: 5, perToken: 2 };

describe('moeMlp', () => {
  it('holds a router and the routed experts', () => {
    // Router 5 × 8; an expert 3 × 4 × 8 = 96.
    expect(moeMlp(MIXTURE).map(parametersOf)).toEqual([40, 480]);
  });

  it('counts biases of router and experts', () => {
    // Router 40 + 5; an expert 96 + 2 × 4 + 8 = 112.
    expect(moeMlp({ ...MIXTURE, routerBias: true, expertBias: true }).map(parametersOf)).toEqual([45, 560]);
  });

  it('adds shared experts with their gate, and a correction bias in float32', () => {
    const modules = moeMlp({
      ...MIXTURE,
      correctionBiasName: 'gate.e_score_correction_bias',
      shared: { name: 'shared_expert', intermediateSize: 6, gateName: 'shared_expert_gate' },
    });
    // Router, bias, experts, gate and up 2 × 6 × 8, down 8 × 6, gate 8.
    expect(modules.map(parametersOf)).toEqual([40, 5, 480, 96, 48, 8]);
    expect(modules[1]).toMatchObject({ name: 'mlp.gate.e_score_correction_bias', dtype: 'float32' });
  });
});
