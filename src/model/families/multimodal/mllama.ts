import { decoder, layersByKind } from '../../blocks/decoder.ts';
import { gatedMlp } from '../../blocks/dense-mlp.ts';
import { attentionNames, FULL_ATTENTION, gqaAttention } from '../../blocks/gqa-attention.ts';
import { columnLinear, norm, vector, vocabulary } from '../../blocks/linear.ts';
import { preNorms, standardLayer } from '../../blocks/standard-layer.ts';
import { readTextDimensions, type TextDimensions } from '../../blocks/text-dimensions.ts';
import { encoderLayer, encoderLayers, towerColumn, towerLayerCount } from '../../blocks/tower.ts';
import type { Encoder } from '../../blocks/tower-vit.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { LayerSpec } from '../../model-spec.ts';
import type { ModuleSpec } from '../../module-spec.ts';
import type { Family, ModelShape } from '../family.ts';
import { languagePart } from './language-part.ts';
import { withImageTower } from './with-tower.ts';

/** Llama 3.2 Vision: some layers attend to the image instead of the text. @source vLLM 0.10.2 `models/mllama.py` */
export const mllama: Family = {
  name: 'mllama',
  architectures: ['MllamaForConditionalGeneration'],
  modelTypes: ['mllama'],
  read: readMllama,
};

/** Special image tokens behind the vocabulary, in the embedding alone. */
const EXTRA_ROWS = 8;
const NAMES = {
  embedding: 'language_model.model.embed_tokens',
  layerPrefix: 'language_model.model.layers.',
  finalNorm: 'language_model.model.norm',
  head: 'language_model.lm_head',
} as const;

function readMllama(config: ConfigReader): ModelShape {
  const text = languagePart(config);
  const vision = config.child('vision_config');
  const dimensions = readTextDimensions(text);
  const encoder = mllamaEncoder(vision);
  const imageTokens = vision.size('max_num_tiles') * (encoder.patches + 1);
  const crossLayers = text.optionalInts('cross_attention_layers') ?? [];
  const layers = layersByKind(
    dimensions.layers,
    (index) => crossLayers.includes(index),
    (crosses) =>
      crosses ? crossLayer(dimensions, imageTokens) : standardLayer({ ...dimensions, cache: FULL_ATTENTION }, gatedMlp(dimensions)),
  );
  const shape = decoder({ dimensions, layers, tied: text.bool('tie_word_embeddings', false), names: NAMES });
  const projected = columnLinear(
    [{ name: 'multi_modal_projector', outFeatures: dimensions.hiddenSize }],
    vision.size('vision_output_dim'),
    {
      bias: true,
      role: 'projector',
      quantizable: false,
    },
  );
  return {
    ...withImageTower(shape, { encoder, projector: [projected], maxTokensPerItem: imageTokens, patchesPerToken: 1 }),
    embedding: vocabulary(NAMES.embedding, dimensions.vocabSize + EXTRA_ROWS, dimensions.hiddenSize),
    caveats: ['vLLM runs this architecture up to release 0.10.2 only.'],
  };
}

const CROSS = attentionNames('cross_attn', 'q_proj', 'k_proj', 'v_proj', 'o_proj');

/** Keys and values come from the image, so the cache has its length and never grows. */
function crossLayer(dimensions: TextDimensions, encoderTokens: number): LayerSpec {
  const { hiddenSize, kvHeads, headDim } = dimensions;
  return {
    modules: [
      ...gqaAttention({ ...dimensions, cache: FULL_ATTENTION, names: CROSS }),
      norm('cross_attn.q_norm', headDim),
      norm('cross_attn.k_norm', headDim),
      vector('cross_attn_attn_gate', 1),
      vector('cross_attn_mlp_gate', 1),
      ...gatedMlp(dimensions),
      ...preNorms(hiddenSize),
    ],
    caches: [{ kind: 'cross', kvHeads, headDim, valueHeadDim: headDim, encoderTokens }],
  };
}

const LAYER = {
  attention: { inputs: ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj'], output: 'self_attn.o_proj' },
  attentionBias: false,
  mlp: { inputs: ['mlp.fc1'], output: 'mlp.fc2' },
  mlpBias: true,
  norms: ['input_layernorm', 'post_attention_layernorm'],
  normKind: 'layer',
} as const;

function mllamaEncoder(vision: ConfigReader): Encoder {
  const hiddenSize = vision.size('hidden_size');
  const intermediateSize = vision.size('intermediate_size');
  const patch = vision.size('patch_size');
  const patches = Math.floor(vision.size('image_size') / patch) ** 2;
  const init = { ...LAYER, hiddenSize, intermediateSize, heads: vision.size('attention_heads') };
  const gated = (prefix: string) => [vector(`${prefix}.gate_attn`, 1), vector(`${prefix}.gate_ffn`, 1)];
  const stack = (name: string, count: number, isGated: boolean) =>
    encoderLayers(count, (index) => {
      const prefix = `vision_model.${name}.layers.${index}`;
      return [...encoderLayer({ ...init, prefix }), ...(isGated ? gated(prefix) : [])];
    });
  return {
    modules: [
      towerColumn([{ name: 'vision_model.patch_embedding', outFeatures: hiddenSize }], 3 * patch ** 2, false),
      vector('vision_model.class_embedding', hiddenSize),
      ...positions(vision, hiddenSize, patches),
      norm('vision_model.layernorm_pre', hiddenSize, 'layer'),
      norm('vision_model.layernorm_post', hiddenSize, 'layer'),
      ...stack('transformer', towerLayerCount(vision, 'num_hidden_layers'), false),
      ...stack('global_transformer', towerLayerCount(vision, 'num_global_layers'), true),
    ],
    hiddenSize,
    intermediateSize,
    patches,
    unloadedParameters: 0,
  };
}

/** Positions within a tile, and of the tiles for each aspect ratio (one more than the config lists). */
function positions(vision: ConfigReader, hiddenSize: number, patches: number): readonly ModuleSpec[] {
  const tiles = vision.size('max_num_tiles');
  const ratios = lengthOf(vision, 'supported_aspect_ratios') + 1;
  const tile = ratios * tiles * hiddenSize;
  return [
    vector('vision_model.gated_positional_embedding.embedding', (patches + 1) * hiddenSize),
    vector('vision_model.gated_positional_embedding.tile_embedding', tile * (patches + 1)),
    vector('vision_model.gated_positional_embedding.gate', 1),
    vector('vision_model.pre_tile_positional_embedding', tile + 1),
    vector('vision_model.post_tile_positional_embedding', tile + 1),
  ];
}

function lengthOf(config: ConfigReader, name: string): number {
  const value = config.raw(name);
  return Array.isArray(value) ? value.length : config.refuse(name, 'it must be a list of aspect ratios');
}
