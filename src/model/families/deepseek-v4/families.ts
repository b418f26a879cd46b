import { type CompressedAttentionInit, compressedAttention } from '../../blocks/compressed-attention.ts';
import { decoder, layersByKind } from '../../blocks/decoder.ts';
import { gatedMlp, mlpNames } from '../../blocks/dense-mlp.ts';
import { norm, replicatedLinear, vector } from '../../blocks/linear.ts';
import { predictionLayerCount } from '../../blocks/prediction-layers.ts';
import { readTextDimensions } from '../../blocks/text-dimensions.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { LayerSpec } from '../../model-spec.ts';
import type { ModuleSpec, TensorSpec } from '../../module-spec.ts';
import type { Family, ModelShape } from '../family.ts';

/**
 * DeepSeek V4: compressed latent attention, mixtures in every layer (the first ones routed by a table), and four
 * residual streams that small float32 matrices mix.
 *
 * @source vLLM 0.33.0 `models/deepseek_v4/`
 */
export const deepseekV4: Family = {
  name: 'deepseek-v4',
  architectures: ['DeepseekV4ForCausalLM'],
  modelTypes: ['deepseek_v4'],
  read: readDeepseekV4,
};

const NAMES = { embedding: 'embed', layerPrefix: 'layers.', finalNorm: 'norm', head: 'head' } as const;
/** Compression that vLLM has kernels for; 0 means none. */
const RATIOS = new Set([0, 1, 4, 128]);

function readDeepseekV4(config: ConfigReader): ModelShape {
  if ((config.optionalInt('vision_n_layers') ?? 0) > 0) config.refuse('vision_n_layers', 'the vision encoder is not supported');
  const dimensions = readTextDimensions(config, { intermediateSize: () => 0 });
  const { hiddenSize } = dimensions;
  const streams = config.size('hc_mult');
  const ratios = readRatios(config, dimensions.layers);
  const hashLayers = config.optionalInt('num_hash_layers') ?? 0;
  const layerOf = (ratio: number, routedByTable: boolean): LayerSpec => {
    const attention = compressedAttention({ ...readAttention(config), ratio });
    return {
      modules: [
        ...attention.modules,
        ...mixture(config, hiddenSize, routedByTable),
        norm('attn_norm', hiddenSize),
        norm('ffn_norm', hiddenSize),
        ...streamMixers(streams, hiddenSize),
      ],
      caches: attention.caches,
    };
  };
  const layers = layersByKind(
    dimensions.layers,
    (index) => [Math.max(1, ratios[index] ?? 0), index < hashLayers] as const,
    ([ratio, routedByTable]) => layerOf(ratio, routedByTable),
  );
  const shape = decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', false), names: NAMES });
  const steps = predictionLayerCount(config);
  return {
    ...shape,
    experts: { count: config.size('n_routed_experts'), perToken: config.size('num_experts_per_tok') },
    postLayers: [...shape.postLayers, ...streamHead('hc_head', streams, hiddenSize)],
    mtpLayers: Array.from({ length: steps }, () => layerOf(1, false)),
    mtpLayerNames: { prefix: 'mtp.', firstIndex: 0 },
    mtpModules: Array.from({ length: steps }, (_, index) => predictionModules(`mtp.${index}`, streams, hiddenSize)).flat(),
  };
}

function readRatios(config: ConfigReader, layers: number): readonly number[] {
  const ratios =
    config.optionalInts('compress_ratios') ?? config.refuse('compress_ratios', 'the caches of the layers are not known without it');
  if (ratios.length < layers) config.refuse('compress_ratios', `the model has ${layers} layers`);
  const unknown = ratios.find((ratio) => !RATIOS.has(ratio));
  if (unknown !== undefined) config.refuse('compress_ratios', `${unknown} tokens to a row are not supported`);
  return ratios;
}

function readAttention(config: ConfigReader): Omit<CompressedAttentionInit, 'ratio'> {
  return {
    hiddenSize: config.size('hidden_size'),
    heads: config.size('num_attention_heads'),
    headDim: config.size('head_dim'),
    qLoraRank: config.size('q_lora_rank'),
    outputGroups: config.size('o_groups'),
    outputLoraRank: config.size('o_lora_rank'),
    windowTokens: config.size('sliding_window'),
    indexHeads: config.size('index_n_heads'),
    indexHeadDim: config.size('index_head_dim'),
  };
}

/** The first layers look their experts up by token, in a table of 32-bit integers; the others have a correction bias. */
function mixture(config: ConfigReader, hiddenSize: number, routedByTable: boolean): readonly ModuleSpec[] {
  const experts = config.size('n_routed_experts');
  const perToken = config.size('num_experts_per_tok');
  const intermediateSize = config.size('moe_intermediate_size');
  const shared = config.optionalInt('n_shared_experts') ?? 0;
  const hasBias = config.optionalString('topk_method') === 'noaux_tc' && !routedByTable;
  return [
    replicatedLinear([{ name: 'ffn.gate', outFeatures: experts }], hiddenSize, { role: 'router', quantizable: false }),
    ...(routedByTable ? [wide('ffn.gate.tid2eid', config.size('vocab_size') * perToken)] : []),
    ...(hasBias ? [wide('ffn.gate.bias', experts)] : []),
    { kind: 'experts', name: 'ffn.experts', experts, perToken, hiddenSize, intermediateSize, gated: true, bias: false },
    ...(shared === 0
      ? []
      : gatedMlp({
          hiddenSize,
          intermediateSize: shared * intermediateSize,
          role: 'shared-expert',
          names: mlpNames('ffn.shared_experts', 'w1', 'w3', 'w2'),
        })),
  ];
}

/** Weights that mix the residual streams before and after attention and feed-forward block. */
function streamMixers(streams: number, hiddenSize: number): readonly ModuleSpec[] {
  const rows = (2 + streams) * streams;
  return ['hc_attn', 'hc_ffn'].flatMap((name) => [
    wide(`${name}_fn`, rows * streams * hiddenSize),
    wide(`${name}_base`, rows),
    wide(`${name}_scale`, SCALES),
  ]);
}

const SCALES = 3;

/** Joins the streams behind the last layer. */
function streamHead(name: string, streams: number, hiddenSize: number): readonly ModuleSpec[] {
  return [wide(`${name}_fn`, streams * streams * hiddenSize), wide(`${name}_base`, streams), wide(`${name}_scale`, 1)];
}

/** Embedding and head are the model's own. */
function predictionModules(prefix: string, streams: number, hiddenSize: number): readonly ModuleSpec[] {
  return [
    norm(`${prefix}.enorm`, hiddenSize),
    norm(`${prefix}.hnorm`, hiddenSize),
    replicatedLinear([{ name: `${prefix}.e_proj`, outFeatures: hiddenSize }], hiddenSize),
    replicatedLinear([{ name: `${prefix}.h_proj`, outFeatures: hiddenSize }], hiddenSize),
    norm(`${prefix}.norm`, hiddenSize),
    ...streamHead(`${prefix}.hc_head`, streams, hiddenSize),
  ];
}

/** Four bytes an element: float32, or the 32-bit integers of the table. */
function wide(name: string, elements: number): TensorSpec {
  return { ...vector(name, elements), dtype: 'float32' };
}
