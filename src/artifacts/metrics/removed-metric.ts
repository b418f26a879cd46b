import { RELEASES } from '../../engine/version.ts';
import table from './data/metrics.json' with { type: 'json' };
import { METRIC_ROWS } from './metrics-of.ts';

/** What became of a metric that the newest release does not have. */
export interface RemovedMetric {
  readonly name: string;
  /** The last release that exposes it without a flag; null: it was gone before the oldest release held. */
  readonly until: string | null;
  /** The last release that exposes it with `--show-hidden-metrics-for-version`; null: it went at once. */
  readonly hiddenUntil: string | null;
  /** Only the V0 engine had it. */
  readonly v0: boolean;
  /** What to query instead, a name or an expression; null: nothing has its meaning. */
  readonly replacement: string | null;
}

/**
 * Successors that the engine's sources name, or that follow from what a metric counted.
 *
 * @source deprecation notes in vllm/v1/metrics/loggers.py 0.9.2 to 0.14.1 and vllm/engine/metrics.py 0.8.5
 */
const REPLACEMENTS: { readonly [name: string]: string | undefined } = {
  'vllm:gpu_cache_usage_perc': 'vllm:kv_cache_usage_perc',
  'vllm:gpu_prefix_cache_queries_total': 'vllm:prefix_cache_queries_total',
  'vllm:gpu_prefix_cache_hits_total': 'vllm:prefix_cache_hits_total',
  'vllm:gpu_prefix_cache_hit_rate': 'rate(vllm:prefix_cache_hits_total[5m]) / rate(vllm:prefix_cache_queries_total[5m])',
  'vllm:time_per_output_token_seconds': 'vllm:inter_token_latency_seconds',
  'vllm:time_in_queue_requests': 'vllm:request_queue_time_seconds',
  'vllm:spec_decode_draft_acceptance_rate':
    'rate(vllm:spec_decode_num_accepted_tokens_total[5m]) / rate(vllm:spec_decode_num_draft_tokens_total[5m])',
  'vllm:avg_prompt_throughput_toks_per_s': 'rate(vllm:prompt_tokens_total[5m])',
  'vllm:avg_generation_throughput_toks_per_s': 'rate(vllm:generation_tokens_total[5m])',
};

/** Names of old dashboards that no release held has: of engines before 0.8. */
const OLDER = [
  { name: 'vllm:avg_prompt_throughput_toks_per_s', type: 'gauge' },
  { name: 'vllm:avg_generation_throughput_toks_per_s', type: 'gauge' },
  { name: 'vllm:request_params_best_of', type: 'histogram' },
] as const;

const SUFFIX = /_(total|bucket|sum|count|created)$/;

/** What became of a metric or series, by any spelling of its suffix; null where the newest release has it or none ever had. */
export function removedMetric(series: string): RemovedMetric | null {
  const stem = series.replace(SUFFIX, '');
  return REMOVED.find(({ name }) => name === series || name.replace(SUFFIX, '') === stem) ?? null;
}

/** Every metric that is gone in the newest release, by name. */
export const REMOVED: readonly RemovedMetric[] = [...removedFromV1(), ...removedWithV0()].sort((a, b) => (a.name < b.name ? -1 : 1));

function removedFromV1(): RemovedMetric[] {
  return METRIC_ROWS.flatMap(({ name, spans }) => {
    const last = spans.at(-1);
    if (last?.until === undefined) return [];
    const shown = spans.findLast(({ needs }) => !needs.includes('hidden'));
    const hidden = last.needs.includes('hidden');
    return [
      { name, until: shown?.until ?? null, hiddenUntil: hidden ? last.until : null, v0: false, replacement: REPLACEMENTS[name] ?? null },
    ];
  });
}

function removedWithV0(): RemovedMetric[] {
  const held = table.v0.map(({ name, until }) => ({ name, until: RELEASES.some((release) => release === until) ? until : null }));
  const older = OLDER.map(({ name }) => ({ name, until: null }));
  return [...held, ...older].map((metric) => ({ ...metric, hiddenUntil: null, v0: true, replacement: REPLACEMENTS[metric.name] ?? null }));
}
