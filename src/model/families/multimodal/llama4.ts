import { norm, vector } from '../../blocks/linear.ts';
import { encoderLayer, encoderLayers, towerColumn, towerRow } from '../../blocks/tower.ts';
import { type Encoder, readVitSizes } from '../../blocks/tower-vit.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { ModuleSpec } from '../../module-spec.ts';
import type { Family, ModelShape } from '../family.ts';
import { readLlama4Text } from '../llama4.ts';
import { languagePart } from './language-part.ts';
import { withImageTower, withoutTower } from './with-tower.ts';

/** Llama 4 with its vision encoder. @source vLLM 0.33.0 `models/mllama4.py` */
export const llama4Vision: Family = {
  name: 'llama4-vision',
  architectures: ['Llama4ForConditionalGeneration'],
  modelTypes: ['llama4'],
  read: readLlama4,
};

/** An image is cut into up to 16 tiles, and one overview is added. @source preprocessor_config.json of Llama 4 (`max_patches`) */
const MOST_TILES = 16 + 1;

function readLlama4(config: ConfigReader): ModelShape {
  const shape = readLlama4Text(languagePart(config));
  const vision = config.optionalChild('vision_config');
  if (vision === null) return withoutTower(shape);
  const encoder = llama4Encoder(vision);
  const patchesPerToken = Math.round(1 / (vision.optionalNumber('pixel_shuffle_ratio') ?? 0.5) ** 2);
  return withImageTower(shape, {
    encoder,
    projector: projector(vision, encoder, shape.hiddenSize),
    maxTokensPerItem: Math.floor((MOST_TILES * encoder.patches) / patchesPerToken),
    patchesPerToken,
  });
}

const LAYER = {
  attention: { inputs: ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj'], output: 'self_attn.o_proj' },
  attentionBias: true,
  mlp: { inputs: ['mlp.fc1'], output: 'mlp.fc2' },
  mlpBias: true,
  norms: ['input_layernorm', 'post_attention_layernorm'],
  normKind: 'layer',
} as const;

function llama4Encoder(vision: ConfigReader): Encoder {
  const { hiddenSize, intermediateSize, heads, layers, patch, image } = readVitSizes(vision);
  const patches = Math.floor(image / patch) ** 2;
  const init = { ...LAYER, hiddenSize, intermediateSize, heads };
  return {
    modules: [
      towerColumn([{ name: 'vision_model.patch_embedding.linear', outFeatures: hiddenSize }], 3 * patch ** 2, false),
      vector('vision_model.class_embedding', hiddenSize),
      vector('vision_model.positional_embedding_vlm', (patches + 1) * hiddenSize),
      norm('vision_model.layernorm_pre', hiddenSize, 'layer'),
      ...encoderLayers(layers, (index) => encoderLayer({ ...init, prefix: `vision_model.model.layers.${index}` })),
      norm('vision_model.layernorm_post', hiddenSize, 'layer'),
    ],
    hiddenSize,
    intermediateSize,
    patches,
    unloadedParameters: 0,
  };
}

function projector(vision: ConfigReader, encoder: Encoder, textHiddenSize: number): readonly ModuleSpec[] {
  const inner = vision.size('projector_input_dim');
  const bias = vision.bool('multi_modal_projector_bias', false);
  return [
    towerColumn([{ name: 'vision_model.vision_adapter.mlp.fc1', outFeatures: inner }], encoder.intermediateSize, bias),
    towerRow('vision_model.vision_adapter.mlp.fc2', vision.size('projector_output_dim'), inner, bias),
    towerColumn([{ name: 'multi_modal_projector.linear_1', outFeatures: textHiddenSize }], vision.size('vision_output_dim'), false),
  ];
}
