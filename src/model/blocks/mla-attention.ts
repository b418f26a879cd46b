import type { CacheSpec } from '../cache-spec.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { ModelSpec } from '../model-spec.ts';
import type { LinearPart, ModuleSpec } from '../module-spec.ts';
import { columnLinear, norm, replicatedLinear, rowLinear } from './linear.ts';

/** Sizes of multi-head latent attention. */
export interface MlaDimensions {
  readonly hiddenSize: number;
  readonly heads: number;
  /** null: queries are projected in one step (DeepSeek-V2-Lite). */
  readonly qLoraRank: number | null;
  readonly kvLoraRank: number;
  readonly qkNopeHeadDim: number;
  readonly qkRopeHeadDim: number;
  readonly vHeadDim: number;
}

export function readMlaDimensions(config: ConfigReader, defaults: { readonly vHeadDim?: number } = {}): MlaDimensions {
  return {
    hiddenSize: config.size('hidden_size'),
    heads: config.size('num_attention_heads'),
    qLoraRank: config.optionalSize('q_lora_rank'),
    kvLoraRank: config.size('kv_lora_rank'),
    qkNopeHeadDim: config.size('qk_nope_head_dim'),
    qkRopeHeadDim: config.size('qk_rope_head_dim'),
    vHeadDim: config.optionalSize('v_head_dim') ?? defaults.vHeadDim ?? config.size('v_head_dim'),
  };
}

/**
 * The down-projections (q_a, kv_a) are one fused matrix that every rank holds whole; the up-projections and the output
 * split by heads.
 *
 * @source vLLM 0.33.0 `models/deepseek_v2.py` `DeepseekV2MLAAttention`, `DeepSeekV2FusedQkvAProjLinear`
 */
export function mlaAttention(mla: MlaDimensions, prefix = 'self_attn'): readonly ModuleSpec[] {
  const { hiddenSize, heads, qLoraRank, kvLoraRank } = mla;
  const role = 'attention' as const;
  const queries: LinearPart = {
    name: `${prefix}.${qLoraRank === null ? 'q_proj' : 'q_b_proj'}`,
    outFeatures: heads * (mla.qkNopeHeadDim + mla.qkRopeHeadDim),
    heads,
  };
  const kvA: LinearPart = { name: `${prefix}.kv_a_proj_with_mqa`, outFeatures: kvLoraRank + mla.qkRopeHeadDim };
  const kvB: LinearPart = { name: `${prefix}.kv_b_proj`, outFeatures: heads * (mla.qkNopeHeadDim + mla.vHeadDim), heads };
  const down = qLoraRank === null ? [kvA] : [{ name: `${prefix}.q_a_proj`, outFeatures: qLoraRank }, kvA];
  return [
    replicatedLinear(down, hiddenSize, { role }),
    columnLinear([queries], qLoraRank ?? hiddenSize, { role }),
    columnLinear([kvB], kvLoraRank, { role }),
    rowLinear(`${prefix}.o_proj`, hiddenSize, heads * mla.vHeadDim, { role }),
    ...(qLoraRank === null ? [] : [norm(`${prefix}.q_a_layernorm`, qLoraRank)]),
    norm(`${prefix}.kv_a_layernorm`, kvLoraRank),
  ];
}

/** One latent vector a token, the same on every rank. */
export function latentCache({ kvLoraRank, qkRopeHeadDim }: MlaDimensions, sparse = false): CacheSpec {
  return { kind: 'latent', width: kvLoraRank + qkRopeHeadDim, sparse };
}

/** What `ModelSpec` says of latent attention: vLLM calls the latent width the head size. */
export function mlaFacts({ kvLoraRank, qkNopeHeadDim, qkRopeHeadDim, vHeadDim }: MlaDimensions): Pick<ModelSpec, 'mla' | 'headDim'> {
  return { mla: { kvLoraRank, qkRopeHeadDim, qkNopeHeadDim, vHeadDim }, headDim: kvLoraRank + qkRopeHeadDim };
}
