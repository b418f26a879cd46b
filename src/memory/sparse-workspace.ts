import type { EngineSettings } from '../engine/engine-settings.ts';
import type { EngineRules } from '../engine/rules.ts';
import { isAtLeast } from '../engine/version.ts';
import type { LatentCache } from '../model/cache-spec.ts';
import type { LayerSpec } from '../model/model-spec.ts';
import { MIB } from '../units/bytes.ts';

/** Tokens of the indexer's gather workspace for each token of context. @source vLLM v1/attention/backends/mla/indexer.py `get_max_prefill_buffer_size` */
const INDEXER_TOKENS = 40;
/** Key of 128 values in 8 bits and a float32 scale. @source vLLM model_executor/layers/sparse_attn_indexer.py `_gather_workspace_shapes` */
const INDEXER_ROW_BYTES = 132;
/** @source vLLM 0.20.2 model_executor/layers/sparse_attn_indexer.py RADIX_TOPK_WORKSPACE_SIZE */
const TOPK_BYTES = MIB;
/** Tokens, for each token of context, that an fp8 cache is widened for before prefill. @source vLLM v1/attention/backends/mla/flashmla_sparse.py `get_prefill_workspace_size` */
const WIDENED_TOKENS = 5;
/** Stand-in for the indexer's logits. @source vLLM 0.20.2 VLLM_SPARSE_INDEXER_MAX_LOGITS_MB; absent in 0.18.1 */
const LOGITS_BYTES = 512 * MIB;

export interface SparseInput {
  readonly settings: EngineSettings;
  readonly rules: EngineRules;
  readonly layers: readonly LayerSpec[];
  readonly computeCapability: string | null;
  /** Attention heads of a rank. */
  readonly heads: number;
}

function sparseCache(layers: readonly LayerSpec[]): LatentCache | null {
  for (const layer of layers) {
    for (const cache of layer.caches) if (cache.kind === 'latent' && cache.sparse) return cache;
  }
  return null;
}

/**
 * Share of sparse latent attention in the workspace that layers share and keep (0.13 on); it takes the widest of
 *
 *   indexer            40 × M × 132 + 1 MiB
 *   fp8 cache, FlashMLA  T × heads × width × 2 + 5 × M × width × 2
 */
export function sparseKeptBytes({ settings, rules, layers, computeCapability, heads }: SparseInput): number {
  const cache = sparseCache(layers);
  if (cache === null || !rules.keepsMoeWorkspace) return 0;
  const { maxModelLen, maxNumBatchedTokens, kvCacheDtype } = settings;
  const indexer = indexerBytes(maxModelLen) + TOPK_BYTES;
  const flashMla = kvCacheDtype === 'fp8_ds_mla' && computeCapability?.startsWith('12.') !== true;
  const widened = flashMla ? 2 * cache.width * (maxNumBatchedTokens * heads + WIDENED_TOKENS * maxModelLen) : 0;
  return Math.max(indexer, widened);
}

/** What the indexer allocates and frees again in the profile run. */
export function sparseTransientBytes({ settings, rules, layers }: Pick<SparseInput, 'settings' | 'rules' | 'layers'>): number {
  if (sparseCache(layers) === null) return 0;
  const gathered = rules.keepsMoeWorkspace ? 0 : indexerBytes(settings.maxModelLen);
  return gathered + (isAtLeast(settings.version, '0.20.0') ? LOGITS_BYTES : 0);
}

function indexerBytes(maxModelLen: number): number {
  return INDEXER_TOKENS * maxModelLen * INDEXER_ROW_BYTES;
}
