import type { ForecastInput } from './forecast-types.ts';
import type { RankWork } from './rank-work.ts';
import { meanContextTokens } from './steady-state.ts';

/**
 * Requests that run at once in one replica: `max_num_seqs`, and what the KV cache holds of requests of this length.
 *
 *   held = maximum concurrency at max_model_len × bytes of such a request / bytes of one of the load's mean context
 */
export function batchLimit(work: RankWork, { settings, kvCache, ...input }: ForecastInput): number {
  const seqs = settings.maxNumSeqs;
  if (kvCache === null) return seqs;
  const longest = heldBytes(work, kvCache.maxModelLen);
  const typical = heldBytes(work, Math.min(kvCache.maxModelLen, meanContextTokens({ settings, kvCache, ...input })));
  const held = typical === 0 ? seqs : (kvCache.maxConcurrency * longest) / typical;
  return Math.max(1, Math.min(seqs, held));
}

function heldBytes({ caches }: RankWork, contextTokens: number): number {
  return caches.reduce((total, each) => total + Math.min(contextTokens, each.heldTokens) * each.tokenBytes + each.fixedBytes, 0);
}
