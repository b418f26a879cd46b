import { bucketLabel, type Metric } from '../../src/artifacts/metrics/metric.ts';
import type { Behaviour } from './behaviour.ts';
import type { Family, Labels, Sample } from './exposition.ts';
import { eventsOf } from './stub-events.ts';
import { gaugeOf } from './stub-gauges.ts';
import { labelSets } from './stub-labels.ts';

/** Values of the histograms' buckets that are bounded by the longest request. */
const TOKEN_BOUNDS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];
/** How single events lie around the typical one: most below, a few far above. */
const SCATTER = [
  [0.5, 0.3],
  [0.9, 0.45],
  [1.2, 0.22],
  [2.5, 0.03],
] as const;

/** Counts what an engine would have counted; time passes only by `pass`. */
export class StubEngine {
  readonly #metrics: readonly Metric[];
  readonly #base: Labels;
  readonly #totals = new Map<string, number>();
  #behaviour: Behaviour;

  constructor(metrics: readonly Metric[], base: Labels, behaviour: Behaviour) {
    this.#metrics = metrics;
    this.#base = base;
    this.#behaviour = behaviour;
    this.pass(0);
  }

  behave(behaviour: Behaviour): void {
    this.#behaviour = behaviour;
  }

  pass(seconds: number): void {
    for (const metric of this.#metrics) {
      for (const labels of labelSets(metric, this.#base)) {
        const { perS, typical } = eventsOf(metric.name, labels, this.#behaviour);
        if (metric.type === 'counter') this.#add(metric.name, labels, perS * seconds);
        if (metric.type === 'histogram') this.#observe(metric, labels, perS * seconds, typical);
        if (metric.type === 'summary') this.#sum(metric.name, labels, perS * seconds, typical);
      }
    }
  }

  families(): Family[] {
    return this.#metrics.flatMap((metric) => {
      const sets = labelSets(metric, this.#base);
      const samples = sets.flatMap((labels) => this.#samples(metric, labels));
      return [{ name: metric.name, type: metric.type, samples }];
    });
  }

  #samples(metric: Metric, labels: Labels): Sample[] {
    const { name, type } = metric;
    const total = (series: string, more: Labels = {}): Sample => {
      const all = { ...labels, ...more };
      return { series, labels: all, value: this.#totals.get(key(series, all)) ?? 0 };
    };
    switch (type) {
      case 'gauge':
        return [{ series: name, labels, value: gaugeOf(name, labels, this.#behaviour) }];
      case 'counter':
        return [total(name)];
      case 'histogram':
        return [...boundLabels(metric).map((le) => total(`${name}_bucket`, { le })), total(`${name}_sum`), total(`${name}_count`)];
      case 'summary':
        return [total(`${name}_sum`), total(`${name}_count`)];
      default:
        return type satisfies never;
    }
  }

  #observe(metric: Metric, labels: Labels, events: number, typical: number): void {
    for (const [factor, share] of SCATTER) {
      const value = typical * factor;
      const bounds = [...boundsOf(metric), Number.POSITIVE_INFINITY];
      for (const bound of bounds) {
        this.#add(`${metric.name}_bucket`, { ...labels, le: leOf(bound) }, value <= bound ? events * share : 0);
      }
      this.#sum(metric.name, labels, events * share, value);
    }
  }

  #sum(name: string, labels: Labels, events: number, value: number): void {
    this.#add(`${name}_sum`, labels, events * value);
    this.#add(`${name}_count`, labels, events);
  }

  #add(series: string, labels: Labels, amount: number): void {
    const at = key(series, labels);
    this.#totals.set(at, (this.#totals.get(at) ?? 0) + amount);
  }
}

function boundsOf({ buckets }: Metric): readonly number[] {
  return buckets === 'max_model_len' ? TOKEN_BOUNDS : (buckets ?? []);
}

function boundLabels(metric: Metric): string[] {
  return [...boundsOf(metric), Number.POSITIVE_INFINITY].map(leOf);
}

function leOf(bound: number): string {
  return bound === Number.POSITIVE_INFINITY ? '+Inf' : bucketLabel(bound);
}

function key(series: string, labels: Labels): string {
  return `${series}${JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))}`;
}
