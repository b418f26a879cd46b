import { decoder, layersByKind } from '../../blocks/decoder.ts';
import { gatedMlp } from '../../blocks/dense-mlp.ts';
import { columnLinear, norm, replicatedLinear } from '../../blocks/linear.ts';
import { latentCache, type MlaDimensions, mlaAttention, mlaFacts, readMlaDimensions } from '../../blocks/mla-attention.ts';
import { moeMlp } from '../../blocks/moe-mlp.ts';
import { predictionLayerCount } from '../../blocks/prediction-layers.ts';
import { preNorms } from '../../blocks/standard-layer.ts';
import { kimiDelta, type Mixer } from '../../blocks/state.ts';
import { readTextDimensions, type TextDimensions } from '../../blocks/text-dimensions.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { ModuleSpec } from '../../module-spec.ts';
import type { ModelShape } from '../family.ts';

/**
 * Kimi-Linear and the language model of Kimi-K3: delta attention (KDA) with some layers of latent attention without
 * rotary positions, mixtures of DeepSeek's kind. Kimi-K3 adds an output gate, residuals over blocks of layers and
 * routed experts in a narrower space.
 *
 * @source vLLM 0.33.0 `models/kimi_k3/nvidia/model.py` (`KimiDecoderLayer` serves both Kimi-Linear and Kimi-K3)
 */
export function readKimiLinearText(config: ConfigReader): ModelShape {
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
  const latent: Mixer = { modules: [...mlaAttention(mla), ...outputGate(config, mla)], caches: [latentCache(mla)] };
  const hasBlockResiduals = config.has('attn_res_block_size');
  const residuals = hasBlockResiduals ? blockResiduals(dimensions.hiddenSize) : [];
  const feedForward = feedForwardOf(config, dimensions);
  const layers = layersByKind(
    dimensions.layers,
    (index) => [full.includes(index + 1), isMixture(config, index)] as const,
    ([attends, routed]) => {
      const mixer = attends ? latent : delta;
      const mlp = routed ? feedForward.mixture : feedForward.dense;
      return { modules: [...mixer.modules, ...mlp, ...preNorms(dimensions.hiddenSize), ...residuals], caches: mixer.caches };
    },
  );
  if (predictionLayerCount(config) > 0) {
    config.refuse('num_nextn_predict_layers', 'prediction layers of this architecture are not supported');
  }
  const shape = decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', false) });
  return {
    ...shape,
    ...mlaFacts(mla),
    postLayers: [...shape.postLayers, ...(hasBlockResiduals ? residual('model.output_attn_res', dimensions.hiddenSize) : [])],
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
  const mixture = moeMlp({
    hiddenSize: dimensions.hiddenSize,
    experts: config.size('num_experts'),
    perToken: config.size('num_experts_per_token'),
    intermediateSize: expertWidth,
    prefix: MIXTURE,
    correctionBiasName: 'gate.e_score_correction_bias',
    shared: shared === 0 ? null : { name: 'shared_experts', intermediateSize: expertWidth * shared },
  });
  const narrow = config.optionalSize('routed_expert_hidden_size');
  return { dense: gatedMlp(dimensions), mixture: narrow === null ? mixture : narrowed(config, mixture, dimensions.hiddenSize, narrow) };
}

const MIXTURE = 'block_sparse_moe';

/** Routed experts between two projections that every rank holds whole; the shared ones keep the full width. */
function narrowed(config: ConfigReader, mixture: readonly ModuleSpec[], hiddenSize: number, narrow: number): readonly ModuleSpec[] {
  const experts = mixture.map((module) => (module.kind === 'experts' ? { ...module, hiddenSize: narrow } : module));
  return [
    ...experts,
    replicatedLinear([{ name: `${MIXTURE}.routed_expert_down_proj`, outFeatures: narrow }], hiddenSize, { role: 'mlp' }),
    replicatedLinear([{ name: `${MIXTURE}.routed_expert_up_proj`, outFeatures: hiddenSize }], narrow, { role: 'mlp' }),
    ...(config.bool('latent_moe_use_norm', false) ? [norm(`${MIXTURE}.routed_expert_norm`, narrow)] : []),
  ];
}

/** A gate on the output of latent attention, split by heads. */
function outputGate(config: ConfigReader, { hiddenSize, heads, vHeadDim }: MlaDimensions): readonly ModuleSpec[] {
  if (!config.bool('mla_use_output_gate', false)) return [];
  return [columnLinear([{ name: 'self_attn.g_proj', outFeatures: heads * vHeadDim, heads }], hiddenSize, { role: 'attention' })];
}

/** Each block reads a weighted sum of the outputs of earlier blocks of layers. */
function blockResiduals(hiddenSize: number): readonly ModuleSpec[] {
  return [...residual('self_attention_res', hiddenSize), ...residual('mlp_res', hiddenSize)];
}

function residual(name: string, hiddenSize: number): readonly ModuleSpec[] {
  return [
    norm(`${name}_norm`, hiddenSize),
    replicatedLinear([{ name: `${name}_proj`, outFeatures: 1 }], hiddenSize, { quantizable: false }),
  ];
}
