import { checkSeries, type SeriesCheck } from '../../artifacts/metrics/check-series.ts';
import type { Spot } from '../rule.ts';
import type { Tree } from '../view/tree.ts';

/** A series that the engine does not expose, and where it is named. */
export interface MissingSeries {
  readonly at: Spot;
  readonly series: string;
  readonly check: Exclude<SeriesCheck, { readonly kind: 'exposed' }>;
}

/** Every series of the engine that a query or an autoscaler names and that the release does not expose. */
export function* missingSeries(tree: Tree): Generator<MissingSeries> {
  const checked = new Map<string, SeriesCheck>();
  const named = [
    ...tree.queries.flatMap(({ facts, spot }) => facts.selectors.map(({ metric, at }) => ({ series: metric ?? '', at: () => spot(at) }))),
    ...tree.metricNames.map(({ name, at }) => ({ series: name, at: () => at })),
  ];
  for (const { series, at } of named) {
    const name = canonical(series);
    if (name === null) continue;
    const check = checked.get(name) ?? checkSeries(tree.version, name);
    checked.set(name, check);
    if (check.kind !== 'exposed') yield { at: at(), series, check };
  }
}

/** Metrics of the router of the production-stack under the same prefix. @source vllm-project/production-stack src/vllm_router/services/metrics_service */
const OF_ROUTER =
  /^vllm:(num_incoming_requests(_total)?|current_qps|avg_decoding_length|num_prefill_requests|num_decoding_requests|healthy_pods_total|avg_latency|avg_itl|num_requests_swapped_router|avg_ttft|router_\w+|request_errors_total)$/;

/** An autoscaler's bare name may be the engine's with another prefix (`vllm_`), as adapters rename it. */
function canonical(series: string): string | null {
  if (OF_ROUTER.test(series)) return null;
  // Recording rules of people have a colon further on: `vllm:ttft:p95`.
  if (/^vllm:\w+$/.test(series)) return series;
  return /^(gpu_cache_usage_perc|cpu_cache_usage_perc|num_requests_swapped|time_per_output_token_seconds)$/.test(series)
    ? `vllm:${series}`
    : null;
}

/** Names that rules of the same files record are theirs. */
export function recordedNames({ queries }: Tree): ReadonlySet<string> {
  return new Set(queries.flatMap(({ use, name }) => (use === 'recording' ? [name] : [])));
}
