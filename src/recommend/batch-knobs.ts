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

/** vLLM's own largest default; a larger prefill batch takes activation memory from the cache. @source vLLM engine/arg_utils.py `get_batch_defaults` */
const MAX_BATCHED_TOKENS = 16_384;

/**
 * The original's batch knobs: sequences for the asked concurrency and some to spare, and a token budget for all their
 * tokens, between 8192 and the largest that vLLM takes by itself.
 *
 * @param requests concurrent requests of one replica
 */
export function batchKnobs(mode: BatchingMode, requests: number, tokensPerRequest: number): BatchKnobs {
  const wanted = Math.ceil(tokensPerRequest * requests * TOKEN_FACTOR[mode]);
  const maxNumSeqs = requests + SPARE_SEQS[mode];
  return { maxNumSeqs, maxNumBatchedTokens: Math.max(maxNumSeqs, Math.min(MAX_BATCHED_TOKENS, Math.max(MIN_BATCHED_TOKENS, wanted))) };
}
