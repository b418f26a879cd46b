import type { Derived } from '../budgets.ts';
import type { Metric } from '../metrics/metric.ts';
import { labelValues, metricsOf } from '../metrics/metrics-of.ts';
import type { Watch } from './watch.ts';

/** Label values that one engine always exposes, where there is more than one. */
const FANS: { readonly [metric: string]: number | undefined } = {
  'vllm:num_requests_waiting_by_reason': 2,
  'vllm:engine_sleep_state': 3,
  'vllm:num_requests_kv_fetch_by_stage': 3,
  'vllm:prompt_tokens_cached_by_source_total': 5,
  'vllm:admission_rejections_total': 2,
};

/** Series that one server exposes for its engines, a size for Prometheus: it keeps some kilobytes of memory for each. */
export function seriesCount(watch: Watch): Derived {
  const { version, capacity, argv } = watch.deployment;
  const metrics = metricsOf(version).filter(({ name }) => watch.fed(name) !== null);
  const each = metrics.reduce((sum, metric) => sum + seriesOfEngine(watch.fed(metric.name) ?? metric, watch, capacity.maxModelLen), 0);
  const engines = engineCount(argv);
  return { value: each * engines, because: `${each} of each engine, its ${metrics.length} metrics with their buckets, x ${engines}` };
}

function seriesOfEngine({ name, type, buckets }: Metric, { deployment: { version } }: Watch, maxModelLen: number): number {
  if (type === 'histogram') return bucketCount(buckets, maxModelLen) + 3;
  if (name === 'vllm:request_success_total') return labelValues(version, 'finished_reason').length;
  if (name === 'vllm:prompt_tokens_by_source_total') return labelValues(version, 'prompt_tokens_by_source.source').length;
  return FANS[name] ?? 1;
}

/** 1, 2, 5, 10, … up to the context. */
function bucketCount(buckets: Metric['buckets'], maxModelLen: number): number {
  if (buckets !== 'max_model_len') return buckets?.length ?? 0;
  let count = 0;
  for (let decade = 1; decade <= maxModelLen; decade *= 10) count += [1, 2, 5].filter((step) => step * decade <= maxModelLen).length;
  return count;
}

function engineCount(argv: readonly string[]): number {
  const place = argv.findLastIndex((token) => token === '--data-parallel-size' || token === '-dp');
  const size = place < 0 ? 1 : Number(argv[place + 1]);
  return Number.isInteger(size) && size > 0 ? size : 1;
}
