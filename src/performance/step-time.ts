import { reduceS } from './all-reduce.ts';
import type { CacheRead } from './cache-reads.ts';
import { CALIBRATION } from './calibration.ts';
import type { ForecastInput } from './forecast-types.ts';
import type { ExpertWork, MatrixWork, RankWork } from './rank-work.ts';

/** What the engine computes in one step, one replica. */
export interface StepBatch {
  /** Sequences that get a token each. */
  readonly sequences: number;
  /** Their mean context. */
  readonly contextTokens: number;
  /** Prompt tokens of the step, and how much context they look back on, on average. */
  readonly promptTokens: number;
  readonly promptContextTokens: number;
}

/**
 * Time of one engine step: each part is bound by reading or by multiplying, whichever is slower, and parts follow each other.
 */
export function stepS(work: RankWork, batch: StepBatch, input: ForecastInput): number {
  const { settings, layout } = input;
  const perSequence = 1 + settings.numSpeculativeTokens;
  const decodeTokens = batch.sequences * perSequence;
  const tokens = decodeTokens + batch.promptTokens;
  const spread = tokens * layout.dataParallel;
  const kernels =
    bound(work.dense, tokens) +
    bound(work.head, decodeTokens + (batch.promptTokens > 0 ? 1 : 0)) +
    work.experts.reduce((total, each) => total + expertsS(each, spread), 0) +
    work.caches.reduce((total, each) => total + cacheS(each, batch, perSequence), 0);
  const onDevice = kernels + work.fixedS + work.blocks * reduceS(tokens, input);
  const launching = isCaptured(tokens, input) ? 0 : work.blocks * CALIBRATION.launchBlockS;
  const host = settings.asyncScheduling ? CALIBRATION.asyncStepS : CALIBRATION.syncStepS;
  return Math.max(onDevice, launching) + host + CALIBRATION.sequenceS * batch.sequences;
}

/** A CUDA graph launches all kernels of the step at once; without one the host does, ahead of the device where it can. */
function isCaptured(tokens: number, { settings }: ForecastInput): boolean {
  return tokens <= (settings.cudagraphCaptureSizes.at(-1) ?? 0);
}

function bound({ readS, perTokenS }: MatrixWork, tokens: number): number {
  return Math.max(readS, tokens * perTokenS);
}

/**
 * Of E experts, a step of T tokens that take k each reads
 *
 *   E × (1 − (1 − k / E)^T)
 *
 * with routing taken as even.
 */
export function expertsS({ readS, perTokenS, experts, perToken }: ExpertWork, tokens: number): number {
  const hitFraction = 1 - (1 - perToken / experts) ** tokens;
  return Math.max(readS * hitFraction, tokens * perTokenS);
}

/** Decoding reads the cache of every sequence; prompts multiply with it. State is read and written. */
function cacheS(cache: CacheRead, batch: StepBatch, perSequence: number): number {
  const context = Math.min(batch.contextTokens, cache.spanTokens);
  const bytes = batch.sequences * (context * cache.tokenBytes + 2 * cache.fixedBytes);
  const decode = Math.max(bytes * cache.readSPerByte, batch.sequences * perSequence * context * cache.pairS);
  return decode + batch.promptTokens * Math.min(batch.promptContextTokens, cache.spanTokens) * cache.pairS;
}
