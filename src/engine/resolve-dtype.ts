import type { GpuSpec } from '../catalog/gpu-spec.ts';
import type { DType, ModelSpec } from '../model/model-spec.ts';

const DTYPE_WORDS: Readonly<Record<string, DType>> = {
  half: 'float16',
  float16: 'float16',
  fp16: 'float16',
  bfloat16: 'bfloat16',
  bf16: 'bfloat16',
  float: 'float32',
  float32: 'float32',
  fp32: 'float32',
};

/** Models whose activations overflow in float16. @source vLLM config/model.py `_FLOAT16_NOT_SUPPORTED_MODELS` */
const NOT_IN_FLOAT16 = ['gemma2', 'gemma3', 'gemma3_text', 'plamo2', 'glm4'];

/** First compute capability with bfloat16. @source vLLM platforms/cuda.py `supported_dtypes` */
const BFLOAT16_SINCE = 8;

export function supportsBfloat16(gpu: GpuSpec): boolean {
  return gpu.computeCapability === undefined || Number(gpu.computeCapability) >= BFLOAT16_SINCE;
}

/** The dtype asked for, or null for `auto`. */
export function namedDtype(word: string | null): DType | null {
  return word === null ? null : (DTYPE_WORDS[word] ?? null);
}

/**
 * dtype of weights and activations. `auto`: the checkpoint's; float32 checkpoints and dtypes that the card lacks become the
 * card's preferred one (bfloat16 from SM80, float16 before and for models that pool; float32 where the model cannot take float16).
 *
 * @source vLLM config/model.py `_resolve_auto_dtype`
 */
export function resolveDtype(word: string | null, model: ModelSpec, gpu: GpuSpec): DType {
  const named = namedDtype(word);
  if (named !== null) return named;
  const hasBfloat16 = supportsBfloat16(gpu) && model.task === 'generate';
  const preferred = preferredDtype(model, hasBfloat16);
  const own = model.checkpointDtype ?? 'float32';
  if (own === 'float32') return preferred;
  if (own === 'bfloat16') return supportsBfloat16(gpu) ? own : preferred;
  return NOT_IN_FLOAT16.includes(model.modelType) ? preferred : own;
}

function preferredDtype(model: ModelSpec, hasBfloat16: boolean): DType {
  if (hasBfloat16) return 'bfloat16';
  return NOT_IN_FLOAT16.includes(model.modelType) ? 'float32' : 'float16';
}
