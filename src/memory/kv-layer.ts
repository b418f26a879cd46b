import type { EngineSettings } from '../engine/engine-settings.ts';
import type { CacheSpec, CompressedCache, StateCache, WindowRowsCache } from '../model/cache-spec.ts';
import { BYTES_OF_DTYPE } from '../model/model-spec.ts';
import { ceilDiv } from '../units/integers.ts';
import { elementBytes, headBytes } from './kv-elements.ts';

/** The cache of one layer on one rank: vLLM's `KVCacheSpec` with its page worked out. */
export interface KvLayer {
  readonly kind: CacheSpec['kind'];
  /** Window or chunk of local attention, encoder tokens of cross attention; 0 otherwise. */
  readonly spanTokens: number;
  /** Tokens of one block; for recurrent state the tokens that one state stands for. */
  readonly blockSize: number;
  /** Bytes of one block. */
  readonly pageBytes: number;
  /** States of a request beside those of its mode: checkpoints inside a prefill. */
  readonly checkpointStates: number;
  /** Layers with equal keys are interchangeable: vLLM compares their specs. */
  readonly key: string;
}

/** Row of the DeepSeek sparse fp8 format: 512 fp8, 4 float32 scales, 64 bf16 rope values. @source vllm-memory §2.1 */
const FP8_DS_MLA_ROW_BYTES = 656;

/**
 * KV heads that one rank holds: total / tp, or one replicated head when there are fewer heads than ranks.
 *
 * @source vLLM config/model.py `get_num_kv_heads`
 */
export function kvHeadsPerRank(totalHeads: number, tensorParallel: number): number {
  return Math.max(1, Math.floor(totalHeads / tensorParallel));
}

/** The layer's cache on one rank of a tensor-parallel group, before pages are made equal. */
export function kvLayer(cache: CacheSpec, settings: EngineSettings, checkpointing: readonly string[] = []): KvLayer {
  const { tensorParallelSize: tp, blockSize, kvCacheDtype } = settings;
  switch (cache.kind) {
    case 'full':
    case 'sliding':
    case 'chunked':
    case 'cross': {
      const isFull = cache.kind === 'sliding' && settings.slidingWindowDisabled;
      const heads = kvHeadsPerRank(cache.kvHeads, tp);
      const pageBytes = blockSize * heads * headBytes(kvCacheDtype, cache.headDim, cache.valueHeadDim);
      const spanTokens = isFull ? 0 : spanOf(cache);
      return keyed(
        { kind: isFull ? 'full' : cache.kind, spanTokens, blockSize, pageBytes },
        `${heads}x${cache.headDim}+${cache.valueHeadDim}`,
      );
    }
    case 'latent': {
      const packed = kvCacheDtype === 'fp8_ds_mla';
      const rowBytes = packed ? FP8_DS_MLA_ROW_BYTES : cache.width * elementBytes(kvCacheDtype);
      return keyed({ kind: 'latent', spanTokens: 0, blockSize, pageBytes: blockSize * rowBytes }, `${cache.width}`);
    }
    case 'indexer':
      return keyed(
        { kind: 'indexer', spanTokens: 0, blockSize, pageBytes: blockSize * (cache.rowBytes ?? indexerRowBytes(cache.headDim)) },
        `${cache.headDim}`,
      );
    case 'compressed':
    case 'window-rows':
      return rowsLayer(cache, settings);
    case 'state':
      return keyed(
        {
          kind: 'state',
          spanTokens: 0,
          blockSize: stateBlockTokens(settings),
          pageBytes: statePageBytes(cache, settings),
          checkpointStates: checkpointing.includes(cache.recurrence) ? 1 : 0,
        },
        cache.recurrence,
      );
    default:
      return cache satisfies never;
  }
}

/** Pages of DeepSeek V4 are rounded up to what its kernels step by. @source vLLM 0.33.0 `models/deepseek_v4/attention.py`, `compressor.py` */
const PACKED_ALIGNMENT = 576;
const PLAIN_ALIGNMENT = 512;

/** Rows of DeepSeek V4: a page holds one row for `ratio` tokens, or a block of the window. */
function rowsLayer(cache: CompressedCache | WindowRowsCache, { blockSize, kvCacheDtype }: EngineSettings): KvLayer {
  const alignment = kvCacheDtype === 'fp8_ds_mla' ? PACKED_ALIGNMENT : PLAIN_ALIGNMENT;
  const isWindow = cache.kind === 'window-rows';
  const block = isWindow ? cache.blockTokens : blockSize;
  const rows = isWindow ? block : Math.floor(block / cache.ratio);
  const pageBytes = ceilDiv(rows * rowBytes(cache, kvCacheDtype), alignment) * alignment;
  const spanTokens = isWindow ? cache.windowTokens : 0;
  return keyed({ kind: cache.kind, spanTokens, blockSize: block, pageBytes }, `${cache.role}${cache.width}`);
}

function rowBytes(cache: CompressedCache | WindowRowsCache, kvCacheDtype: string): number {
  if (cache.packedRowBytes === null) return cache.width * BYTES_OF_DTYPE.float32;
  const isPacked = cache.role === 'indexer' || kvCacheDtype === 'fp8_ds_mla';
  return isPacked ? cache.packedRowBytes : cache.width * elementBytes(kvCacheDtype);
}

function keyed(layer: Omit<KvLayer, 'key' | 'checkpointStates'> & { readonly checkpointStates?: number }, shape: string): KvLayer {
  return { checkpointStates: 0, ...layer, key: `${layer.kind}:${shape}:${layer.spanTokens}:${layer.blockSize}:${layer.pageBytes}` };
}

/** The same layer with another block or page; the key follows. */
export function resized(layer: KvLayer, size: { readonly blockSize?: number; readonly pageBytes?: number }): KvLayer {
  const shape = layer.key.split(':')[1] ?? '';
  const { key: _, ...rest } = { ...layer, ...size };
  return keyed(rest, shape);
}

function spanOf(cache: Extract<CacheSpec, { kind: 'full' | 'sliding' | 'chunked' | 'cross' }>): number {
  switch (cache.kind) {
    case 'sliding':
      return cache.windowTokens;
    case 'chunked':
      return cache.chunkTokens;
    case 'cross':
      return cache.encoderTokens;
    default:
      return 0;
  }
}

/** uint8 keys and one float32 scale for 128 of them. @source vLLM model_executor/models/deepseek_v2.py, DeepseekV32IndexerCache */
export function indexerRowBytes(headDim: number): number {
  return headDim + Math.ceil(headDim / 128) * 4;
}

function stateBlockTokens({ mambaCacheMode, maxModelLen, blockSize }: EngineSettings): number {
  return mambaCacheMode === 'none' ? maxModelLen : blockSize;
}

/**
 * Bytes of one sequence's recurrent state in one layer on one rank: the convolution window and the state matrix.
 *
 *   (kernel − 1 + speculative tokens) × channels / tp × b  +  heads / tp × rows × columns × b_state
 *
 * Groups of B and C that tp does not divide are replicated, one for each rank. Short convolutions have no matrix,
 * Mamba 1 no speculative rows.
 *
 * @source vLLM model_executor/layers/mamba/mamba_utils.py (vllm-memory §2.6)
 */
export function statePageBytes(cache: StateCache, settings: EngineSettings): number {
  const { tensorParallelSize: tp, numSpeculativeTokens, dtypeBytes } = settings;
  const groups = cache.groups % tp === 0 ? cache.groups : Math.max(cache.groups, tp);
  const channels = (cache.convChannels + groups * cache.groupChannels) / tp;
  const rows = cache.convKernel - 1 + (cache.recurrence === 'mamba1' || cache.recurrence === 'short-conv' ? 0 : numSpeculativeTokens);
  const stateBytes = cache.stateDtype === null ? dtypeBytes : BYTES_OF_DTYPE[cache.stateDtype];
  const state = (cache.heads / tp) * cache.stateRows * cache.stateColumns * stateBytes;
  return Math.max(0, rows) * channels * dtypeBytes + state;
}
