import { plainMlp } from '../../blocks/dense-mlp.ts';
import { attentionCaches, attentionNames, FULL_ATTENTION, type GqaAttentionInit, gqaAttention } from '../../blocks/gqa-attention.ts';
import { norm, replicatedLinear, vector } from '../../blocks/linear.ts';
import { type Mixer, mamba2 } from '../../blocks/state.ts';
import type { TextDimensions } from '../../blocks/text-dimensions.ts';
import type { StateCache } from '../../cache-spec.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { LayerSpec } from '../../model-spec.ts';
import type { ModuleSpec } from '../../module-spec.ts';

/** Mamba 2, attention, feed-forward block, mixture: the signs of `hybrid_override_pattern`. */
export type LayerSign = 'M' | '*' | '-' | 'E';

/** A layer: one mixer and the norm in front of it. @source vLLM 0.33.0 `models/nemotron_h.py` */
export function nemotronLayer(config: ConfigReader, dimensions: TextDimensions, sign: LayerSign): LayerSpec {
  const { modules, caches } = mixerOf(config, dimensions, sign);
  return { modules: [...modules, norm('norm', dimensions.hiddenSize)], caches };
}

function mixerOf(config: ConfigReader, dimensions: TextDimensions, sign: LayerSign): Mixer {
  switch (sign) {
    case 'M':
      return mamba(config, dimensions.hiddenSize);
    case '*':
      return attention(config, dimensions);
    case '-':
      return { modules: feedForward(config, 'mixer', dimensions.hiddenSize, config.size('intermediate_size'), 'mlp'), caches: [] };
    case 'E':
      return { modules: mixture(config, dimensions.hiddenSize), caches: [] };
    default:
      return sign satisfies never;
  }
}

function mamba(config: ConfigReader, hiddenSize: number): Mixer {
  const heads = config.size('mamba_num_heads');
  const headDim = config.size('mamba_head_dim');
  return mamba2({
    hiddenSize,
    innerSize: heads * headDim,
    heads,
    headDim,
    groups: config.size('n_groups', 'mamba_num_groups'),
    stateSize: config.size('ssm_state_size'),
    convKernel: config.size('conv_kernel'),
    convBias: config.bool('use_conv_bias', true),
    bias: config.bool('use_bias', false),
    gatedNorm: true,
    prefix: 'mixer',
    stateDtype: stateDtype(config),
    chunkTokens: config.optionalSize('chunk_size') ?? CHUNK_TOKENS,
  });
}

/** @source transformers 5.20 `configuration_nemotron_h.py` */
const CHUNK_TOKENS = 128;

/** @source vLLM 0.33.0 `models/config.py` `NemotronHForCausalLMConfig` (float32 unless the config names another) */
function stateDtype(config: ConfigReader): StateCache['stateDtype'] {
  const dtype = config.optionalString('mamba_ssm_cache_dtype') ?? 'float32';
  if (dtype === 'float32') return dtype;
  return dtype === 'bfloat16' ? null : config.refuse('mamba_ssm_cache_dtype', 'only float32 and bfloat16 states are supported');
}

const NAMES = attentionNames('mixer', 'q_proj', 'k_proj', 'v_proj', 'o_proj');

function attention(config: ConfigReader, { hiddenSize, heads, kvHeads, headDim }: TextDimensions): Mixer {
  const windowTokens = config.optionalInt('sliding_window') || null;
  const cache = windowTokens === null ? FULL_ATTENTION : ({ kind: 'sliding', windowTokens } as const);
  const init: GqaAttentionInit = { hiddenSize, heads, kvHeads, headDim, cache, names: NAMES };
  return { modules: gqaAttention(init), caches: attentionCaches(init) };
}

/** Two matrices without a gate (squared ReLU). */
function feedForward(
  config: ConfigReader,
  prefix: string,
  hiddenSize: number,
  intermediateSize: number,
  role: 'mlp' | 'shared-expert',
): readonly ModuleSpec[] {
  const bias = role === 'mlp' && config.bool('mlp_bias', false);
  return plainMlp({ hiddenSize, intermediateSize, bias, role, up: `${prefix}.up_proj`, down: `${prefix}.down_proj` });
}

/** Routed experts may work in a narrower space (`moe_latent_size`), between two projections that every rank holds whole. */
function mixture(config: ConfigReader, hiddenSize: number): readonly ModuleSpec[] {
  const experts = config.size('n_routed_experts');
  const latent = config.optionalSize('moe_latent_size');
  const sharedExperts = config.optionalInt('n_shared_experts') ?? 1;
  const bias = config.bool('mlp_bias', false);
  return [
    replicatedLinear([{ name: 'mixer.gate', outFeatures: experts }], hiddenSize, { role: 'router', quantizable: false }),
    // Stored as a buffer, which published totals leave out.
    { ...vector('mixer.gate.e_score_correction_bias', experts), dtype: 'float32', derived: true },
    {
      kind: 'experts',
      name: 'mixer.experts',
      experts,
      perToken: config.size('num_experts_per_tok'),
      hiddenSize: latent ?? hiddenSize,
      intermediateSize: config.size('moe_intermediate_size'),
      gated: false,
      bias: false,
    },
    ...(latent === null ? [] : latentProjections(hiddenSize, latent, bias)),
    ...(sharedExperts === 0
      ? []
      : feedForward(
          config,
          'mixer.shared_experts',
          hiddenSize,
          config.size('moe_shared_expert_intermediate_size') * sharedExperts,
          'shared-expert',
        )),
  ];
}

function latentProjections(hiddenSize: number, latent: number, bias: boolean): readonly ModuleSpec[] {
  return [
    replicatedLinear([{ name: 'mixer.fc1_latent_proj', outFeatures: latent }], hiddenSize, { bias, role: 'mlp' }),
    replicatedLinear([{ name: 'mixer.fc2_latent_proj', outFeatures: hiddenSize }], latent, { bias, role: 'mlp' }),
  ];
}
