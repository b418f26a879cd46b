import type { CacheSpec } from '../cache-spec.ts';
import type { ModuleSpec } from '../module-spec.ts';
import { columnLinear, norm, replicatedLinear, rowLinear, vector } from './linear.ts';
import type { Mixer } from './state.ts';

/** Sizes of DeepSeek V4's attention. */
export interface CompressedAttentionInit {
  readonly hiddenSize: number;
  readonly heads: number;
  readonly headDim: number;
  readonly qLoraRank: number;
  readonly outputGroups: number;
  readonly outputLoraRank: number;
  readonly windowTokens: number;
  readonly indexHeads: number;
  readonly indexHeadDim: number;
  /** Tokens that one compressed row stands for; 1: the layer sees its window alone. */
  readonly ratio: number;
}

/** Only the finer compression overlaps its groups of tokens, and only it has an indexer. */
const INDEXED_RATIO = 4;

/** Tokens of a block, by what the block holds. @source vLLM 0.33.0 `v1/attention/backends/mla/sparse_swa.py`, `models/deepseek_v4/compressor.py` */
const BLOCK_TOKENS = { latent: 64, fine: 4, coarse: 8 } as const;

/** A row of 512: 448 fp8 values, 64 rotary ones in bf16, 8 bytes of scales. @source vLLM 0.33.0 `models/deepseek_v4/attention.py` */
const LATENT_ROW_BYTES = 584;
const SCALE_BYTES = 4;
const SCALE_VALUES = 128;

/**
 * Attention of DeepSeek V4: a window of latent vectors, and where `ratio` is above 1 one more vector for each group of
 * tokens, made by a compressor whose running state is cached too. The output goes through groups of thin matrices.
 *
 * @source vLLM 0.33.0 `models/deepseek_v4/attention.py`, `compressor.py`
 */
export function compressedAttention(init: CompressedAttentionInit): Mixer {
  const { hiddenSize, heads, headDim, qLoraRank, outputGroups, outputLoraRank, ratio } = init;
  const role = 'attention' as const;
  const down = [
    { name: 'attn.wq_a', outFeatures: qLoraRank },
    { name: 'attn.wkv', outFeatures: headDim },
  ];
  const indexed = ratio === INDEXED_RATIO;
  return {
    modules: [
      replicatedLinear(down, hiddenSize, { role }),
      norm('attn.q_norm', qLoraRank),
      columnLinear([{ name: 'attn.wq_b', outFeatures: heads * headDim, heads }], qLoraRank, { role }),
      norm('attn.kv_norm', headDim),
      columnLinear([{ name: 'attn.wo_a', outFeatures: outputGroups * outputLoraRank }], (heads * headDim) / outputGroups, { role }),
      rowLinear('attn.wo_b', hiddenSize, outputGroups * outputLoraRank, { role }),
      { ...vector('attn.attn_sink', heads), split: 'column', dtype: 'float32' },
      ...(ratio > 1 ? compressor('attn.compressor', hiddenSize, headDim, ratio) : []),
      ...(indexed ? indexerOf(init) : []),
    ],
    caches: [
      windowCache(init),
      ...(ratio > 1 ? [latentRows(headDim, ratio), compressorState(headDim, ratio)] : []),
      ...(indexed ? [indexerRows(init.indexHeadDim, ratio), compressorState(init.indexHeadDim, ratio)] : []),
    ],
  };
}

/** Keys and gates of a group of tokens; the finer one reads two groups at once. */
function compressor(prefix: string, hiddenSize: number, headDim: number, ratio: number): readonly ModuleSpec[] {
  const width = overlap(ratio) * headDim;
  const parts = ['wkv', 'wgate'].map((name) => ({ name: `${prefix}.${name}`, outFeatures: width }));
  return [
    replicatedLinear(parts, hiddenSize, { role: 'attention', quantizable: false }),
    { ...vector(`${prefix}.ape`, ratio * width), dtype: 'float32' },
    norm(`${prefix}.norm`, headDim),
  ];
}

function overlap(ratio: number): number {
  return ratio === INDEXED_RATIO ? 2 : 1;
}

function indexerOf({ hiddenSize, qLoraRank, indexHeads, indexHeadDim, ratio }: CompressedAttentionInit): readonly ModuleSpec[] {
  const role = 'attention' as const;
  return [
    replicatedLinear([{ name: 'attn.indexer.wq_b', outFeatures: indexHeads * indexHeadDim }], qLoraRank, { role }),
    replicatedLinear([{ name: 'attn.indexer.weights_proj', outFeatures: indexHeads }], hiddenSize, { role, quantizable: false }),
    ...compressor('attn.indexer.compressor', hiddenSize, indexHeadDim, ratio),
  ];
}

function windowCache({ headDim, windowTokens }: CompressedAttentionInit): CacheSpec {
  const blockTokens = BLOCK_TOKENS.latent;
  return { kind: 'window-rows', role: 'latent', width: headDim, packedRowBytes: LATENT_ROW_BYTES, windowTokens, blockTokens };
}

function latentRows(headDim: number, ratio: number): CacheSpec {
  return { kind: 'compressed', role: 'latent', width: headDim, packedRowBytes: LATENT_ROW_BYTES, ratio };
}

function indexerRows(headDim: number, ratio: number): CacheSpec {
  const packedRowBytes = headDim + (headDim / SCALE_VALUES) * SCALE_BYTES;
  return { kind: 'compressed', role: 'indexer', width: headDim, packedRowBytes, ratio };
}

/** Sums of keys and of scores over the tokens of a group that is not complete yet. */
function compressorState(headDim: number, ratio: number): CacheSpec {
  const groups = overlap(ratio);
  return {
    kind: 'window-rows',
    role: 'compressor',
    width: 2 * groups * headDim,
    packedRowBytes: null,
    windowTokens: groups * ratio,
    blockTokens: ratio === INDEXED_RATIO ? BLOCK_TOKENS.fine : BLOCK_TOKENS.coarse,
  };
}
