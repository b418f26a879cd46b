import type { GpuSpec } from '../catalog/gpu-spec.ts';
import type { CacheSpec } from '../model/cache-spec.ts';
import type { ModelSpec } from '../model/model-spec.ts';
import { isPrefixLm } from './prefix-lm.ts';
import type { EngineRules } from './rules.ts';
import { isAtLeast } from './version.ts';

/** Block of every backend that has no wish of its own. @source vLLM config/cache.py DEFAULT_BLOCK_SIZE */
const DEFAULT_BLOCK = 16;
/** Sparse latent attention: the indexer's block. @source vLLM v1/attention/backends/mla/indexer.py */
const SPARSE_BLOCK = 64;
/** MiniMax M3 chooses whole blocks. @source vLLM 0.33.0 models/minimax_m3/common/sparse_attention.py, vllm-memory §2.5 */
const BLOCK_SPARSE_BLOCK = 128;
/** DeepSeek V4: one or two rows of the coarse compression, 64 of the fine one. @source vLLM 0.33.0 models/deepseek_v4/sparse_mla.py */
const COMPRESSED_BLOCK = 256;

/** FlashMLA's block; it serves Hopper until 0.17, and fp8 caches, which FlashAttention's latent kernel does not take. */
const BLOCK_OF_FLASHMLA = 64;

/** Blocks that a backend named with `--attention-backend` insists on. @source vLLM v1/attention/backends/mla, get_supported_kernel_block_sizes */
const BLOCK_OF_BACKEND: Readonly<Record<string, number>> = { FLASHMLA: 64, FLASHMLA_SPARSE: 64, CUTLASS_MLA: 128, FLASHINFER_MLA: 32 };

/**
 * Tokens of a KV block before hybrid models enlarge it: 16, or what the latent-attention backend of the card takes.
 *
 * @source vLLM platforms/cuda.py: 0.8 to 0.17 chose FlashMLA (64) on Hopper, 0.8 to 0.10 CUTLASS (128) on SM100, later FlashAttention
 *   (16) and FlashInfer (64, from 0.20 the smallest it supports: 32); vllm-memory §2.5
 */
export function backendBlockSize(
  model: ModelSpec,
  gpu: GpuSpec,
  rules: EngineRules,
  wish: { readonly backend: string | null; readonly kvCacheDtype: string },
): number {
  const named = wish.backend === null ? undefined : BLOCK_OF_BACKEND[wish.backend.toUpperCase()];
  if (named !== undefined) return named;
  if (model.layers.some((layer) => layer.caches.some(({ kind }) => kind === 'compressed'))) return COMPRESSED_BLOCK;
  if (model.layers.some((layer) => layer.caches.some(hasPlainIndexer))) return BLOCK_SPARSE_BLOCK;
  if (model.layers.some((layer) => layer.caches.some(isSparse))) return SPARSE_BLOCK;
  if (rules.prefixLmBlackwellBlock && isPrefixLm(model) && gpu.computeCapability?.startsWith('10.') === true)
    return TRITON_FLASHINFER_BLOCK;
  if (model.mla === null) return rules.fp8Head512Block && needsFp8Block(model, gpu, wish.kvCacheDtype) ? FP8_HEAD_512_BLOCK : DEFAULT_BLOCK;
  const generation = gpu.computeCapability?.split('.')[0];
  if (generation === '10') {
    if (isAtLeast(rules.version, '0.20.0')) return 32;
    return isAtLeast(rules.version, '0.11.0') ? 64 : 128;
  }
  const flashMla = generation === '9' && (wish.kvCacheDtype.startsWith('fp8') || !isAtLeast(rules.version, '0.18.0'));
  return flashMla ? BLOCK_OF_FLASHMLA : DEFAULT_BLOCK;
}

/** Keys of an indexer in the model's dtype, beside ordinary heads. */
function hasPlainIndexer(cache: CacheSpec): boolean {
  return cache.kind === 'indexer' && cache.rowBytes !== undefined;
}

function isSparse(cache: CacheSpec): boolean {
  return cache.kind === 'indexer' || (cache.kind === 'latent' && cache.sparse);
}

/** @source vLLM 0.33.0 on B200 (test/golden/oracle) */
const TRITON_FLASHINFER_BLOCK = 64;

/** @source vLLM v1/attention/backends/flash_attn.py `_get_sm90_fa4_fp8_kv_block_size` */
const FP8_HEAD_512_BLOCK = 64;

function needsFp8Block(model: ModelSpec, gpu: GpuSpec, kvCacheDtype: string): boolean {
  const wide = model.layers.some((layer) => layer.caches.some((cache) => cache.kind === 'full' && cache.headDim === 512));
  return wide && gpu.computeCapability?.startsWith('9.') === true && (kvCacheDtype === 'fp8' || kvCacheDtype === 'fp8_e4m3');
}

function latentKernelBlock(rules: EngineRules, blockSize: number, later: boolean): number {
  if (rules.latentHybridBlock128) return Math.max(128, blockSize);
  return later ? Math.max(DEFAULT_BLOCK, blockSize) : 64;
}

export interface HybridBlockInput {
  readonly rules: EngineRules;
  /** Tokens of the backend's block, or the user's. */
  readonly blockSize: number;
  readonly usesLatentAttention: boolean;
  readonly computeCapability: string | null;
  /** Bytes of one token in one attention layer on one rank. */
  readonly tokenBytes: number;
  /** Bytes of the largest recurrent state of one layer on one rank. */
  readonly stateBytes: number;
  readonly mode: 'none' | 'align' | 'all';
  /** Gated-delta layers take checkpoints on a grid of 64 tokens. */
  readonly checkpoints: boolean;
  /** `--mamba-block-size`, or the chunk of the model's scan. */
  readonly chunkTokens: number;
}

/**
 * Block of a model with recurrent layers: attention blocks grow until their page holds one recurrent state.
 *
 *   modes none, align   kb × ceil(state / (kb × token))
 *   mode all            chunk × ceil(ceil(state / token) / chunk), chunk = lcm(model chunk, kb)
 *
 * kb is the kernel's block: 16; 32 for FlashInfer of 0.11 to 0.15 on SM100; 64 for latent attention, 16 from 0.20, 128 from 0.27.
 *
 * @source vLLM model_executor/models/config.py `HybridAttentionMambaModelConfig` (0.19.1), platforms/interface.py
 *   `_align_hybrid_block_size` (0.20 on)
 */
export function hybridBlockSize(input: HybridBlockInput): number {
  const kernelBlock = kernelBlockOf(input);
  const blocks =
    input.mode === 'all'
      ? chunked(input, leastCommonMultiple(input.chunkTokens, kernelBlock))
      : kernelBlock * Math.ceil(input.stateBytes / (kernelBlock * input.tokenBytes));
  return Math.max(input.blockSize, blocks);
}

function chunked({ stateBytes, tokenBytes }: HybridBlockInput, chunk: number): number {
  return chunk * Math.ceil(Math.ceil(stateBytes / tokenBytes) / chunk);
}

/** @source vLLM 0.33.0 layers/mamba/gdn/qwen_gdn_linear_attn.py FLASHINFER_GDN_CHECKPOINT_ALIGNMENT */
const CHECKPOINT_GRID = 64;

function kernelBlockOf(input: HybridBlockInput): number {
  const block = plainKernelBlock(input);
  return input.checkpoints ? leastCommonMultiple(block, CHECKPOINT_GRID) : block;
}

function plainKernelBlock({ rules, blockSize, usesLatentAttention, computeCapability }: HybridBlockInput): number {
  const later = isAtLeast(rules.version, '0.20.0');
  if (usesLatentAttention) return latentKernelBlock(rules, blockSize, later);
  if (later) return Math.max(DEFAULT_BLOCK, blockSize);
  const flashInfer = computeCapability?.startsWith('10.') && isAtLeast(rules.version, '0.11.0') && !isAtLeast(rules.version, '0.16.0');
  return flashInfer ? 32 : DEFAULT_BLOCK;
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return (a * b) / x;
}
