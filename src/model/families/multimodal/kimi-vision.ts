import { norm } from '../../blocks/linear.ts';
import { replicatedProjector } from '../../blocks/tower.ts';
import { type MoonVitNames, moonVitEncoder } from '../../blocks/tower-moonvit.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { ModuleSpec } from '../../module-spec.ts';
import { readDeepseekText } from '../deepseek.ts';
import type { Family, ModelShape } from '../family.ts';
import { languagePart } from './language-part.ts';
import { withImageTower } from './with-tower.ts';

/** Kimi-VL: MoonViT in front of a DeepSeek V3 of 16 B. @source vLLM 0.33.0 `models/kimi_vl.py` */
export const kimiVl: Family = {
  name: 'kimi-vl',
  architectures: ['KimiVLForConditionalGeneration'],
  modelTypes: ['kimi_vl'],
  read: (config) => withMoonVit(config, readDeepseekText(languagePart(config)), KIMI_VL, 'multi_modal_projector'),
};

/** Kimi-K2.5, 2.6 and 2.7: MoonViT in front of Kimi K2. @source vLLM 0.33.0 `models/kimi_k25.py` */
export const kimiK25: Family = {
  name: 'kimi-k2.5',
  architectures: ['KimiK25ForConditionalGeneration'],
  modelTypes: ['kimi_k25'],
  read: (config) => withMoonVit(config, readDeepseekText(languagePart(config)), KIMI_K25, 'mm_projector'),
};

const KIMI_VL: MoonVitNames = {
  hiddenSize: 'hidden_size',
  intermediateSize: 'intermediate_size',
  heads: 'num_attention_heads',
  layers: 'num_hidden_layers',
};
export const KIMI_K25: MoonVitNames = {
  hiddenSize: 'vt_hidden_size',
  intermediateSize: 'vt_intermediate_size',
  heads: 'vt_num_attention_heads',
  layers: 'vt_num_hidden_layers',
};

/** A language model behind MoonViT and its patch merger. */
export function withMoonVit(config: ConfigReader, shape: ModelShape, names: MoonVitNames, projectorName: string): ModelShape {
  const vision = config.child('vision_config');
  const [rows = 2, columns = 2] = vision.optionalInts('merge_kernel_size') ?? [2, 2];
  const encoder = moonVitEncoder(vision, 'vision_tower', names);
  return withImageTower(shape, {
    encoder,
    projector: patchMerger(vision, projectorName, encoder.hiddenSize, rows * columns, shape.hiddenSize),
    maxTokensPerItem: null,
    patchesPerToken: rows * columns,
  });
}

/** Kimi-K3's merger (v2) has no biases, and its norm comes last. */
function patchMerger(
  vision: ConfigReader,
  name: string,
  hiddenSize: number,
  merged: number,
  textHiddenSize: number,
): readonly ModuleSpec[] {
  const width = merged * hiddenSize;
  const type = vision.optionalString('mm_projector_type') ?? 'patchmerger';
  if (type !== 'patchmerger' && type !== 'patchmergerv2') vision.refuse('mm_projector_type', 'a projector of this kind is not known');
  const bias = type === 'patchmerger';
  return [
    bias ? norm(`${name}.pre_norm`, hiddenSize, 'layer') : norm(`${name}.post_norm`, textHiddenSize),
    replicatedProjector(`${name}.linear_1`, width, width, bias),
    replicatedProjector(`${name}.linear_2`, textHiddenSize, width, bias),
  ];
}
