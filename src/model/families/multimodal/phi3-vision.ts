import { vector } from '../../blocks/linear.ts';
import { plainTowerLinear } from '../../blocks/tower.ts';
import { clipEncoder, layersUpTo } from '../../blocks/tower-vit.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { Family, ModelShape } from '../family.ts';
import { readPhi3Text } from '../phi.ts';
import { withImageTower } from './with-tower.ts';

/** Phi 3 and 3.5 Vision: the encoder is always CLIP-L at 336 pixels. @source vLLM 0.33.0 `models/phi3v.py` */
export const phi3Vision: Family = {
  name: 'phi3-vision',
  architectures: ['Phi3VForCausalLM'],
  modelTypes: ['phi3_v'],
  read: readPhi3Vision,
};

/** @source vLLM 0.33.0 `models/phi3v.py` `CLIP_VIT_LARGE_PATCH14_336_CONFIG` */
const CLIP_LARGE = { hiddenSize: 1024, intermediateSize: 4096, heads: 16, layers: 24, patch: 14, image: 336 };
const CLIP_NAME = 'openai/clip-vit-large-patch14-336';
const FEATURE_LAYER = -2;
const PATCHES_PER_TOKEN = 4;

function readPhi3Vision(config: ConfigReader): ModelShape {
  const shape = readPhi3Text(config);
  const processor = config.child('img_processor');
  if ((processor.optionalString('model_name') ?? CLIP_NAME) !== CLIP_NAME)
    processor.refuse('model_name', `vLLM always builds ${CLIP_NAME}`);
  const width = PATCHES_PER_TOKEN * processor.size('image_dim_out');
  const used = layersUpTo(processor, 'layer_idx', FEATURE_LAYER, CLIP_LARGE.layers);
  const prefix = 'model.vision_embed_tokens';
  return withImageTower(shape, {
    encoder: clipEncoder(CLIP_LARGE, `${prefix}.img_processor.vision_model`, used),
    projector: [
      vector(`${prefix}.glb_GN`, width),
      vector(`${prefix}.sub_GN`, width),
      plainTowerLinear(`${prefix}.img_projection.0`, shape.hiddenSize, width, true),
      plainTowerLinear(`${prefix}.img_projection.2`, shape.hiddenSize, shape.hiddenSize, true),
    ],
    maxTokensPerItem: null,
    patchesPerToken: PATCHES_PER_TOKEN,
  });
}
