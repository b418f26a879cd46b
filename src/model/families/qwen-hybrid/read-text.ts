import { decoder, layersByKind } from '../../blocks/decoder.ts';
import { gatedMlp } from '../../blocks/dense-mlp.ts';
import { attentionCaches, FULL_ATTENTION, gqaAttention } from '../../blocks/gqa-attention.ts';
import { columnLinear, norm } from '../../blocks/linear.ts';
import { moeMlp } from '../../blocks/moe-mlp.ts';
import { predictionLayerCount } from '../../blocks/prediction-layers.ts';
import { layerTypesOf } from '../../blocks/sliding-window.ts';
import { preNorms } from '../../blocks/standard-layer.ts';
import { gatedDelta, type Mixer } from '../../blocks/state.ts';
import { readTextDimensions, type TextDimensions } from '../../blocks/text-dimensions.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { ModuleSpec } from '../../module-spec.ts';
import type { ModelShape } from '../family.ts';

export interface QwenHybridClass {
  /** Fused projections of the delta net in the checkpoint. */
  readonly fusedDelta: boolean;
  /** Is the layer with this number a mixture? */
  readonly isMoe: (config: ConfigReader, index: number) => boolean;
  readonly stateDtype: (config: ConfigReader) => 'float32' | null;
}

/** Every fourth layer attends, the others are delta nets. @source transformers 5.20 `configuration_qwen3_next.py` */
const FULL_ATTENTION_INTERVAL = 4;

/**
 * Qwen 3 Next and Qwen 3.5 to 3.8: gated delta nets, full attention with an output gate, dense or mixture.
 *
 * @source vLLM 0.33.0 `models/qwen3_next.py`, `qwen3_5.py`, `qwen3_next_mtp.py`, `qwen3_5_mtp.py`
 */
export function readQwenHybrid(config: ConfigReader, kind: QwenHybridClass): ModelShape {
  if (config.bool('layer_scale', false)) config.refuse('layer_scale', 'scaled residuals are not supported');
  if (config.bool('mtp_use_dedicated_embeddings', false)) {
    config.refuse('mtp_use_dedicated_embeddings', 'vLLM does not load embeddings of the prediction layers');
  }
  const isMixture = kind.isMoe(config, 0) || config.has('num_experts');
  const dimensions = readTextDimensions(config, isMixture ? { intermediateSize: () => 0 } : {});
  const mixers = { attention: attention(config, dimensions), delta: delta(config, dimensions, kind) };
  const layer = (isFull: boolean, isMoe: boolean) => {
    const mixer = isFull ? mixers.attention : mixers.delta;
    const mlp = isMoe ? mixture(config, dimensions.hiddenSize) : gatedMlp(dimensions);
    return { modules: [...mixer.modules, ...mlp, ...preNorms(dimensions.hiddenSize)], caches: mixer.caches };
  };
  const isFullLayer = fullLayers(config, dimensions.layers);
  const layers = layersByKind(
    dimensions.layers,
    (index) => [isFullLayer(index), kind.isMoe(config, index)] as const,
    ([isFull, isMoe]) => layer(isFull, isMoe),
  );
  const predictionLayers = predictionLayerCount(config, 'mtp_num_hidden_layers', 1);
  return {
    ...decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', false) }),
    experts: isMixture ? { count: config.size('num_experts'), perToken: config.size('num_experts_per_tok') } : null,
    mtpLayers: layersByKind(
      predictionLayers,
      () => true,
      () => layer(true, kind.isMoe(config, dimensions.layers)),
    ),
    mtpLayerNames: { prefix: 'mtp.layers.', firstIndex: 0 },
    mtpModules: predictionLayers === 0 ? [] : predictionModules(dimensions.hiddenSize),
  };
}

function fullLayers(config: ConfigReader, layers: number): (index: number) => boolean {
  const types = layerTypesOf(config, layers);
  if (types === null) {
    const interval = config.optionalSize('full_attention_interval') ?? FULL_ATTENTION_INTERVAL;
    return (index) => (index + 1) % interval === 0;
  }
  return (index) => {
    if (types[index] === 'full_attention') return true;
    if (types[index] === 'linear_attention') return false;
    return config.refuse('layer_types', `layers of type ${JSON.stringify(types[index])} are not supported in this architecture`);
  };
}

function attention(config: ConfigReader, { hiddenSize, heads, kvHeads, headDim }: TextDimensions): Mixer {
  const init = {
    hiddenSize,
    heads,
    kvHeads,
    headDim,
    gated: config.bool('attn_output_gate', true),
    qkvBias: config.bool('qkv_bias', false),
    qkNorm: 'per-head',
    cache: FULL_ATTENTION,
  } as const;
  return { modules: gqaAttention(init), caches: attentionCaches(init) };
}

function delta(config: ConfigReader, { hiddenSize }: TextDimensions, kind: QwenHybridClass): Mixer {
  return gatedDelta({
    hiddenSize,
    keyHeads: config.size('linear_num_key_heads'),
    valueHeads: config.size('linear_num_value_heads'),
    keyHeadDim: config.size('linear_key_head_dim'),
    valueHeadDim: config.size('linear_value_head_dim'),
    convKernel: config.size('linear_conv_kernel_dim'),
    fused: kind.fusedDelta,
    stateDtype: kind.stateDtype(config),
  });
}

function mixture(config: ConfigReader, hiddenSize: number): readonly ModuleSpec[] {
  const shared = config.optionalSize('shared_expert_intermediate_size');
  return moeMlp({
    hiddenSize,
    experts: config.size('num_experts'),
    perToken: config.size('num_experts_per_tok'),
    intermediateSize: config.size('moe_intermediate_size'),
    shared: shared === null ? null : { name: 'shared_expert', intermediateSize: shared, gateName: 'shared_expert_gate' },
  });
}

/** What stands in front of the prediction layers: a projection of two hidden states, and norms. */
export function predictionModules(hiddenSize: number): readonly ModuleSpec[] {
  return [
    columnLinear([{ name: 'mtp.fc', outFeatures: hiddenSize }], 2 * hiddenSize),
    norm('mtp.pre_fc_norm_embedding', hiddenSize),
    norm('mtp.pre_fc_norm_hidden', hiddenSize),
    norm('mtp.norm', hiddenSize),
  ];
}
