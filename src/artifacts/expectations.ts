import type { Distribution } from '../plan/plan-document.ts';
import type { PlanResult } from '../plan/plan-result.ts';
import type { Derived } from './budgets.ts';

/** What the plan expects of the running server: what dashboards compare with, and what alerts and benchmarks hold it to. */
export interface Expectations {
  readonly load: PlannedLoad;
  /** null: the plan has no forecast. */
  readonly forecast: Forecast | null;
  readonly capacity: Capacity;
  readonly limits: Limits;
  /** What the user asked for in so many words; other limits are no more than a forecast. */
  readonly targets: { readonly ttftMs: number | null; readonly tpotMs: number | null };
}

export interface PlannedLoad {
  readonly promptTokens: number;
  readonly genTokens: number;
  readonly concurrency: number;
  /** Requests per second; null: closed loop at `concurrency`. */
  readonly requestRate: number | null;
  readonly numPrompts: number;
  readonly randomRangeRatio: number;
  /** Share of prompt tokens that the plan takes from the prefix cache. */
  readonly prefixHitRate: number;
  /** Mean tokens of one speculative step; 1: none. */
  readonly acceptanceLength: number;
}

/** Of one replica under the planned load. Milliseconds and tokens per second; pairs are 90 % ranges. */
export interface Forecast {
  readonly ttftMs: Distribution;
  readonly tpotMs: Distribution;
  readonly itlMs: Distribution;
  readonly e2eMs: Distribution;
  readonly outputTokensPerS: number;
  readonly totalTokensPerS: number;
  readonly requestsPerS: number;
  readonly ttftRangeMs: readonly [number, number];
  readonly tpotRangeMs: readonly [number, number];
  readonly outputTokensPerSRange: readonly [number, number];
}

export interface Capacity {
  readonly maxNumSeqs: number;
  readonly maxModelLen: number;
  /** Tokens of KV cache of one replica's rank 0, as its log prints them; null: not known. */
  readonly kvTokens: number | null;
  readonly kvBlocks: number | null;
}

/** Limits that the server is held to, each with where it comes from; null: neither a target nor a forecast. */
export interface Limits {
  readonly ttftMs: Derived | null;
  /** Time between two tokens of one request. */
  readonly itlMs: Derived | null;
  readonly e2eMs: Derived | null;
}

export function expectationsOf({ request, document, settings }: PlanResult): Expectations {
  const { workload } = request;
  const load: PlannedLoad = {
    promptTokens: workload.promptTokens,
    genTokens: workload.genTokens,
    concurrency: workload.concurrency,
    requestRate: workload.requestRate,
    numPrompts: workload.numPrompts,
    randomRangeRatio: workload.randomRangeRatio,
    prefixHitRate: workload.prefixHitRate,
    acceptanceLength: workload.acceptanceLength,
  };
  const forecast = forecastOf(document.performance);
  const { config, memory } = document;
  return {
    load,
    forecast,
    capacity: {
      maxNumSeqs: settings?.maxNumSeqs ?? config.max_num_seqs,
      maxModelLen: config.max_model_len,
      kvTokens: memory.kv_cache?.tokens ?? null,
      kvBlocks: memory.kv_cache?.num_blocks ?? null,
    },
    limits: limitsOf(load, forecast, workload),
    targets: { ttftMs: workload.ttftTargetMs, tpotMs: workload.tpotTargetMs },
  };
}

function forecastOf(performance: PlanResult['document']['performance']): Forecast | null {
  if (performance === null) return null;
  return {
    ttftMs: performance.ttft_ms,
    tpotMs: performance.tpot_ms,
    itlMs: performance.itl_ms,
    e2eMs: performance.e2e_ms,
    outputTokensPerS: performance.output_tokens_per_s,
    totalTokensPerS: performance.total_tokens_per_s,
    requestsPerS: performance.requests_per_s,
    ttftRangeMs: performance.ranges.ttft_ms,
    tpotRangeMs: performance.ranges.tpot_ms,
    outputTokensPerSRange: performance.ranges.output_tokens_per_s,
  };
}

type Targets = Pick<PlanResult['request']['workload'], 'ttftTargetMs' | 'tpotTargetMs'>;

function limitsOf(load: PlannedLoad, forecast: Forecast | null, { ttftTargetMs, tpotTargetMs }: Targets): Limits {
  const ttftMs = given('--ttft-ms', ttftTargetMs) ?? slowest('TTFT', forecast?.ttftMs, forecast?.ttftRangeMs);
  const itlMs = given('--tpot-ms', tpotTargetMs) ?? slowest('TPOT', forecast?.tpotMs, forecast?.tpotRangeMs);
  if (ttftMs === null || itlMs === null) return { ttftMs, itlMs, e2eMs: null };
  const gaps = Math.max(0, load.genTokens - 1);
  const because = `${ttftMs.value} ms to the first token + ${gaps} tokens x ${itlMs.value} ms`;
  return { ttftMs, itlMs, e2eMs: { value: Math.ceil(ttftMs.value + gaps * itlMs.value), because } };
}

function given(option: string, target: number | null): Derived | null {
  return target === null ? null : { value: target, because: `${option} of the plan` };
}

/** Without a target, the forecast's 99th percentile, moved up as far as the range of its mean reaches. */
function slowest(what: string, distribution?: Distribution, range?: readonly [number, number]): Derived | null {
  if (distribution === undefined || range === undefined || !(distribution.mean > 0)) return null;
  const widen = Math.max(1, range[1] / distribution.mean);
  const value = roundUp(distribution.p99 * widen);
  const parts = `forecast p99 of ${what} ${distribution.p99.toPrecision(3)} ms x ${widen.toFixed(2)} (upper end of the 90 % range over its mean)`;
  return { value, because: parts };
}

/** Up to two digits that count: a limit of 1300 ms, not of 1287.31. */
function roundUp(ms: number): number {
  const step = 10 ** (Math.floor(Math.log10(Math.max(ms, 1e-3))) - 1);
  return Number((Math.ceil(ms / step - 1e-9) * step).toPrecision(3));
}
