import { norm } from '../../blocks/linear.ts';
import { replicatedProjector, towerLayerCount } from '../../blocks/tower.ts';
import { layersUpTo, siglipEncoder } from '../../blocks/tower-vit.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { Family, ModelShape } from '../family.ts';
import { readLfm2Text } from '../lfm2/read-text.ts';
import { languagePart } from './language-part.ts';
import { withImageTower } from './with-tower.ts';

/** LFM2-VL: SigLIP 2 with positions on a grid of 16 × 16 and a pixel-unshuffle projector. @source vLLM 0.33.0 `models/lfm2_vl.py` */
export const lfm2Vision: Family = {
  name: 'lfm2-vl',
  architectures: ['Lfm2VlForConditionalGeneration'],
  modelTypes: ['lfm2_vl'],
  read: readLfm2Vision,
};

/** @source transformers 5.20 `configuration_lfm2_vl.py` */
const DOWNSAMPLING = 2;
const PROJECTOR_HIDDEN = 2560;

function readLfm2Vision(config: ConfigReader): ModelShape {
  const shape = readLfm2Text(languagePart(config));
  const vision = config.child('vision_config');
  const patch = vision.size('patch_size');
  const layers = towerLayerCount(vision, 'num_hidden_layers');
  const sizes = {
    hiddenSize: vision.size('hidden_size'),
    intermediateSize: vision.size('intermediate_size'),
    heads: vision.size('num_attention_heads'),
    layers,
    patch,
    image: patch * Math.sqrt(vision.size('num_patches')),
  };
  const encoder = siglipEncoder(sizes, 'vision_tower.vision_model', layersUpTo(config, 'vision_feature_layer', -1, layers));
  const factor = config.optionalSize('downsample_factor') ?? DOWNSAMPLING;
  const width = encoder.hiddenSize * factor ** 2;
  const inner = config.optionalSize('projector_hidden_size') ?? PROJECTOR_HIDDEN;
  const bias = config.bool('projector_bias', true);
  const name = 'multi_modal_projector';
  return withImageTower(shape, {
    encoder,
    projector: [
      ...(config.bool('projector_use_layernorm', true) ? [norm(`${name}.layer_norm`, width, 'layer')] : []),
      replicatedProjector(`${name}.linear_1`, inner, width, bias),
      replicatedProjector(`${name}.linear_2`, shape.hiddenSize, inner, bias),
    ],
    maxTokensPerItem: largestImage(config),
    patchesPerToken: factor ** 2,
  });
}

/** Every tile and the overview take the most tokens; null: the config does not say. */
function largestImage(config: ConfigReader): number | null {
  const perTile = config.optionalSize('max_image_tokens');
  const tiles = config.bool('do_image_splitting', true) ? (config.optionalSize('max_tiles') ?? 1) : 1;
  const overview = tiles > 1 && config.bool('use_thumbnail', true) ? 1 : 0;
  return perTile === null ? null : perTile * (tiles + overview);
}
