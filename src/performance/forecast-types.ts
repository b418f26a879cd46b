import type { GpuSpec } from '../catalog/gpu-spec.ts';
import type { KernelTables } from '../catalog/kernel-table.ts';
import type { EngineSettings } from '../engine/engine-settings.ts';
import type { Layout } from '../memory/layout.ts';
import type { KvCachePlan } from '../memory/memory-plan.ts';
import type { ModelSpec } from '../model/model-spec.ts';
import type { TraceRequest } from './load/parse-trace.ts';

/** The load, as far as speed depends on it. */
export interface ForecastWorkload {
  readonly promptTokens: number;
  readonly genTokens: number;
  readonly concurrency: number;
  /** Open loop, requests per second; null: closed loop at `concurrency`. */
  readonly requestRate: number | null;
  /** Shape of the arrivals of an open loop: 1 Poisson, below in bursts, above more even. Absent: 1. */
  readonly burstiness?: number;
  /** Recorded requests that are sent instead of drawn ones; the lengths and the rate above are then their means. */
  readonly trace?: readonly TraceRequest[] | null;
  readonly numPrompts: number;
  /** Lengths lie within this share around the stated ones; 0: all are equal. */
  readonly randomRangeRatio: number;
  /** Share of the prompt's tokens that the prefix cache holds, 0 to 1. */
  readonly prefixHitRate: number;
  /** Mean tokens that one step gives with speculation, at least 1. */
  readonly acceptanceLength: number;
}

export interface ForecastInput {
  readonly model: ModelSpec;
  readonly settings: EngineSettings;
  readonly layout: Layout;
  readonly gpu: GpuSpec;
  /** The ranks of one tensor-parallel group are joined by NVLink or another direct fabric. */
  readonly fastLink: boolean;
  readonly workload: ForecastWorkload;
  /** Weights of one rank, from the memory plan. A step never reads more of them than that. */
  readonly weightBytes: number;
  /** null: the model keeps no cache, or the plan does not know it. */
  readonly kvCache: KvCachePlan | null;
  /** Measured kernels of this very GPU; null: there are none, or nobody has loaded them. */
  readonly kernels?: KernelTables | null;
}

/** How the time of a run's steps is known; adds up to 1. */
export interface BasisShares {
  /** Kernels that were timed in this very shape. */
  readonly measured: number;
  /** Between shapes that were timed. */
  readonly interpolated: number;
  /** Bandwidth, compute rate, and constants that were fitted. */
  readonly roofline: number;
}

/** A figure over all requests of a benchmark run. */
export interface Distribution {
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** Lowest and highest value, in the unit of the quantity. */
export type Span = readonly [low: number, high: number];

/** What `vllm bench serve` would print. Rates are of all GPUs together. */
export interface Forecast {
  readonly ttftMs: Distribution;
  /** Time per output token after the first, a request's mean. */
  readonly tpotMs: Distribution;
  /** Gaps between two tokens that a client sees. */
  readonly itlMs: Distribution;
  readonly e2eMs: Distribution;
  readonly outputTokensPerS: number;
  readonly totalTokensPerS: number;
  readonly requestsPerS: number;
  /** Output tokens per second of the decode steps alone, without prefills in between. */
  readonly decodeTokensPerSRange: Span;
  /** Prompt tokens per second while nothing but prompts is worked on. */
  readonly prefillTokensPerSRange: Span;
  /** Of the mean time to the first token, 90 %. */
  readonly ttftMsRange: Span;
  /** 90 % ranges of the means. */
  readonly ranges: {
    readonly ttftMs: Span;
    readonly tpotMs: Span;
    readonly outputTokensPerS: Span;
  };
  /** How most of the time is known. */
  readonly basis: 'measured' | 'interpolated' | 'roofline';
  readonly basisShares: BasisShares;
  /** What the figures rest on, in sentences with their values. */
  readonly assumptions: readonly string[];
}
