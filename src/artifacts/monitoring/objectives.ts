import type { Derived } from '../budgets.ts';
import { bucketAtLeast, bucketLabel } from '../metrics/metric.ts';
import { TOKEN_GAP } from './metric-names.ts';
import type { Watch } from './watch.ts';

/** Share of requests whose first token must come within the limit, as the limit stands for a 99th percentile. */
export const FIRST_TOKEN_SHARE = 0.99;
/** Share of tokens that must come within the limit: single gaps are longer whenever a prompt is let in between. */
export const TOKEN_SHARE = 0.95;
/** Share of HTTP requests that must not fail on the server's side. */
export const AVAILABLE_SHARE = 0.999;

/**
 * What clients ask for: all that the server counts but the list of models, which probes and pages poll. Not by `/v1/.*`: the
 * API has paths beside it, and under FastAPI 0.137 the engine's own instrumentation calls every path `none`.
 *
 * @source vllm/entrypoints/serve/instrumentator/metrics.py 0.33.0, which leaves /health and its like out by itself
 */
export const CLIENT_REQUESTS = { handler: { op: '!~', value: '/v1/models' } } as const;

/** A limit as far as buckets can tell: the share of observations at or below a bound. */
export interface LatencyObjective {
  readonly histogram: string;
  /** Seconds; an existing bucket. */
  readonly bound: number;
  readonly because: string;
}

export function firstTokenObjective(watch: Watch): LatencyObjective | null {
  return objective(watch, 'vllm:time_to_first_token_seconds', watch.deployment.limits.ttftMs);
}

export function tokenObjective(watch: Watch): LatencyObjective | null {
  const histogram = TOKEN_GAP.find((name) => watch.fed(name) !== null);
  return histogram === undefined ? null : objective(watch, histogram, watch.deployment.limits.itlMs);
}

/**
 * The smallest bucket that holds the limit. A quantile would be interpolated between two bounds, and so says nothing about a
 * limit that lies between them; the share at a bound is counted.
 */
function objective(watch: Watch, histogram: string, limit: Derived | null): LatencyObjective | null {
  const metric = watch.fed(histogram);
  if (metric === null || limit === null) return null;
  const seconds = limit.value / 1000;
  const bound = bucketAtLeast(metric, seconds);
  if (bound === null) return null;
  const exact = Math.abs(bound - seconds) <= seconds * 1e-6;
  const which = exact ? 'a bucket of its own' : `counted at the next bucket that there is, le="${bucketLabel(bound)}"`;
  return { histogram, bound, because: `limit ${limit.value} ms (${limit.because}), ${which}` };
}

/** How fast an error budget may be used up before somebody is told, in two windows: the short one ends the alert soon after. */
export interface Burn {
  readonly name: 'Fast' | 'Slow';
  readonly factor: number;
  readonly long: '1h' | '6h';
  readonly short: '5m' | '30m';
  readonly forSeconds: number;
  readonly spends: string;
}

/** @source Google, The Site Reliability Workbook, chapter 5, table of multiwindow thresholds for a budget of 30 days */
export const BURNS: readonly Burn[] = [
  { name: 'Fast', factor: 14.4, long: '1h', short: '5m', forSeconds: 120, spends: '2 % of a month in 1 h' },
  { name: 'Slow', factor: 6, long: '6h', short: '30m', forSeconds: 900, spends: '5 % of a month in 6 h' },
];

/** Share of bad requests from which a budget burns that fast. */
export function badShare({ factor }: Burn, objectiveShare: number): number {
  return Number((factor * (1 - objectiveShare)).toPrecision(6));
}

/** Requests that a window must hold, so that one bad request alone does not reach the share. */
export function leastRequests(share: number): number {
  return Math.ceil(2 / share);
}
