import type { CacheSpec } from '../cache-spec.ts';
import type { ModuleSpec } from '../module-spec.ts';
import { columnLinear, norm, rowLinear, vector } from './linear.ts';

export interface AttentionNames {
  readonly q: string;
  readonly k: string;
  readonly v: string;
  readonly o: string;
}

/** Multi-head, grouped-query and multi-query attention: they differ only in the number of KV heads. */
export interface GqaAttentionInit {
  readonly hiddenSize: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly qkvBias?: boolean;
  readonly outputBias?: boolean;
  /** per-head: one norm of `headDim` for all heads. whole: over all heads together. */
  readonly qkNorm?: 'none' | 'per-head' | 'whole' | 'whole-sharded';
  /** The query projection also yields an output gate of the same width. */
  readonly gated?: boolean;
  /** A learned logit for each query head (gpt-oss). */
  readonly sinks?: boolean;
  readonly cache: AttentionReach;
  readonly names?: AttentionNames;
}

/** How far a token looks back; decides which cache the layer keeps. none: encoder-only layers store nothing. */
export type AttentionReach =
  | { readonly kind: 'full' }
  | { readonly kind: 'none' }
  | { readonly kind: 'sliding'; readonly windowTokens: number }
  | { readonly kind: 'chunked'; readonly chunkTokens: number };

export const FULL_ATTENTION: AttentionReach = { kind: 'full' };
/** Bidirectional attention over one prompt keeps no cache. */
export const ENCODER_ONLY: AttentionReach = { kind: 'none' };

/** Names of most checkpoints; those that store one fused matrix repeat its name in q, k and v. */
const SELF_ATTENTION: AttentionNames = attentionNames('self_attn', 'q_proj', 'k_proj', 'v_proj', 'o_proj');

export function attentionNames(prefix: string, q: string, k: string, v: string, o: string): AttentionNames {
  return { q: `${prefix}.${q}`, k: `${prefix}.${k}`, v: `${prefix}.${v}`, o: `${prefix}.${o}` };
}

/**
 * Q, K and V fused and split by heads, the output projection split by its inputs.
 *
 * @source vLLM 0.33.0 `model_executor/models/llama.py` `LlamaAttention`, `layers/linear.py` `QKVParallelLinear`
 */
export function gqaAttention(init: GqaAttentionInit): readonly ModuleSpec[] {
  const { hiddenSize, heads, kvHeads, headDim, qkvBias = false, outputBias = false, names = SELF_ATTENTION } = init;
  const qkv = columnLinear(
    [
      { name: names.q, outFeatures: heads * headDim * (init.gated ? 2 : 1), heads },
      { name: names.k, outFeatures: kvHeads * headDim, heads: kvHeads },
      { name: names.v, outFeatures: kvHeads * headDim, heads: kvHeads },
    ],
    hiddenSize,
    { bias: qkvBias, role: 'attention' },
  );
  const output = rowLinear(names.o, hiddenSize, heads * headDim, { bias: outputBias, role: 'attention' });
  return [qkv, output, ...qkNorms(init), ...(init.sinks ? [sinks(heads)] : [])];
}

/** The cache of one attention layer. */
export function attentionCaches({ kvHeads, headDim, cache }: GqaAttentionInit): readonly CacheSpec[] {
  if (cache.kind === 'none') return [];
  return [{ ...cache, kvHeads, headDim, valueHeadDim: headDim }];
}

function qkNorms({ heads, kvHeads, headDim, qkNorm = 'none' }: GqaAttentionInit): readonly ModuleSpec[] {
  switch (qkNorm) {
    case 'none':
      return [];
    case 'per-head':
      return [norm('self_attn.q_norm', headDim), norm('self_attn.k_norm', headDim)];
    case 'whole':
      return [norm('self_attn.q_norm', heads * headDim), norm('self_attn.k_norm', kvHeads * headDim)];
    case 'whole-sharded':
      return [
        { ...norm('self_attn.q_norm', heads * headDim), split: 'column' },
        { ...norm('self_attn.k_norm', kvHeads * headDim), split: 'column' },
      ];
    default:
      return qkNorm satisfies never;
  }
}

function sinks(heads: number): ModuleSpec {
  return { ...vector('self_attn.sinks', heads), split: 'column' };
}
