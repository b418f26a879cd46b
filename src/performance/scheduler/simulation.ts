import type { Distribution } from '../forecast-types.ts';
import type { ClientLoad } from '../load/client-load.ts';
import type { StepTime } from './engine-batch.ts';
import type { KvDemand } from './kv-demand.ts';
import type { SchedulerRules } from './scheduler-rules.ts';

/** The engine's limits, one data-parallel replica. */
export interface EngineLimits {
  readonly maxNumBatchedTokens: number;
  readonly maxNumSeqs: number;
  readonly maxModelLen: number;
  /** `--long-prefill-token-threshold`; 0: none. */
  readonly longPrefillTokens: number;
  readonly chunkedPrefill: boolean;
  readonly asyncScheduling: boolean;
  readonly prefixCaching: boolean;
  /** Share of the blocks kept free when a request starts (`--watermark`). */
  readonly watermarkFraction: number;
  /** Blocks of the cache, vLLM's null block among them. */
  readonly numBlocks: number;
}

export interface Speculation {
  readonly draftTokens: number;
  /** Mean tokens that one step gives, 1 to draftTokens + 1. */
  readonly acceptanceLength: number;
  /** The drafter has a cache of its own, so slots for drafts are taken ahead (EAGLE, MTP, draft model). */
  readonly takesSlots: boolean;
}

/** Time that a request spends outside the engine. */
export interface FrontEnd {
  /** From the client to the engine's queue: HTTP, chat template, tokenizer. */
  readonly ingressS: number;
  /** From the engine to the client: detokenizer, HTTP. */
  readonly egressS: number;
  /** Least time between two requests that reach the queue. */
  readonly ingressGapS: number;
}

export interface SimulationInput {
  readonly load: ClientLoad;
  readonly limits: EngineLimits;
  readonly kv: KvDemand;
  readonly rules: SchedulerRules;
  /** null: none. */
  readonly speculation: Speculation | null;
  readonly frontEnd: FrontEnd;
  readonly stepTime: StepTime;
  /** Context lengths at which `EngineBatch.cappedContextTokens` cuts. */
  readonly contextCaps: readonly number[];
}

/** What `vllm bench serve` would print, and what went on inside. Seconds, per second, or plain counts. */
export interface SimulationResult {
  readonly ttftS: Distribution;
  /** Per request (end − first token) / (tokens − 1), of requests with two tokens or more. */
  readonly tpotS: Distribution;
  /** Between two messages of a request, all requests together. */
  readonly itlS: Distribution;
  readonly e2eS: Distribution;
  /** From the engine's queue to the first step. */
  readonly queueS: Distribution;
  readonly durationS: number;
  readonly completed: number;
  readonly requestsPerS: number;
  readonly outputTokensPerS: number;
  readonly totalTokensPerS: number;
  readonly preemptions: number;
  readonly steps: number;
  /** Time that steps took. */
  readonly busyS: number;
  /** Sequences in a step, mean over the time that steps took. */
  readonly meanBatch: number;
  readonly peakBatch: number;
  /** Tokens that steps computed, drafts and recomputed ones included. */
  readonly computedTokens: number;
  /** Share of the cache's blocks that are held while steps run: mean over that time, and highest. */
  readonly meanKvFraction: number;
  readonly peakKvFraction: number;
  /** Requests that can never run: their prompt does not fit the length limit or the cache. */
  readonly refused: number;
}
