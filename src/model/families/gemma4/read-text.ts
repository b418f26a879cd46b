import { decoder, layersByKind } from '../../blocks/decoder.ts';
import { gatedMlp } from '../../blocks/dense-mlp.ts';
import { columnLinear, norm, replicatedLinear, rowLinear, vector, vocabulary } from '../../blocks/linear.ts';
import { layerTypesOf } from '../../blocks/sliding-window.ts';
import { readTextDimensions, type TextDimensions } from '../../blocks/text-dimensions.ts';
import type { CacheSpec } from '../../cache-spec.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { LayerSpec } from '../../model-spec.ts';
import type { LinearPart, ModuleSpec } from '../../module-spec.ts';
import type { ModelShape } from '../family.ts';

/** What the class takes for fields that a config leaves out. @source transformers 5.20 `configuration_gemma4.py` */
const DEFAULTS = { heads: 8, kvHeads: 4, headDim: 256, vocabSize: 262_144 } as const;
const GLOBAL_HEAD_DIM = 512;
const WINDOW_TOKENS = 512;
const PERIOD = 6;
const PER_LAYER_INPUT_SIZE = 256;

interface Gemma4Layer {
  readonly [fact: string]: boolean;
  /** Sees everything; the others slide. */
  readonly isFull: boolean;
  /** Takes keys and values out of an earlier layer's cache. */
  readonly sharesCache: boolean;
}

/**
 * Gemma 4: full layers have wider heads than sliding ones, and may use K as V; the last layers may share the caches of
 * earlier ones; the small models feed each layer an embedding of its own.
 *
 * @source vLLM 0.33.0 `models/gemma4.py`
 */
export function readGemma4Text(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config, DEFAULTS);
  const { hiddenSize } = dimensions;
  const perLayerSize = config.optionalInt('hidden_size_per_layer_input') ?? PER_LAYER_INPUT_SIZE;
  const kindOf = layerKinds(config, dimensions.layers);
  const layers = layersByKind(dimensions.layers, kindOf, (kind) => gemma4Layer(config, dimensions, perLayerSize, kind));
  const experts = config.has('num_experts') ? { count: config.size('num_experts'), perToken: config.size('top_k_experts') } : null;
  const shape = decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', true) });
  return {
    ...shape,
    experts,
    preLayers: perLayerSize === 0 ? [] : perLayerEmbeddings(config, hiddenSize, perLayerSize * dimensions.layers, perLayerSize),
    unloadedParameters: unusedKeys(config, dimensions, kindOf),
  };
}

function layerKinds(config: ConfigReader, layers: number): (index: number) => Gemma4Layer {
  if (config.optionalString('use_bidirectional_attention') === 'all') {
    config.refuse('use_bidirectional_attention', 'models that look at the whole prompt at once are not supported');
  }
  const types = layerTypesOf(config, layers);
  const firstShared = layers - (config.optionalInt('num_kv_shared_layers') ?? 0);
  const isFull = (index: number) => {
    // The class makes the last layer a full one whatever the list says.
    if (types === null || index === layers - 1) return index === layers - 1 || (index + 1) % PERIOD === 0;
    if (types[index] === 'full_attention') return true;
    if (types[index] === 'sliding_attention') return false;
    return config.refuse('layer_types', `layers of type ${JSON.stringify(types[index])} are not supported in this architecture`);
  };
  return (index) => ({ isFull: isFull(index), sharesCache: index >= firstShared });
}

interface HeadSizes {
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  /** K is stored once and loaded as V too. */
  readonly usesKeysAsValues: boolean;
}

function headSizes(config: ConfigReader, { heads, kvHeads, headDim }: TextDimensions, isFull: boolean): HeadSizes {
  if (!isFull) return { heads, kvHeads, headDim, usesKeysAsValues: false };
  const usesKeysAsValues = config.bool('attention_k_eq_v', false);
  return {
    heads,
    kvHeads: usesKeysAsValues ? (config.optionalSize('num_global_key_value_heads') ?? kvHeads) : kvHeads,
    headDim: config.optionalSize('global_head_dim') ?? GLOBAL_HEAD_DIM,
    usesKeysAsValues,
  };
}

function gemma4Layer(config: ConfigReader, dimensions: TextDimensions, perLayerSize: number, kind: Gemma4Layer): LayerSpec {
  const { hiddenSize, intermediateSize } = dimensions;
  const sizes = headSizes(config, dimensions, kind.isFull);
  const doubled = kind.sharesCache && config.bool('use_double_wide_mlp', false);
  const mixture = config.has('num_experts') ? mixtureModules(config, hiddenSize) : [];
  return {
    modules: [
      ...attention(config, hiddenSize, sizes, kind.sharesCache),
      ...gatedMlp({ hiddenSize, intermediateSize: doubled ? 2 * intermediateSize : intermediateSize }),
      ...mixture,
      ...LAYER_NORMS.map((name) => norm(name, hiddenSize)),
      ...(perLayerSize === 0 ? [] : perLayerInput(hiddenSize, perLayerSize)),
      // One value a layer, stored as a buffer that published totals leave out.
      { ...vector('layer_scalar', 1), derived: true },
    ],
    caches: kind.sharesCache ? [] : [cacheOf(config, sizes, kind.isFull)],
  };
}

const LAYER_NORMS = ['input_layernorm', 'post_attention_layernorm', 'pre_feedforward_layernorm', 'post_feedforward_layernorm'];
const MIXTURE_NORMS = ['post_feedforward_layernorm_1', 'post_feedforward_layernorm_2', 'pre_feedforward_layernorm_2'];

function cacheOf(config: ConfigReader, { kvHeads, headDim }: HeadSizes, isFull: boolean): CacheSpec {
  const sizes = { kvHeads, headDim, valueHeadDim: headDim };
  return isFull
    ? { kind: 'full', ...sizes }
    : { kind: 'sliding', windowTokens: config.optionalSize('sliding_window') ?? WINDOW_TOKENS, ...sizes };
}

/** Layers that share a cache have queries alone; vLLM up to 0.29 still made room for their unused K and V. */
function attention(config: ConfigReader, hiddenSize: number, sizes: HeadSizes, sharesCache: boolean): readonly ModuleSpec[] {
  const { heads, kvHeads, headDim, usesKeysAsValues } = sizes;
  const bias = config.bool('attention_bias', false);
  const queries: LinearPart = { name: 'self_attn.q_proj', outFeatures: heads * headDim, heads };
  const keys: LinearPart = { name: 'self_attn.k_proj', outFeatures: kvHeads * headDim, heads: kvHeads };
  const values: LinearPart = usesKeysAsValues ? { ...keys, derived: true } : { ...keys, name: 'self_attn.v_proj' };
  return [
    columnLinear(sharesCache ? [queries] : [queries, keys, values], hiddenSize, { bias, role: 'attention' }),
    rowLinear('self_attn.o_proj', hiddenSize, heads * headDim, { bias, role: 'attention' }),
    norm('self_attn.q_norm', headDim),
    ...(sharesCache ? [] : [norm('self_attn.k_norm', headDim)]),
  ];
}

/** Keys, values and key norms that the checkpoint stores for layers which use those of others. */
function unusedKeys(config: ConfigReader, dimensions: TextDimensions, kindOf: (index: number) => Gemma4Layer): number {
  const kinds = Array.from({ length: dimensions.layers }, (_, index) => kindOf(index)).filter(({ sharesCache }) => sharesCache);
  return kinds.reduce((total, { isFull }) => {
    const { kvHeads, headDim, usesKeysAsValues } = headSizes(config, dimensions, isFull);
    return total + (usesKeysAsValues ? 1 : 2) * kvHeads * headDim * dimensions.hiddenSize + headDim;
  }, 0);
}

/** A mixture beside the dense block, with a scale for each input of the router and one for each expert. */
function mixtureModules(config: ConfigReader, hiddenSize: number): readonly ModuleSpec[] {
  const experts = config.size('num_experts');
  return [
    replicatedLinear([{ name: 'router.proj', outFeatures: experts }], hiddenSize, { role: 'router', quantizable: false }),
    vector('router.scale', hiddenSize),
    vector('router.per_expert_scale', experts),
    {
      kind: 'experts',
      name: 'experts',
      experts,
      perToken: config.size('top_k_experts'),
      hiddenSize,
      intermediateSize: config.size('moe_intermediate_size', 'expert_intermediate_size'),
      gated: true,
      bias: false,
    },
    ...MIXTURE_NORMS.map((name) => norm(name, hiddenSize)),
  ];
}

function perLayerInput(hiddenSize: number, perLayerSize: number): readonly ModuleSpec[] {
  return [
    replicatedLinear([{ name: 'per_layer_input_gate', outFeatures: perLayerSize }], hiddenSize, { role: 'mlp' }),
    replicatedLinear([{ name: 'per_layer_projection', outFeatures: hiddenSize }], perLayerSize, { role: 'mlp' }),
    norm('post_per_layer_input_norm', hiddenSize),
  ];
}

function perLayerEmbeddings(config: ConfigReader, hiddenSize: number, width: number, perLayerSize: number): readonly ModuleSpec[] {
  const rows = config.optionalSize('vocab_size_per_layer_input') ?? DEFAULTS.vocabSize;
  return [
    vocabulary('model.embed_tokens_per_layer', rows, width),
    columnLinear([{ name: 'model.per_layer_model_projection', outFeatures: width }], hiddenSize),
    norm('model.per_layer_projection_norm', perLayerSize),
  ];
}
