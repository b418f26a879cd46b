import { GIB } from '../units/bytes.ts';

export type BatchingMode = 'throughput' | 'latency' | 'balanced';

/** Sequences above the asked concurrency. @source the Python original's recommendation */
const SPARE_SEQS = { throughput: 4, balanced: 2, latency: 0 } as const;
/** Tokens of all requests at once, times this. @source the Python original's recommendation */
const TOKEN_FACTOR = { throughput: 1.5, balanced: 1.25, latency: 1 } as const;
const MIN_BATCHED_TOKENS = 8192;

export interface BatchKnobs {
  readonly maxNumSeqs: number;
  readonly maxNumBatchedTokens: number;
}

/**
 * The original's batch knobs: sequences for the asked concurrency and some to spare, and a token budget for all their
 * tokens, at least 8192 and at most what the card's memory class allows.
 *
 * @param requests concurrent requests of one replica
 * @param memoryBytes memory of one GPU: caps of 16,384 below 24 GiB, 32,768 below 48 GiB, 65,536 from there
 */
export function batchKnobs(mode: BatchingMode, requests: number, tokensPerRequest: number, memoryBytes: number): BatchKnobs {
  const cap = memoryBytes < 24 * GIB ? 16_384 : memoryBytes < 48 * GIB ? 32_768 : 65_536;
  const wanted = Math.ceil(tokensPerRequest * requests * TOKEN_FACTOR[mode]);
  const maxNumSeqs = requests + SPARE_SEQS[mode];
  return { maxNumSeqs, maxNumBatchedTokens: Math.max(maxNumSeqs, Math.min(cap, Math.max(MIN_BATCHED_TOKENS, wanted))) };
}
