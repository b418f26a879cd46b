import { norm } from '../../blocks/linear.ts';
import { plainTowerLinear, towerColumn, towerRow } from '../../blocks/tower.ts';
import { pixtralEncoder } from '../../blocks/tower-pixtral.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { Family, ModelShape } from '../family.ts';
import { readLanguageModel } from './language-model.ts';
import { withImageTower, withoutTower } from './with-tower.ts';

/** Mistral Small 3.1 and later, Ministral 3, Devstral Small 2: Pixtral's encoder and a patch merger. @source vLLM 0.33.0 `models/mistral3.py` */
export const mistral3: Family = {
  name: 'mistral3',
  architectures: ['Mistral3ForConditionalGeneration'],
  modelTypes: ['mistral3'],
  read: readMistral3,
};

function readMistral3(config: ConfigReader): ModelShape {
  const shape = readLanguageModel(config);
  const vision = config.optionalChild('vision_config');
  if (vision === null) return withoutTower(shape);
  const encoder = pixtralEncoder(vision, 'vision_tower');
  const merge = config.optionalSize('spatial_merge_size') ?? 1;
  const bias = config.bool('multimodal_projector_bias', false);
  const { hiddenSize } = encoder;
  const side = Math.floor(Math.sqrt(encoder.patches) / merge);
  return withImageTower(shape, {
    encoder,
    projector: [
      norm('multi_modal_projector.norm', hiddenSize),
      plainTowerLinear('multi_modal_projector.patch_merger.merging_layer', hiddenSize, hiddenSize * merge ** 2, false),
      towerColumn([{ name: 'multi_modal_projector.linear_1', outFeatures: shape.hiddenSize }], hiddenSize, bias),
      towerRow('multi_modal_projector.linear_2', shape.hiddenSize, shape.hiddenSize, bias),
    ],
    // Each row of patches ends in a token of its own.
    maxTokensPerItem: side * (side + 1),
    patchesPerToken: merge ** 2,
  });
}
