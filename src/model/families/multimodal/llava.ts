import { vector } from '../../blocks/linear.ts';
import { towerColumn, towerRow } from '../../blocks/tower.ts';
import { pixtralEncoder } from '../../blocks/tower-pixtral.ts';
import { clipEncoder, type Encoder, layersUpTo, readVitSizes, siglipEncoder } from '../../blocks/tower-vit.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { ModuleSpec } from '../../module-spec.ts';
import type { Family, ModelShape } from '../family.ts';
import { readLanguageModel } from './language-model.ts';
import { withImageTower } from './with-tower.ts';

/** LLaVA 1.5 and relatives: an encoder and two linear layers in front of a language model. @source vLLM 0.33.0 `models/llava.py` */
export const llava: Family = {
  name: 'llava',
  architectures: ['LlavaForConditionalGeneration'],
  modelTypes: ['llava'],
  read: readLlava,
};

/** LLaVA 1.6: an image is cut into tiles, with a learned line break. @source vLLM 0.33.0 `models/llava_next.py` */
export const llavaNext: Family = {
  name: 'llava-next',
  architectures: ['LlavaNextForConditionalGeneration'],
  modelTypes: ['llava_next'],
  read: readLlavaNext,
};

/** The layer before the last, where a config names none. @source transformers 5.20 `configuration_llava.py` */
const FEATURE_LAYER = -2;

function readLlava(config: ConfigReader): ModelShape {
  const shape = readLanguageModel(config);
  const encoder = readEncoder(config);
  return withImageTower(shape, {
    encoder,
    projector: projector(config, encoder, shape.hiddenSize),
    maxTokensPerItem: encoder.patches,
    patchesPerToken: 1,
  });
}

function readLlavaNext(config: ConfigReader): ModelShape {
  const shape = readLanguageModel(config);
  const encoder = readEncoder(config);
  return withImageTower(shape, {
    encoder,
    projector: [...projector(config, encoder, shape.hiddenSize), vector('image_newline', shape.hiddenSize)],
    maxTokensPerItem: null,
    patchesPerToken: 1,
  });
}

function readEncoder(config: ConfigReader): Encoder {
  const vision = config.child('vision_config');
  const type = vision.optionalString('model_type');
  if (type === 'pixtral') return pixtralEncoder(vision, 'vision_tower');
  const sizes = readVitSizes(vision);
  const used = layersUpTo(config, 'vision_feature_layer', FEATURE_LAYER, sizes.layers);
  if (type === 'clip_vision_model') return clipEncoder(sizes, 'vision_tower.vision_model', used);
  if (type === 'siglip_vision_model') return siglipEncoder(sizes, 'vision_tower.vision_model', used);
  return vision.refuse('model_type', 'an encoder of this kind is not supported');
}

/** Biases unless `multimodal_projector_bias` says otherwise. */
function projector(config: ConfigReader, encoder: Encoder, textHiddenSize: number): readonly ModuleSpec[] {
  const bias = config.bool('multimodal_projector_bias', true);
  return [
    towerColumn([{ name: 'multi_modal_projector.linear_1', outFeatures: textHiddenSize }], encoder.hiddenSize, bias),
    towerRow('multi_modal_projector.linear_2', textHiddenSize, textHiddenSize, bias),
  ];
}
