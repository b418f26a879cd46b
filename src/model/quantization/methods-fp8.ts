import type { ConfigReader } from '../config-reader.ts';
import type { QuantizationSpec, WeightScheme } from '../quantization-spec.ts';
import { type MethodInput, mentionsTowers, namesUnder, unsupported } from './method-input.ts';
import { exact } from './module-patterns.ts';
import { FP8_CHANNEL, FP8_TENSOR, INT8, MXFP4, MXFP8, NVFP4, PLAIN, specOf } from './schemes.ts';

/**
 * `fp8`: one scale a matrix, or blocks. The list of wide modules has whole names. DeepSeek V4 comes under this name too, with
 * 4-bit experts unless `expert_dtype` says fp8; its scales are 8-bit exponents then.
 *
 * @source vLLM 0.33.0 `quantization/fp8.py` from_config; `models/deepseek_v41/quant_config.py`
 */
export function readFp8(input: MethodInput): QuantizationSpec {
  const { block, config } = input;
  const listed = namesUnder(block, 'ignored_layers');
  const ignored = (listed.length > 0 ? listed : namesUnder(block, 'modules_to_not_convert')).map(exact);
  const expertType = expertDtypeOf(input);
  const linear = fp8Linear(block, expertType === 'fp4');
  const experts = expertType === 'fp4' ? fp4Experts(block) : block.raw('store_dtype') === 'mxfp4' ? MXFP4 : linear;
  return specOf({
    method: isDeepSeekV4(config) ? 'deepseek_v4_fp8' : 'fp8',
    linear,
    experts,
    ignored,
    quantizesTowers: !mentionsTowers(ignored),
  });
}

function fp8Linear(block: ConfigReader, exponentScales: boolean): WeightScheme {
  const size = block.optionalInts('weight_block_size');
  if (size === null) return FP8_TENSOR;
  const [rows, columns] = size;
  if (rows === undefined || columns === undefined || size.length !== 2 || rows === 0 || columns === 0) {
    throw unsupported(block, `"weight_block_size" is [${size.join(', ')}], not two numbers above 0`);
  }
  if (rows === 32 && columns === 32 && exponentScales) return MXFP8;
  return { kind: 'fp8', scale: 'block', block: [rows, columns], ...(exponentScales ? { exponentScales } : {}) };
}

function isDeepSeekV4(config: ConfigReader): boolean {
  return /^deepseek_v4/.test(config.optionalString('model_type') ?? '');
}

/** vLLM takes fp4 for DeepSeek V4 where the config is silent; for other models the field means nothing to it. */
function expertDtypeOf({ block, config }: MethodInput): 'fp4' | 'fp8' | null {
  if (!isDeepSeekV4(config)) return null;
  const value = config.raw('expert_dtype') ?? block.raw('expert_dtype') ?? 'fp4';
  if (value === 'fp4' || value === 'fp8') return value;
  throw unsupported(block, `"expert_dtype" is ${JSON.stringify(value)}, not fp4 or fp8`);
}

function fp4Experts(block: ConfigReader): WeightScheme {
  return String(block.raw('moe_quant_algo') ?? '').toUpperCase() === 'NVFP4' ? NVFP4 : MXFP4;
}

/**
 * FBGEMM: one scale an output channel, whole names in the list.
 *
 * @source vLLM 0.33.0 `quantization/fbgemm_fp8.py`
 */
export function readFbgemm({ block }: MethodInput): QuantizationSpec {
  const ignored = namesUnder(block, 'modules_to_not_convert').map(exact);
  return specOf({ method: 'fbgemm_fp8', linear: FP8_CHANNEL, ignored, quantizesTowers: !mentionsTowers(ignored) });
}

/**
 * The gpt-oss checkpoints: routed experts only, whatever the list says (vLLM has no MXFP4 linear layer for this method).
 *
 * @source vLLM 0.33.0 `quantization/mxfp4.py` get_quant_method
 */
export function readMxfp4({ block }: MethodInput): QuantizationSpec {
  const ignored = namesUnder(block, 'modules_to_not_convert').filter((name) => name.includes('experts'));
  return specOf({ method: 'mxfp4', linear: PLAIN, experts: MXFP4, ignored: ignored.map(exact) });
}

/** MiniMax checkpoints that name the format itself. @source vLLM 0.33.0 `quantization/__init__.py`, `modelopt.py` ModelOptMxFp8Config */
export function readMxfp8({ block }: MethodInput): QuantizationSpec {
  const ignored = namesUnder(block, 'ignored_layers', 'modules_to_not_convert').map(exact);
  return specOf({ method: 'mxfp8', linear: MXFP8, ignored, quantizesTowers: !mentionsTowers(ignored) });
}

/** Experts in INT8 while loading, everything else wide. @source vLLM 0.33.0 `quantization/experts_int8.py` */
export function readExpertsInt8(): QuantizationSpec {
  return specOf({ method: 'experts_int8', linear: PLAIN, experts: INT8, online: true });
}
