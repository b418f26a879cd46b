import { decoder, layersByKind } from '../../blocks/decoder.ts';
import { gatedMlp } from '../../blocks/dense-mlp.ts';
import { attentionCaches, gqaAttention } from '../../blocks/gqa-attention.ts';
import { columnLinear } from '../../blocks/linear.ts';
import { moeMlp } from '../../blocks/moe-mlp.ts';
import { reachByLayerTypes } from '../../blocks/sliding-window.ts';
import { preNorms } from '../../blocks/standard-layer.ts';
import { readTextDimensions } from '../../blocks/text-dimensions.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { ModuleSpec } from '../../module-spec.ts';
import type { Family, ModelShape } from '../family.ts';

/** Laguna: query heads counted layer by layer, an output gate, mixtures after the first layer. @source vLLM 0.33.0 `models/laguna.py` */
export const laguna: Family = {
  name: 'laguna',
  architectures: ['LagunaForCausalLM'],
  modelTypes: ['laguna'],
  read: readLaguna,
};

function readLaguna(config: ConfigReader): ModelShape {
  if (config.bool('swa_attention_sink_enabled', false))
    config.refuse('swa_attention_sink_enabled', 'attention sinks are not supported here');
  const dimensions = readTextDimensions(config);
  const { hiddenSize, headDim } = dimensions;
  const bias = config.bool('attention_bias', false);
  const headsOf = config.optionalInts('num_attention_heads_per_layer');
  const isDense = denseLayers(config, dimensions.layers);
  const reachOf = reachByLayerTypes(config, dimensions.layers);
  const feedForward = { dense: gatedMlp(dimensions), mixture: mixture(config, hiddenSize) };
  const layers = layersByKind(
    dimensions.layers,
    (index) => ({ cache: reachOf(index), heads: headsOf?.[index] ?? dimensions.heads, dense: isDense(index) }),
    ({ cache, heads, dense }) => {
      const attention = { ...dimensions, heads, qkvBias: bias, outputBias: bias, qkNorm: 'per-head', cache } as const;
      const gate = columnLinear([{ name: 'self_attn.g_proj', outFeatures: gateWidth(config, heads, headDim) }], hiddenSize, {
        role: 'attention',
      });
      const mlp = dense ? feedForward.dense : feedForward.mixture;
      return {
        modules: [...gqaAttention(attention), ...(config.raw('gating') === false ? [] : [gate]), ...mlp, ...preNorms(hiddenSize)],
        caches: attentionCaches(attention),
      };
    },
  );
  return {
    ...decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', false) }),
    experts: { count: config.size('num_experts'), perToken: config.size('num_experts_per_tok') },
  };
}

/** One gate a head (`true` or "per-head") or one a channel ("per-element"). */
function gateWidth(config: ConfigReader, heads: number, headDim: number): number {
  const gating = config.raw('gating');
  if (gating === true || gating === null || gating === 'per-head') return heads;
  if (gating === 'per-element') return heads * headDim;
  return gating === false ? heads : config.refuse('gating', 'a gate of this kind is not known');
}

function denseLayers(config: ConfigReader, layers: number): (index: number) => boolean {
  const types = config.optionalStrings('mlp_layer_types');
  const listed = config.optionalInts('mlp_only_layers') ?? [];
  if (types === null) return (index) => listed.includes(index);
  if (types.length < layers) config.refuse('mlp_layer_types', `the model has ${layers} layers`);
  return (index) => types[index] !== 'sparse';
}

function mixture(config: ConfigReader, hiddenSize: number): readonly ModuleSpec[] {
  const shared = config.optionalInt('shared_expert_intermediate_size') ?? 0;
  return moeMlp({
    hiddenSize,
    experts: config.size('num_experts'),
    perToken: config.size('num_experts_per_tok'),
    intermediateSize: config.size('moe_intermediate_size'),
    correctionBiasName: 'experts.e_score_correction_bias',
    shared: shared === 0 ? null : { name: 'shared_expert', intermediateSize: shared },
  });
}
