import type { Distribution } from '../forecast-types.ts';

/**
 * Mean and percentiles of samples of which many are equal, without writing each down.
 *
 * Percentiles are numpy's default: linear between the two samples around place q × (n − 1), as `vllm bench serve` prints them.
 */
export class WeightedSamples {
  private readonly values: number[] = [];
  private readonly weights: number[] = [];
  private count = 0;
  private sum = 0;

  add(value: number, weight = 1): void {
    this.values.push(value);
    this.weights.push(weight);
    this.count += weight;
    this.sum += value * weight;
  }

  /** All zero when there is no sample, as the benchmark prints it. */
  distribution(): Distribution {
    if (this.count === 0) return { mean: 0, p50: 0, p90: 0, p99: 0 };
    const order = Uint32Array.from(this.values.keys()).sort((a, b) => (this.values[a] ?? 0) - (this.values[b] ?? 0));
    const at = (share: number): number => this.percentile(order, share);
    return { mean: this.sum / this.count, p50: at(0.5), p90: at(0.9), p99: at(0.99) };
  }

  private percentile(order: Uint32Array, share: number): number {
    const place = share * (this.count - 1);
    const low = Math.floor(place);
    let passed = 0;
    let below = 0;
    for (const index of order) {
      const value = this.values[index] ?? 0;
      const start = passed;
      passed += this.weights[index] ?? 0;
      if (start <= low && low < passed) {
        below = value;
        if (low + 1 < passed) return value;
      } else if (start > low) {
        return below + (value - below) * (place - low);
      }
    }
    return below;
  }
}
