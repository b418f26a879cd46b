import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WeightedSamples } from './weighted-samples.ts';

function distribution(samples: readonly (readonly [number, number])[]) {
  const weighted = new WeightedSamples();
  for (const [value, weight] of samples) weighted.add(value, weight);
  return weighted.distribution();
}

describe('WeightedSamples', () => {
  it('puts percentiles between samples as numpy does', () => {
    // np.percentile([1, 2, 3, 10], [50, 90, 99]) = [2.5, 7.9, 9.79]
    const { mean, p50, p90, p99 } = distribution([
      [10, 1],
      [1, 1],
      [3, 1],
      [2, 1],
    ]);
    expect(mean).toBe(4);
    expect(p50).toBe(2.5);
    expect(p90).toBeCloseTo(7.9, 12);
    expect(p99).toBeCloseTo(9.79, 12);
  });

  it('is all zero without samples', () => {
    expect(distribution([])).toEqual({ mean: 0, p50: 0, p90: 0, p99: 0 });
  });

  it('takes a weight as that many equal samples', () => {
    const sample = fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 6 }));
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 30 }), (samples) => {
        const single = samples.flatMap(([value, weight]) => Array.from({ length: weight }, () => [value, 1] as const));
        const [a, b] = [distribution(samples), distribution(single)];
        for (const at of ['mean', 'p50', 'p90', 'p99'] as const) expect(a[at]).toBeCloseTo(b[at], 9);
      }),
    );
  });
});
