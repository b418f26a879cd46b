import { decoder, layersByKind } from '../../blocks/decoder.ts';
import { gatedMlp } from '../../blocks/dense-mlp.ts';
import { latentCache, mlaAttention, mlaFacts, readMlaDimensions } from '../../blocks/mla-attention.ts';
import { moeMlp } from '../../blocks/moe-mlp.ts';
import { preNorms } from '../../blocks/standard-layer.ts';
import { kimiDelta, type Mixer } from '../../blocks/state.ts';
import { readTextDimensions, type TextDimensions } from '../../blocks/text-dimensions.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { ModuleSpec } from '../../module-spec.ts';
import type { ModelShape } from '../family.ts';

/**
 * Kimi-Linear: delta attention (KDA) with some layers of latent attention without rotary positions, mixtures of DeepSeek's kind.
 *
 * @source vLLM 0.33.0 `models/kimi_k3/nvidia/model.py` (`KimiDecoderLayer` serves both Kimi-Linear and Kimi-K3)
 */
export function readKimiLinearText(config: ConfigReader): ModelShape {
  if (config.has('attn_res_block_size'))
    config.refuse('attn_res_block_size', 'residuals over blocks of layers (Kimi-K3) are not supported');
  if (config.has('routed_expert_hidden_size')) config.refuse('routed_expert_hidden_size', 'narrower routed experts are not supported');
  const dimensions = readTextDimensions(config, { headDim: 1 });
  const mla = readMlaDimensions(config);
  const linear = config.child('linear_attn_config');
  // Layers are counted from 1 in these lists.
  const full =
    linear.optionalInts('full_attn_layers') ?? linear.refuse('full_attn_layers', 'the attention layers are not known without it');
  const delta = kimiDelta({
    hiddenSize: dimensions.hiddenSize,
    heads: linear.size('num_heads'),
    headDim: linear.size('head_dim'),
    convKernel: linear.size('short_conv_kernel_size'),
    fullRankGate: linear.bool('use_full_rank_gate', false),
  });
  const latent: Mixer = { modules: mlaAttention(mla), caches: [latentCache(mla)] };
  const feedForward = feedForwardOf(config, dimensions);
  const layers = layersByKind(
    dimensions.layers,
    (index) => [full.includes(index + 1), isMixture(config, index)] as const,
    ([attends, routed]) => {
      const mixer = attends ? latent : delta;
      const mlp = routed ? feedForward.mixture : feedForward.dense;
      return { modules: [...mixer.modules, ...mlp, ...preNorms(dimensions.hiddenSize)], caches: mixer.caches };
    },
  );
  if ((config.optionalInt('num_nextn_predict_layers') ?? 0) > 0) {
    config.refuse('num_nextn_predict_layers', 'prediction layers of this architecture are not supported');
  }
  return {
    ...decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', false) }),
    ...mlaFacts(mla),
    experts: { count: config.size('num_experts'), perToken: config.size('num_experts_per_token') },
  };
}

function isMixture(config: ConfigReader, index: number): boolean {
  const first = config.optionalInt('first_k_dense_replace') ?? 0;
  return index >= first && index % (config.optionalSize('moe_layer_freq') ?? 1) === 0;
}

function feedForwardOf(
  config: ConfigReader,
  dimensions: TextDimensions,
): { readonly dense: readonly ModuleSpec[]; readonly mixture: readonly ModuleSpec[] } {
  const expertWidth = config.size('moe_intermediate_size');
  const shared = config.optionalInt('num_shared_experts') ?? 0;
  return {
    dense: gatedMlp(dimensions),
    mixture: moeMlp({
      hiddenSize: dimensions.hiddenSize,
      experts: config.size('num_experts'),
      perToken: config.size('num_experts_per_token'),
      intermediateSize: expertWidth,
      prefix: 'block_sparse_moe',
      correctionBiasName: 'gate.e_score_correction_bias',
      shared: shared === 0 ? null : { name: 'shared_experts', intermediateSize: expertWidth * shared },
    }),
  };
}
