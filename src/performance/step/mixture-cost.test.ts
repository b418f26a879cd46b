import { describe, expect, test } from 'vitest';
import type { ExpertsSpec } from '../../model/module-spec.ts';
import { MXFP4, UNQUANTIZED } from '../../model/quantization/schemes.ts';
import { MIXTURE_LAYER, testInput } from '../forecast-fixture.ts';
import { sketchTable, sketchTables } from '../kernels/test-tables.ts';
import { mixtureCost } from './mixture-cost.ts';

const input = testInput({ layers: [MIXTURE_LAYER] });
const mxfp4 = { ...input, model: { ...input.model, quantization: { ...UNQUANTIZED, experts: MXFP4 } } };
const experts = MIXTURE_LAYER.modules.find((module): module is ExpertsSpec => module.kind === 'experts');

/** 64 experts of 3 × 500 × 1,000 of which a token takes 4, or of another size. */
function experts4Bit(activations: 'w4a8_mxfp4_mxfp8' | 'w4a16_mxfp4', inter: number, us: number) {
  return sketchTable({
    name: `moe/${activations}`,
    keys: ['hidden', 'inter', 'experts', 'topk', 'tp', 'ep', 'skewPercent'],
    series: [[1000, inter, 64, 4, 1, 1, 120]],
    axes: [{ name: 'tokens', values: [1, 2] }],
    us: [us, us],
  });
}

describe('4-bit experts on a card that was timed with two kinds of activations', () => {
  const at = (...tables: readonly ReturnType<typeof sketchTable>[]) =>
    experts === undefined ? null : mixtureCost(experts, 'layers.0.', sketchTables(...tables), mxfp4)(1);

  test.each([
    { why: 'the preferred kernel, where its shape was timed', preferred: 500, us: [90, 60], wantUs: 90 },
    { why: 'the other one as a bound, where only its shape was', preferred: 5000, us: [900, 60], wantUs: 60 },
  ])('$why', ({ preferred, us: [first = 0, second = 0], wantUs }) => {
    const cost = at(experts4Bit('w4a8_mxfp4_mxfp8', preferred, first), experts4Bit('w4a16_mxfp4', 500, second));
    expect((cost?.measuredS ?? 0) * 1e6).toBeCloseTo(wantUs, 0);
  });
});
