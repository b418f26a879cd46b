import { bucketLabel, type Metric } from '../../src/artifacts/metrics/metric.ts';
import type { Labels, Sample } from './exposition.ts';

/** Bounds of the histograms that end at the longest request. */
const TOKEN_BOUNDS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];

/** How single events lie around the typical one: most below, a few far above. */
const SCATTER = [
  [0.5, 0.3],
  [0.9, 0.45],
  [1.2, 0.22],
  [2.5, 0.03],
] as const;

/** One metric with one set of labels. */
export class StubMeter {
  readonly labels: Labels;
  readonly #metric: Metric;
  /** Upper bounds, the last of them infinite; empty: no histogram. */
  readonly #bounds: readonly number[];
  readonly #buckets: number[];
  #events = 0;
  #sum = 0;

  constructor(metric: Metric, labels: Labels) {
    this.#metric = metric;
    this.labels = labels;
    this.#bounds = boundsOf(metric);
    this.#buckets = this.#bounds.map(() => 0);
  }

  get name(): string {
    return this.#metric.name;
  }

  count(events: number, typical: number): void {
    this.#events += events;
    for (const [factor, share] of SCATTER) {
      const value = typical * factor;
      this.#sum += events * share * value;
      for (let bucket = this.#bounds.length - 1; bucket >= 0 && value <= (this.#bounds[bucket] ?? 0); bucket--) {
        this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + events * share;
      }
    }
  }

  samples(level: () => number): Sample[] {
    const { name, type } = this.#metric;
    const sample = (series: string, value: number): Sample => ({ series, labels: this.labels, value });
    switch (type) {
      case 'gauge':
        return [sample(name, level())];
      case 'counter':
        return [sample(name, this.#events)];
      case 'histogram':
        return [...this.#bucketSamples(), sample(`${name}_sum`, this.#sum), sample(`${name}_count`, this.#events)];
      case 'summary':
        return [sample(`${name}_sum`, this.#sum), sample(`${name}_count`, this.#events)];
      default:
        return type satisfies never;
    }
  }

  #bucketSamples(): Sample[] {
    return this.#bounds.map((bound, bucket) => ({
      series: `${this.name}_bucket`,
      labels: { ...this.labels, le: bound === Number.POSITIVE_INFINITY ? '+Inf' : bucketLabel(bound) },
      value: this.#buckets[bucket] ?? 0,
    }));
  }
}

function boundsOf({ type, buckets }: Metric): readonly number[] {
  if (type !== 'histogram') return [];
  return [...(buckets === 'max_model_len' ? TOKEN_BOUNDS : (buckets ?? [])), Number.POSITIVE_INFINITY];
}
