import { predictionLayerCount } from '../../blocks/prediction-layers.ts';
import { qwenVisionTower } from '../../blocks/tower-qwen.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { LayerSpec } from '../../model-spec.ts';
import { readExaone4Text } from '../exaone.ts';
import type { Family, ModelShape } from '../family.ts';
import { readQwen2Text, readQwen3Text } from '../qwen.ts';
import { predictionModules } from '../qwen-hybrid/read-text.ts';
import { readQwen3MoeText } from '../qwen-moe.ts';
import { languagePart } from './language-part.ts';

/** @source vLLM 0.33.0 `models/qwen2_vl.py` */
export const qwen2Vl: Family = {
  name: 'qwen2-vl',
  architectures: ['Qwen2VLForConditionalGeneration'],
  modelTypes: ['qwen2_vl'],
  read: (config) => withQwenTower(config, readQwen2Text(languagePart(config)), 'qwen2'),
};

/** @source vLLM 0.33.0 `models/qwen2_5_vl.py` */
export const qwen25Vl: Family = {
  name: 'qwen2.5-vl',
  architectures: ['Qwen2_5_VLForConditionalGeneration'],
  modelTypes: ['qwen2_5_vl'],
  read: (config) => withQwenTower(config, readQwen2Text(languagePart(config)), 'qwen2.5'),
};

/** @source vLLM 0.33.0 `models/qwen3_vl.py`, `qwen3_vl_moe.py` */
export const qwen3Vl: Family = {
  name: 'qwen3-vl',
  architectures: ['Qwen3VLForConditionalGeneration', 'Qwen3VLMoeForConditionalGeneration'],
  modelTypes: ['qwen3_vl', 'qwen3_vl_moe'],
  read: readQwen3Vl,
};

function readQwen3Vl(config: ConfigReader): ModelShape {
  const text = languagePart(config);
  return withQwenTower(config, text.has('num_experts') ? readQwen3MoeText(text) : readQwen3Text(text), 'qwen3');
}

function withQwenTower(config: ConfigReader, shape: ModelShape, generation: Parameters<typeof qwenVisionTower>[1]): ModelShape {
  return { ...shape, towers: [qwenVisionTower(config.child('vision_config'), generation, shape.hiddenSize)] };
}

/** EXAONE 4.5: Qwen2.5-VL's encoder with fewer key heads. @source vLLM 0.33.0 `models/exaone4_5.py` */
export const exaone45: Family = {
  name: 'exaone4.5',
  architectures: ['Exaone4_5_ForConditionalGeneration'],
  modelTypes: ['exaone4_5'],
  read: readExaone45,
};

/** Its prediction layers are built like the first decoder layer. @source vLLM 0.33.0 `models/exaone4_5_mtp.py` */
function readExaone45(config: ConfigReader): ModelShape {
  const text = languagePart(config);
  const shape = withQwenTower(config, readExaone4Text(text), 'qwen2.5');
  const count = predictionLayerCount(text);
  const first = shape.layers.slice(0, 1);
  return {
    ...shape,
    mtpLayers: layersOf(first, count),
    mtpLayerNames: { prefix: 'mtp.layers.', firstIndex: 0 },
    mtpModules: count === 0 ? [] : predictionModules(shape.hiddenSize),
  };
}

function layersOf(pattern: readonly LayerSpec[], count: number): readonly LayerSpec[] {
  return Array.from({ length: count }, () => pattern).flat();
}
