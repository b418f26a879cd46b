import type { ComputeDtype, DenseFlops } from '../catalog/gpu-spec.ts';
import type { DType } from '../model/model-spec.ts';
import type { WeightScheme } from '../model/quantization-spec.ts';

/** How the weights of one scheme are multiplied on one GPU. */
export interface ComputePath {
  /** Dense peak of the unit that is used, FLOP/s. */
  readonly peakFlopsPerS: number;
  readonly unit: ComputeDtype;
}

/** Units that can multiply weights of a scheme without widening them, the narrowest first. */
const NATIVE_UNITS = {
  plain: [],
  fp8: ['fp8'],
  int8: ['int8'],
  int4: [],
  'int8-group': [],
  nvfp4: ['fp4'],
  mxfp4: [],
  mxfp8: ['fp8'],
  bnb4: [],
} as const satisfies Record<WeightScheme['kind'], readonly ComputeDtype[]>;

/** Cards with 4-bit units run MXFP4 experts on 8-bit activations. @source vLLM 0.33.0 `fused_moe/oracle/mxfp4.py` */
const MXFP4_UNITS = ['fp8'] as const satisfies readonly ComputeDtype[];

/** Units for 16-bit operands, then what stands in where a part states none. */
const WIDE_UNITS = {
  bfloat16: ['bf16', 'fp16', 'fp32'],
  float16: ['fp16', 'bf16', 'fp32'],
  float32: ['fp32', 'bf16', 'fp16'],
} as const satisfies Record<DType, readonly ComputeDtype[]>;

/**
 * The unit that multiplies weights of a scheme. A GPU without a unit for the scheme widens the weights (weight-only FP8 on Ampere,
 * int4 everywhere); one whose 16-bit rate is not stated is taken at its fp32 rate, which is never above it.
 *
 * null: the GPU states no rate at all.
 *
 * @source vLLM 0.33.0 `quantization/utils/marlin_utils_fp8.py` (weight-only below SM 8.9), `marlin_utils_fp4.py`
 */
export function computePath(scheme: WeightScheme, dtype: DType, peaks: DenseFlops): ComputePath | null {
  for (const unit of scheme.kind === 'mxfp4' && peaks.fp4 !== undefined ? MXFP4_UNITS : NATIVE_UNITS[scheme.kind]) {
    const peak = peaks[unit];
    if (peak !== undefined) return { peakFlopsPerS: peak.value, unit };
  }
  for (const unit of WIDE_UNITS[dtype]) {
    const peak = peaks[unit];
    if (peak !== undefined) return { peakFlopsPerS: peak.value, unit };
  }
  return null;
}
