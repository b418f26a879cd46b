/**
 * What one layer keeps per sequence, before sharding: the input of vLLM's `KVCacheSpec`
 * (vllm-memory §2.1; `v1/kv_cache_interface.py`). Head counts are totals over all ranks.
 */
export type CacheSpec =
  | FullAttentionCache
  | SlidingWindowCache
  | ChunkedLocalCache
  | LatentCache
  | IndexerCache
  | CompressedCache
  | WindowRowsCache
  | StateCache
  | CrossAttentionCache;

interface HeadsCache {
  readonly kvHeads: number;
  readonly headDim: number;
  /** Differs from `headDim` in few models (MiMo-V2: 192 and 128). */
  readonly valueHeadDim: number;
}

export interface FullAttentionCache extends HeadsCache {
  readonly kind: 'full';
}

export interface SlidingWindowCache extends HeadsCache {
  readonly kind: 'sliding';
  readonly windowTokens: number;
}

export interface ChunkedLocalCache extends HeadsCache {
  readonly kind: 'chunked';
  readonly chunkTokens: number;
}

/** Multi-head latent attention: one vector a token (kv_lora_rank + rope), whole on every rank. */
export interface LatentCache {
  readonly kind: 'latent';
  readonly width: number;
  /** Sparse attention on top (DeepSeek V3.2, GLM-5): fp8 caches use the 656-byte `fp8_ds_mla` row. */
  readonly sparse: boolean;
}

/** Keys of the sparse-attention indexer: uint8 values and one float32 scale per 128 of them. */
export interface IndexerCache {
  readonly kind: 'indexer';
  readonly headDim: number;
  /** Bytes of a row where it is not fp8 with scales (MiniMax M3 keeps 16-bit keys). */
  readonly rowBytes?: number;
}

/**
 * DeepSeek V4: one row for `ratio` tokens, whole on every rank. `packedRowBytes` is the row of the `fp8_ds_mla` format; keys
 * of the indexer are stored so whatever the cache's dtype is.
 */
export interface CompressedCache {
  readonly kind: 'compressed';
  readonly role: 'latent' | 'indexer';
  readonly width: number;
  readonly packedRowBytes: number;
  readonly ratio: number;
}

/** DeepSeek V4: rows within a window, in blocks of their own size: recent latent vectors, and states of the compressors. */
export interface WindowRowsCache {
  readonly kind: 'window-rows';
  readonly role: 'latent' | 'compressor';
  readonly width: number;
  /** Row of the `fp8_ds_mla` format; null: float32 values, whatever the cache's dtype is. */
  readonly packedRowBytes: number | null;
  readonly windowTokens: number;
  readonly blockTokens: number;
}

/** Recurrent state: a fixed size a sequence, independent of its length (vllm-memory §2.6). */
export interface StateCache {
  readonly kind: 'state';
  readonly recurrence: 'mamba1' | 'mamba2' | 'gdn' | 'kda' | 'linear' | 'short-conv';
  /** Width of the convolution; its window keeps one row less. */
  readonly convKernel: number;
  /** Convolution channels that split over ranks by plain division. */
  readonly convChannels: number;
  /** Mamba 2: groups of B and C, replicated when tp does not divide them. 0 elsewhere. */
  readonly groups: number;
  /** Convolution channels of one group, B and C together. */
  readonly groupChannels: number;
  /** Recurrent state: heads × rows × columns; heads split over ranks. */
  readonly heads: number;
  readonly stateRows: number;
  readonly stateColumns: number;
  /** dtype of the recurrent state; null: the same as the convolution state (the model's dtype). */
  readonly stateDtype: 'float32' | null;
  /** Chunk length of the model's scan (mamba2 `chunk_size`), used by `--mamba-cache-mode all`. */
  readonly chunkTokens: number | null;
}

export interface CrossAttentionCache extends HeadsCache {
  readonly kind: 'cross';
  readonly encoderTokens: number;
}
