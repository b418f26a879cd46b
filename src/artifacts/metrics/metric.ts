import type { MetricNeed } from './metric-need.ts';

/** A metric as one release of the server exposes it. */
export interface Metric {
  /** As queries write it: counters end in `_total`; a histogram's series add `_bucket`, `_sum` and `_count`. */
  readonly name: string;
  readonly type: MetricType;
  /** `*` stands for labels that hold configuration fields and differ by release. */
  readonly labels: readonly string[];
  /** What must be switched on for it to be there, or to be anything but 0; empty: always there. */
  readonly needs: readonly MetricNeed[];
  /** Exposed only with `--show-hidden-metrics-for-version`: deprecated, and about to go. */
  readonly hidden: boolean;
  /** Upper bounds of a histogram's buckets without +Inf; `max_model_len`: 1, 2, 5, 10, … up to that; null: no histogram. */
  readonly buckets: readonly number[] | 'max_model_len' | null;
  /** Key of `--custom-histogram-buckets` that replaces the bounds; null: fixed. */
  readonly family: string | null;
}

export type MetricType = 'gauge' | 'counter' | 'histogram' | 'summary';

const SUFFIXES: { readonly [type in MetricType]: readonly string[] } = {
  gauge: [''],
  counter: [''],
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['_sum', '_count'],
};

/** Names that a query can select: `vllm:e2e_request_latency_seconds_bucket`, … */
export function seriesOf({ name, type }: Pick<Metric, 'name' | 'type'>): string[] {
  return SUFFIXES[type].map((suffix) => `${name}${suffix}`);
}

/**
 * A bucket's bound as its `le` label has it: `0.3`, `1.0`, `1e+06`.
 *
 * @source prometheus_client `floatToGoString`, 0.26.0; Prometheus 3 writes the same when it reads another form
 */
export function bucketLabel(bound: number): string {
  if (!Number.isInteger(bound)) {
    const digits = Math.floor(Math.log10(bound));
    return digits < -4 ? bound.toExponential().replace(/e-(\d)$/, 'e-0$1') : String(bound);
  }
  const text = String(bound);
  if (text.length <= 6) return `${text}.0`;
  const mantissa = `${text[0]}.${text.slice(1)}`.replace(/\.?0*$/, '');
  return `${mantissa}e+${String(text.length - 1).padStart(2, '0')}`;
}

/** The smallest bound that is not below `value`; null where the buckets end before it, or there are none to compare. */
export function bucketAtLeast({ buckets }: Pick<Metric, 'buckets'>, value: number): number | null {
  if (buckets === null || buckets === 'max_model_len') return null;
  // A target of 250 ms is 0.25 s whichever way the division rounds.
  return buckets.find((bound) => bound >= value * (1 - 1e-9)) ?? null;
}
