import { decoder, layersByKind } from '../../blocks/decoder.ts';
import { gatedMlp, mlpNames } from '../../blocks/dense-mlp.ts';
import { attentionCaches, attentionNames, FULL_ATTENTION, gqaAttention } from '../../blocks/gqa-attention.ts';
import { norm, vector } from '../../blocks/linear.ts';
import { moeMlp } from '../../blocks/moe-mlp.ts';
import { layerTypesOf } from '../../blocks/sliding-window.ts';
import { type Mixer, shortConvolution } from '../../blocks/state.ts';
import { readTextDimensions, type TextDimensions } from '../../blocks/text-dimensions.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { ModuleSpec } from '../../module-spec.ts';
import type { ModelShape } from '../family.ts';

const NAMES = {
  embedding: 'model.embed_tokens',
  layerPrefix: 'model.layers.',
  finalNorm: 'model.embedding_norm',
  head: 'lm_head',
} as const;
const ATTENTION_NAMES = attentionNames('self_attn', 'q_proj', 'k_proj', 'v_proj', 'out_proj');
const MLP_NAMES = mlpNames('feed_forward', 'w1', 'w3', 'w2');

/**
 * LFM 2, dense and mixture: short gated convolutions and a few attention layers. vLLM ties head and embedding always.
 *
 * @source vLLM 0.33.0 `models/lfm2.py`, `lfm2_moe.py`
 */
export function readLfm2Text(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config);
  const { hiddenSize } = dimensions;
  const experts = config.has('num_experts') ? { count: config.size('num_experts'), perToken: config.size('num_experts_per_tok') } : null;
  const denseLayers = experts === null ? dimensions.layers : config.int('num_dense_layers');
  const isAttention = attentionLayers(config, dimensions.layers);
  const mixers = { attention: attention(dimensions), convolution: convolution(config, hiddenSize) };
  const dense = gatedMlp({ hiddenSize, intermediateSize: denseWidth(config, dimensions.intermediateSize), names: MLP_NAMES });
  const layers = layersByKind(
    dimensions.layers,
    (index) => [isAttention(index), index < denseLayers] as const,
    ([attends, isDense]) => {
      const mixer = attends ? mixers.attention : mixers.convolution;
      const mlp = isDense ? dense : mixture(config, hiddenSize);
      const norms = [norm('operator_norm', hiddenSize), norm('ffn_norm', hiddenSize)];
      return { modules: [...mixer.modules, ...mlp, ...norms], caches: mixer.caches };
    },
  );
  return { ...decoder({ dimensions, layers, tied: true, names: NAMES }), experts };
}

function attentionLayers(config: ConfigReader, layers: number): (index: number) => boolean {
  const types = layerTypesOf(config, layers);
  if (types !== null) {
    return (index) => {
      const type = types[index];
      if (type === 'full_attention') return true;
      return type === 'conv' ? false : config.refuse('layer_types', `layers of type ${JSON.stringify(type)} are not known`);
    };
  }
  const indexes = config.optionalInts('full_attn_idxs') ?? config.refuse('layer_types', 'the kinds of the layers are not known without it');
  return (index) => indexes.includes(index);
}

function attention({ hiddenSize, heads, kvHeads }: TextDimensions): Mixer {
  const headDim = hiddenSize / heads;
  const init = { hiddenSize, heads, kvHeads, headDim, cache: FULL_ATTENTION, names: ATTENTION_NAMES };
  const norms = [norm('self_attn.q_layernorm', headDim), norm('self_attn.k_layernorm', headDim)];
  return { modules: [...gqaAttention(init), ...norms], caches: attentionCaches(init) };
}

function convolution(config: ConfigReader, hiddenSize: number): Mixer {
  const width = config.optionalSize('conv_dim') ?? hiddenSize;
  if (width !== hiddenSize) config.refuse('conv_dim', `it differs from the hidden size of ${hiddenSize}`);
  return shortConvolution({ hiddenSize, convKernel: config.size('conv_L_cache'), bias: config.bool('conv_bias', false) });
}

/**
 * Width of the dense feed-forward block: two thirds of the stated one, rounded up to a multiple, when the config says so.
 *
 * @source vLLM 0.33.0 `models/lfm2.py` `Lfm2MLP`
 */
function denseWidth(config: ConfigReader, stated: number): number {
  // Mixtures carry no such field and take the width as it stands (`Lfm2MoeMlp`).
  const adjusts = config.bool('block_auto_adjust_ff_dim', !config.has('num_experts'));
  if (!adjusts) return stated;
  const multiple = config.optionalSize('block_multiple_of') ?? 256;
  const scaled = Math.trunc((config.optionalNumber('block_ffn_dim_multiplier') ?? 1) * Math.trunc((2 * stated) / 3));
  return multiple * Math.ceil(scaled / multiple);
}

function mixture(config: ConfigReader, hiddenSize: number): readonly ModuleSpec[] {
  const experts = config.size('num_experts');
  const routed = moeMlp({
    hiddenSize,
    experts,
    perToken: config.size('num_experts_per_tok'),
    intermediateSize: config.size('moe_intermediate_size'),
    prefix: 'feed_forward',
  });
  // Stored as a buffer, which published totals leave out.
  const bias: ModuleSpec = { ...vector('feed_forward.expert_bias', experts), dtype: 'float32', derived: true };
  return config.bool('use_expert_bias', true) ? [...routed, bias] : routed;
}
