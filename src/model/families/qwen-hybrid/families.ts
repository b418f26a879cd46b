import { qwenVisionTower } from '../../blocks/tower-qwen.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { Family, ModelShape } from '../family.ts';
import { languagePart } from '../multimodal/language-part.ts';
import { type QwenHybridClass, readQwenHybrid } from './read-text.ts';

/** Qwen 3 Next: mixtures in every layer unless `mlp_only_layers` or `decoder_sparse_step` say otherwise. */
export const qwen3Next: Family = {
  name: 'qwen3-next',
  architectures: ['Qwen3NextForCausalLM'],
  modelTypes: ['qwen3_next'],
  read: (config) => readQwenHybrid(config, QWEN3_NEXT),
};

/** Qwen 3.5, 3.6 and 3.8, dense and mixture, with or without vision. @source vLLM 0.33.0 `models/qwen3_5.py` */
export const qwen35: Family = {
  name: 'qwen3.5',
  architectures: ['Qwen3_5ForConditionalGeneration', 'Qwen3_5MoeForConditionalGeneration', 'Qwen3_5ForCausalLM', 'Qwen3_5MoeForCausalLM'],
  modelTypes: ['qwen3_5', 'qwen3_5_moe', 'qwen3_5_text', 'qwen3_5_moe_text'],
  read: readQwen35,
};

const QWEN3_NEXT: QwenHybridClass = {
  fusedDelta: true,
  isMoe: (config, index) => {
    const dense = config.optionalInts('mlp_only_layers') ?? [];
    const step = config.optionalSize('decoder_sparse_step') ?? 1;
    return (config.optionalInt('num_experts') ?? 0) > 0 && !dense.includes(index) && (index + 1) % step === 0;
  },
  // vLLM 0.33.0 takes the state's dtype from the config only for Qwen 3.5 (`models/config.py`).
  stateDtype: () => null,
};

const QWEN35: QwenHybridClass = {
  fusedDelta: false,
  // The class goes by `model_type` alone: dense and mixture layers are never mixed.
  isMoe: (config) => config.optionalString('model_type') === 'qwen3_5_moe_text',
  stateDtype: readStateDtype,
};

function readQwen35(config: ConfigReader): ModelShape {
  const text = languagePart(config);
  const shape = readQwenHybrid(text, QWEN35);
  const vision = config.optionalChild('vision_config');
  return vision === null ? shape : { ...shape, towers: [qwenVisionTower(vision, 'qwen3', shape.hiddenSize)] };
}

/** @source vLLM 0.33.0 `models/config.py` `Qwen3_5ForCausalLMConfig` (`mamba_ssm_dtype` of the config, else the model's dtype) */
function readStateDtype(config: ConfigReader): 'float32' | null {
  const dtype = config.optionalString('mamba_ssm_dtype');
  if (dtype === null || dtype === 'bfloat16' || dtype === 'auto') return null;
  return dtype === 'float32' ? dtype : config.refuse('mamba_ssm_dtype', 'only float32 and bfloat16 states are supported');
}
