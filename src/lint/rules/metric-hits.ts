import { checkSeries, type SeriesCheck } from '../../artifacts/metrics/check-series.ts';
import type { Spot } from '../rule.ts';
import type { Tree } from '../view/tree.ts';

/** A series that the engine does not expose, and where it is named. */
export interface MissingSeries {
  readonly at: Spot;
  readonly series: string;
  readonly check: Exclude<SeriesCheck, { readonly kind: 'exposed' }>;
  /** The release that was asked. */
  readonly version: string;
}

/** Every series of the engine that a query or an autoscaler names and that the release does not expose. */
export function* missingSeries(tree: Tree): Generator<MissingSeries> {
  const checked = new Map<string, SeriesCheck>();
  const named = [
    ...tree.queries.flatMap(({ file, facts, spot }) =>
      facts.selectors.map(({ metric, at }) => ({ file, series: metric ?? '', at: () => spot(at) })),
    ),
    ...tree.metricNames.map(({ file, name, at }) => ({ file, series: name, at: () => at })),
  ];
  for (const { file, series, at } of named) {
    const name = canonical(series);
    if (name === null) continue;
    const version = tree.versionFor(file);
    const key = `${version.join('.')} ${name}`;
    const check = checked.get(key) ?? checkSeries(version, name);
    checked.set(key, check);
    if (check.kind !== 'exposed') yield { at: at(), series, check, version: version.join('.') };
  }
}

/** Metrics of routers and optimizers under the same prefix. @source vllm-project/production-stack src/vllm_router/services/metrics_service, vllm-project/aibrix GPU optimizer */
const OF_OTHERS =
  /^vllm:(num_incoming_requests(_total)?|current_qps|avg_decoding_length|num_prefill_requests|num_decoding_requests|healthy_pods_total|avg_latency|avg_itl|num_requests_swapped_router|avg_ttft|router_\w+|request_errors_total|deployment_replicas)$/;

/** An autoscaler's bare name may be the engine's with another prefix (`vllm_`), as adapters rename it. */
function canonical(series: string): string | null {
  if (OF_OTHERS.test(series)) return null;
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
