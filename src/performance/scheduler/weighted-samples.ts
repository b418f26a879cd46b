import type { Distribution } from '../forecast-types.ts';

/**
 * Mean and percentiles of samples of which many are equal, without writing each down.
 *
 * Percentiles are numpy's default: linear between the two samples around place q × (n − 1), as `vllm bench serve` prints them.
 */
export class WeightedSamples {
  private readonly weightOf = new Map<number, number>();
  private count = 0;
  private sum = 0;

  add(value: number, weight = 1): void {
    this.weightOf.set(value, (this.weightOf.get(value) ?? 0) + weight);
    this.count += weight;
    this.sum += value * weight;
  }

  /** All zero when there is no sample, as the benchmark prints it. */
  distribution(): Distribution {
    if (this.count === 0) return { mean: 0, p50: 0, p90: 0, p99: 0 };
    const sorted = new Float64Array(this.weightOf.size);
    let filled = 0;
    this.weightOf.forEach((_, value) => {
      sorted[filled++] = value;
    });
    sorted.sort();
    const at = (share: number): number => this.percentile(sorted, share);
    return { mean: this.sum / this.count, p50: at(0.5), p90: at(0.9), p99: at(0.99) };
  }

  private percentile(sorted: Float64Array, share: number): number {
    const place = share * (this.count - 1);
    const low = Math.floor(place);
    let passed = 0;
    let below = Number.NaN;
    for (const value of sorted) {
      if (passed > low) return below + (value - below) * (place - low);
      passed += this.weightOf.get(value) ?? 0;
      if (passed > low + 1) return value;
      below = value;
    }
    return below;
  }
}
