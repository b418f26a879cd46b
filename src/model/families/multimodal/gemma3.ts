import { norm } from '../../blocks/linear.ts';
import { plainTowerLinear } from '../../blocks/tower.ts';
import { readVitSizes, siglipEncoder } from '../../blocks/tower-vit.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { Family, ModelShape } from '../family.ts';
import { readGemma3Text } from '../gemma.ts';
import { languagePart } from './language-part.ts';
import { withImageTower, withoutTower } from './with-tower.ts';

/** Gemma 3 with SigLIP: 4096 patches are averaged into 256 tokens. @source vLLM 0.33.0 `models/gemma3_mm.py` */
export const gemma3Vision: Family = {
  name: 'gemma3-vision',
  architectures: ['Gemma3ForConditionalGeneration'],
  modelTypes: ['gemma3'],
  read: readGemma3,
};

const IMAGE_TOKENS = 256;

function readGemma3(config: ConfigReader): ModelShape {
  const shape = readGemma3Text(languagePart(config));
  const vision = config.optionalChild('vision_config');
  if (vision === null) return withoutTower(shape);
  const encoder = siglipEncoder(readVitSizes(vision), 'vision_tower.vision_model');
  const tokens = config.optionalSize('mm_tokens_per_image') ?? IMAGE_TOKENS;
  return withImageTower(shape, {
    encoder,
    projector: [
      plainTowerLinear('multi_modal_projector.mm_input_projection_weight', shape.hiddenSize, encoder.hiddenSize, false),
      norm('multi_modal_projector.mm_soft_emb_norm', encoder.hiddenSize),
    ],
    maxTokensPerItem: tokens,
    patchesPerToken: encoder.patches / tokens,
  });
}
