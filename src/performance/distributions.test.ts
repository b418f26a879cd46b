import { describe, expect, test } from 'vitest';
import { distributionOf, scaled } from './distributions.ts';

describe('distributionOf', () => {
  test('weights count, order does not, and parts of no weight are left out', () => {
    const samples = [
      { value: 10, weight: 1 },
      { value: 2, weight: 8 },
      { value: 1000, weight: 0 },
      { value: 4, weight: 1 },
    ];
    // (8 × 2 + 4 + 10) / 10; 80 % lie at 2, 90 % at or below 4.
    expect(distributionOf(samples)).toEqual({ mean: 3, p50: 2, p90: 4, p99: 10 });
  });

  test('scaled changes the unit of all four', () => {
    expect(scaled({ mean: 1, p50: 2, p90: 3, p99: 4 }, 1000)).toEqual({ mean: 1000, p50: 2000, p90: 3000, p99: 4000 });
  });
});
