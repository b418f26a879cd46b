import type { Distribution } from './forecast-types.ts';

/** A value and how much of the whole it stands for. */
export interface Weighted {
  readonly value: number;
  readonly weight: number;
}

export function distributionOf(samples: readonly Weighted[]): Distribution {
  const sorted = samples.filter(({ weight }) => weight > 0).toSorted((a, b) => a.value - b.value);
  const total = sorted.reduce((sum, { weight }) => sum + weight, 0);
  const mean = sorted.reduce((sum, { value, weight }) => sum + value * weight, 0) / total;
  const at = (share: number): number => {
    let passed = 0;
    for (const { value, weight } of sorted) {
      passed += weight;
      if (passed >= share * total) return value;
    }
    return sorted.at(-1)?.value ?? mean;
  };
  return { mean, p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}

/** The same in another unit. */
export function scaled({ mean, p50, p90, p99 }: Distribution, factor: number): Distribution {
  return { mean: mean * factor, p50: p50 * factor, p90: p90 * factor, p99: p99 * factor };
}
