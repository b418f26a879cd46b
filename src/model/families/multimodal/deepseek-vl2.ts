import { norm, vector } from '../../blocks/linear.ts';
import { encoderLayer, encoderLayers, plainTowerLinear, towerLayerCount } from '../../blocks/tower.ts';
import type { Encoder } from '../../blocks/tower-vit.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { ModuleSpec } from '../../module-spec.ts';
import { deepseekMoe, readDeepseekText } from '../deepseek.ts';
import type { Family, ModelShape } from '../family.ts';
import { languagePart } from './language-part.ts';
import { withImageTower } from './with-tower.ts';

/** DeepSeek-VL2: SigLIP out of timm, whole on every rank. @source vLLM 0.33.0 `models/deepseek_vl2.py` */
export const deepseekVl2: Family = {
  name: 'deepseek-vl2',
  architectures: ['DeepseekVLV2ForCausalLM'],
  modelTypes: ['deepseek_vl_v2'],
  read: readDeepseekVl2,
};

const ENCODER = 'siglip_so400m_patch14_384';
const IMAGE_PIXELS = 384;
const HEADS = 16;
/** Class defaults. @source vLLM 0.33.0 `transformers_utils/configs/deepseek_vl2.py` */
const PROJECTOR = { depth: 2, ratio: 1, downsampling: 2 };

function readDeepseekVl2(config: ConfigReader): ModelShape {
  const text = languagePart(config, 'language_config');
  // The tiny model has ordinary heads, which vLLM tells by the sizes of latent ones being 0.
  const isOrdinary = text.optionalInt('qk_nope_head_dim') === 0 && text.optionalInt('qk_rope_head_dim') === 0;
  const shape = isOrdinary ? deepseekMoe.read(text) : readDeepseekText(text);
  const encoder = siglipOfTimm(config.child('vision_config'));
  const projector = config.child('projector_config');
  return withImageTower(shape, {
    encoder,
    projector: [
      ...projectorLayers(projector, encoder.hiddenSize),
      vector('image_newline', shape.hiddenSize),
      vector('view_seperator', shape.hiddenSize),
    ],
    maxTokensPerItem: null,
    patchesPerToken: (projector.optionalSize('downsample_ratio') ?? PROJECTOR.downsampling) ** 2,
    shardable: false,
  });
}

const LAYER = {
  attention: { inputs: ['attn.qkv'], output: 'attn.proj' },
  attentionBias: true,
  mlp: { inputs: ['mlp.fc1'], output: 'mlp.fc2' },
  mlpBias: true,
  norms: ['norm1', 'norm2'],
  normKind: 'layer',
} as const;

function siglipOfTimm(vision: ConfigReader): Encoder {
  if (vision.optionalString('model_name') !== ENCODER)
    vision.refuse('model_name', `the sizes of encoders other than ${ENCODER} are not known`);
  const hiddenSize = vision.size('width');
  const intermediateSize = Math.trunc(
    hiddenSize * (vision.optionalNumber('mlp_ratio') ?? vision.refuse('mlp_ratio', 'it must be a number')),
  );
  const patch = vision.size('patch_size');
  const patches = Math.floor(IMAGE_PIXELS / patch) ** 2;
  const init = { ...LAYER, hiddenSize, intermediateSize, heads: HEADS };
  return {
    modules: [
      plainTowerLinear('vision.patch_embed.proj', hiddenSize, 3 * patch ** 2, true),
      vector('vision.pos_embed', patches * hiddenSize),
      ...encoderLayers(towerLayerCount(vision, 'layers'), (index) => encoderLayer({ ...init, prefix: `vision.blocks.${index}` })),
      norm('vision.norm', hiddenSize, 'layer'),
    ],
    hiddenSize,
    intermediateSize,
    patches,
    unloadedParameters: attentionPool(hiddenSize, intermediateSize),
  };
}

/** The checkpoint also has timm's pooling head: a query, attention over the patches, a norm and a feed-forward block. */
function attentionPool(hiddenSize: number, intermediateSize: number): number {
  const attention = 4 * hiddenSize * (hiddenSize + 1);
  const mlp = 2 * hiddenSize * intermediateSize + intermediateSize + hiddenSize;
  return hiddenSize + attention + 2 * hiddenSize + mlp;
}

function projectorLayers(projector: ConfigReader, hiddenSize: number): readonly ModuleSpec[] {
  const type = projector.optionalString('projector_type') ?? 'downsample_mlp_gelu';
  if (type !== 'downsample_mlp_gelu') projector.refuse('projector_type', 'a projector of this kind is not supported');
  const width = projector.size('n_embed') * (projector.optionalSize('mlp_ratio') ?? PROJECTOR.ratio);
  const depth = projector.has('depth') ? towerLayerCount(projector, 'depth') : PROJECTOR.depth;
  const inputs = hiddenSize * (projector.optionalSize('downsample_ratio') ?? PROJECTOR.downsampling) ** 2;
  const middle = Array.from({ length: Math.max(0, depth - 2) }, (_, index) =>
    plainTowerLinear(`projector.layers.${2 * (index + 1)}`, width, width, true),
  );
  return [
    plainTowerLinear('projector.layers.0', width, inputs, true),
    ...middle,
    plainTowerLinear(`projector.layers.${2 * (depth - 1)}`, projector.size('n_embed'), width, true),
  ];
}
