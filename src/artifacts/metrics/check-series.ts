import type { Version } from '../../engine/version.ts';
import { nearestName } from '../../errors/nearest-name.ts';
import { type Metric, seriesOf } from './metric.ts';
import { METRIC_ROWS, metricsOf } from './metrics-of.ts';
import { engineName } from './ray-name.ts';
import { type RemovedMetric, removedMetric } from './removed-metric.ts';

/** What a release makes of a series name in a query. */
export type SeriesCheck =
  | { readonly kind: 'exposed'; readonly metric: Metric }
  /** There only with `--show-hidden-metrics-for-version`. */
  | { readonly kind: 'hidden'; readonly metric: Metric; readonly removed: RemovedMetric | null }
  /** The metric is there, under another suffix: `vllm:num_preemptions` selects nothing. */
  | { readonly kind: 'suffix'; readonly metric: Metric; readonly series: readonly string[] }
  | { readonly kind: 'removed'; readonly removed: RemovedMetric }
  | { readonly kind: 'later'; readonly since: string }
  | { readonly kind: 'unknown'; readonly nearest: string | null };

const SUFFIX = /_(total|bucket|sum|count)$/;

/**
 * Whether a query for this series can find anything in that release, and if not, why.
 *
 *   checkSeries([0, 24, 0], 'vllm:gpu_cache_usage_perc')   // removed, until 0.10.2, replaced by vllm:kv_cache_usage_perc
 *   checkSeries([0, 24, 0], 'vllm:num_preemptions')        // suffix: vllm:num_preemptions_total
 *
 * Names that Ray gives the same series are read as the engine's.
 */
export function checkSeries(version: Version, asked: string): SeriesCheck {
  const series = engineName(asked);
  const metrics = metricsOf(version);
  const exact = metrics.find((metric) => seriesOf(metric).includes(series));
  if (exact)
    return exact.hidden ? { kind: 'hidden', metric: exact, removed: removedMetric(exact.name) } : { kind: 'exposed', metric: exact };
  const bare = series.replace(SUFFIX, '');
  const stem = metrics.find(({ name }) => name === series || name === bare || name === `${series}_total` || name === `${bare}_total`);
  if (stem && !stem.hidden) return { kind: 'suffix', metric: stem, series: seriesOf(stem) };
  const removed = removedMetric(series);
  if (removed) return { kind: 'removed', removed };
  const row = METRIC_ROWS.find(({ name }) => name === series || name === bare || name === `${bare}_total`);
  const since = row?.spans[0]?.since;
  if (since !== undefined) return { kind: 'later', since };
  return { kind: 'unknown', nearest: nearestName(series, metrics.flatMap(seriesOf)) };
}
