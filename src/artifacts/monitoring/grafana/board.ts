import type { PlanResult } from '../../../plan/plan-result.ts';
import type { Derived } from '../../budgets.ts';
import type { Deployment } from '../../deployment.ts';
import { customBuckets } from '../../metrics/custom-buckets.ts';
import { type Metric, seriesOf } from '../../metrics/metric.ts';
import { isFed } from '../../metrics/metric-need.ts';
import { metricsOf } from '../../metrics/metrics-of.ts';
import { queueLimit } from '../thresholds.ts';
import { watchOf } from '../watch.ts';
import { engineSeries } from './promql.ts';

/** What rows are made from. */
export interface Board {
  readonly deployment: Deployment;
  readonly prefixCaching: boolean;
  /** The model reads images or sound, so its items are cached. */
  readonly multimodal: boolean;
  /** A KV connector is there: other servers or the host's memory hold prefixes too. */
  readonly kvConnector: boolean;
  /** GPUs that NVIDIA's exporter measures. */
  readonly nvidia: boolean;
  /** Data-parallel ranks of one server. */
  readonly engines: number;
  /** Requests that may wait in one server before the alert on its queue. */
  readonly waitingLimit: Derived;
  /** By each series that a server of this plan shows and feeds, the metric that it belongs to. */
  readonly shown: ReadonlyMap<string, Metric>;
}

/** Metrics of generated text. */
const OF_OUTPUT = /generation_tokens|inter_token_latency|per_output_token|decode_time/;

export function boardOf(deployment: Deployment, { request, document: { config }, args }: PlanResult): Board {
  const { container, argv } = deployment;
  const fed = metricsOf(deployment.version).filter(
    (metric) => isFed(metric, deployment) && (deployment.generates || !OF_OUTPUT.test(metric.name)),
  );
  return {
    deployment,
    prefixCaching: config.enable_prefix_caching,
    multimodal: request.model.towers.length > 0 && !args.languageModelOnly,
    kvConnector: argv.some((token) => token.startsWith('--kv-transfer-config') || token.startsWith('--kv-offloading-size')),
    nvidia: container.kind === 'none' || container.vendor === 'nvidia',
    engines: config.data_parallel_size,
    shown: new Map(fed.flatMap((metric) => seriesOf(metric).map((series) => [series, customBuckets(metric, argv)]))),
    waitingLimit: queueLimit(watchOf(deployment, 'host')),
  };
}

/** The metric that a series belongs to; null: a server of this plan does not show it, or does not feed it. */
export function shownMetric({ shown }: Board, series: string): Metric | null {
  return shown.get(series) ?? null;
}

/** Whether a server of this plan has all of vLLM's series in a query. */
export function isAnswered(board: Board, expr: string): boolean {
  return engineSeries(expr).every((series) => shownMetric(board, series) !== null);
}

/** Time between two tokens of a request; called after the output token before 0.10.2. */
export function tokenGap(board: Board): string {
  const [now, before] = ['vllm:inter_token_latency_seconds', 'vllm:time_per_output_token_seconds'] as const;
  return shownMetric(board, `${now}_sum`) === null ? before : now;
}

/** Time per token of a whole request; before 0.11 the gaps between tokens have to do. */
export function timePerToken(board: Board): string {
  const name = 'vllm:request_time_per_output_token_seconds';
  return shownMetric(board, `${name}_sum`) === null ? tokenGap(board) : name;
}

/** Fraction of the KV cache in use; named after the GPU before 0.9.2. */
export function kvUsage(board: Board): string {
  const [now, before] = ['vllm:kv_cache_usage_perc', 'vllm:gpu_cache_usage_perc'] as const;
  return shownMetric(board, now) === null ? before : now;
}

/** Tokens asked of the prefix cache, and those found there; named after the GPU before 0.9.2. */
export function prefixCache(board: Board): { readonly queries: string; readonly hits: string } {
  const prefix = shownMetric(board, 'vllm:prefix_cache_hits_total') === null ? 'vllm:gpu_prefix_cache' : 'vllm:prefix_cache';
  return { queries: `${prefix}_queries_total`, hits: `${prefix}_hits_total` };
}
