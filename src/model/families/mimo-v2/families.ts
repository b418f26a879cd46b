import { decoder, layersByKind } from '../../blocks/decoder.ts';
import { gatedMlp } from '../../blocks/dense-mlp.ts';
import { columnLinear, rowLinear, vector } from '../../blocks/linear.ts';
import { moeMlp } from '../../blocks/moe-mlp.ts';
import { preNorms } from '../../blocks/standard-layer.ts';
import type { Mixer } from '../../blocks/state.ts';
import { readTextDimensions } from '../../blocks/text-dimensions.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { ModuleSpec } from '../../module-spec.ts';
import type { Family, ModelShape } from '../family.ts';

/**
 * MiMo-V2: full and sliding layers with head counts of their own, keys wider than values, mixtures after the first layer.
 *
 * @source vLLM 0.33.0 `models/mimo_v2.py`
 */
export const mimoV2: Family = {
  name: 'mimo-v2',
  architectures: ['MiMoV2FlashForCausalLM', 'MiMoV2ForCausalLM'],
  modelTypes: ['mimo_v2_flash', 'mimo_v2'],
  read: readMimoV2,
};

const TEXT_ONLY = 'vLLM runs the language model of this architecture alone; its vision and audio encoders are not loaded.';

function readMimoV2(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config);
  const { hiddenSize } = dimensions;
  const experts = { count: config.size('n_routed_experts'), perToken: config.size('num_experts_per_tok') };
  const slides = flags(config, 'hybrid_layer_pattern', dimensions.layers);
  const routed = flags(config, 'moe_layer_freq', dimensions.layers);
  const attention = { full: readAttention(config, hiddenSize, false), sliding: readAttention(config, hiddenSize, true) };
  const feedForward = { dense: gatedMlp(dimensions), mixture: mixture(config, hiddenSize) };
  const layers = layersByKind(
    dimensions.layers,
    (index) => [slides(index), routed(index)] as const,
    ([isSliding, isRouted]) => {
      const mixer = isSliding ? attention.sliding : attention.full;
      const mlp = isRouted ? feedForward.mixture : feedForward.dense;
      return { modules: [...mixer.modules, ...mlp, ...preNorms(hiddenSize)], caches: mixer.caches };
    },
  );
  const caveats = config.has('vision_config') || config.has('audio_config') ? [TEXT_ONLY] : [];
  return { ...decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', false) }), experts, caveats };
}

/** A list of 0 and 1, one entry a layer. */
function flags(config: ConfigReader, name: string, layers: number): (index: number) => boolean {
  const list = config.optionalInts(name) ?? config.refuse(name, 'it must tell the kind of every layer');
  if (list.length < layers) config.refuse(name, `the model has ${layers} layers`);
  return (index) => list[index] === 1;
}

function readAttention(config: ConfigReader, hiddenSize: number, isSliding: boolean): Mixer {
  const prefix = isSliding ? 'swa_' : '';
  const heads = config.size(`${prefix}num_attention_heads`);
  const kvHeads = config.size(`${prefix}num_key_value_heads`);
  const headDim = config.size(`${prefix}head_dim`);
  const valueHeadDim = config.optionalSize(`${prefix}v_head_dim`) ?? headDim;
  const bias = config.bool('attention_bias', false);
  const hasSinks = isSliding && config.bool('add_swa_attention_sink_bias', false);
  const parts = [
    { name: 'self_attn.q_proj', outFeatures: heads * headDim, heads },
    { name: 'self_attn.k_proj', outFeatures: kvHeads * headDim, heads: kvHeads },
    { name: 'self_attn.v_proj', outFeatures: kvHeads * valueHeadDim, heads: kvHeads },
  ];
  const sizes = { kvHeads, headDim, valueHeadDim };
  return {
    modules: [
      columnLinear(parts, hiddenSize, { bias, role: 'attention' }),
      rowLinear('self_attn.o_proj', hiddenSize, heads * valueHeadDim, { role: 'attention' }),
      ...(hasSinks ? [{ ...vector('self_attn.attention_sink_bias', heads), split: 'column' } as const] : []),
    ],
    caches: [
      isSliding
        ? { kind: 'sliding', windowTokens: config.size('sliding_window_size', 'sliding_window'), ...sizes }
        : { kind: 'full', ...sizes },
    ],
  };
}

function mixture(config: ConfigReader, hiddenSize: number): readonly ModuleSpec[] {
  const isWide = (config.optionalString('moe_router_dtype') ?? 'float32') === 'float32';
  return moeMlp({
    hiddenSize,
    experts: config.size('n_routed_experts'),
    perToken: config.size('num_experts_per_tok'),
    intermediateSize: config.size('moe_intermediate_size'),
    correctionBiasName: 'gate.e_score_correction_bias',
    ...(isWide && { routerDtype: 'float32' }),
  });
}
