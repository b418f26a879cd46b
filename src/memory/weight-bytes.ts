import type { Fp8Scheme, IntGroupScheme, WeightScheme } from '../model/quantization-spec.ts';
import { type Bytes, bytes } from '../units/bytes.ts';
import { ceilDiv, roundUp, sum } from '../units/integers.ts';
import type { WeightKernels } from './weight-kernels.ts';

/** One matrix on one rank; `outs` has an entry for each matrix that vLLM fused into it. */
export interface MatrixShape {
  readonly outs: readonly number[];
  readonly inputs: number;
  /** Inputs of all ranks together: GPTQ with `desc_act` keeps the scales of all of them. */
  readonly allInputs?: number;
  /** Copies of this shape in one tensor: local experts of a mixture. */
  readonly copies?: number;
}

/** Bytes of a float32 scale. */
const FLOAT32 = 4;
/** Bytes of an int32 group index. */
const INT32 = 4;
/** Inputs that share an NVFP4, MXFP4 or MXFP8 scale, and weights that share a bitsandbytes absmax. */
const NVFP4_GROUP = 16;
const MX_GROUP = 32;
const BNB_BLOCK = 64;
/** Scales of block formats lie in tiles of 128 rows × 4 columns. */
const TILE_ROWS = 128;
const TILE_COLUMNS = 4;

/** No GPU known: sizes as the checkpoint has them. */
const AS_STORED: Pick<WeightKernels, 'fp8Marlin' | 'deepGemmExponents' | 'nativeFp4'> = {
  fp8Marlin: false,
  deepGemmExponents: false,
  nativeFp4: false,
};

/** Bytes of one out × in matrix with its scales, before kernels reorder it. `dtypeBytes`: of the model's dtype. */
export function schemeBytes(scheme: WeightScheme, shape: { readonly out: number; readonly in: number }, dtypeBytes: number): Bytes {
  return bytes(sum(schemeTensors(scheme, { outs: [shape.out], inputs: shape.in }, dtypeBytes, AS_STORED)));
}

/**
 * Sizes of the tensors that hold a matrix once loading is over: weights first, then scales, zero points and indices.
 *
 * @source vLLM 0.33.0 `create_weights` and `process_weights_after_loading` of each method in `quantization/`
 */
export function schemeTensors(
  scheme: WeightScheme,
  shape: MatrixShape,
  dtypeBytes: number,
  kernels: Pick<WeightKernels, 'fp8Marlin' | 'deepGemmExponents' | 'nativeFp4'>,
): readonly number[] {
  const copies = shape.copies ?? 1;
  const out = sum(shape.outs);
  const weights = copies * out * shape.inputs;
  switch (scheme.kind) {
    case 'plain':
      return [weights * dtypeBytes];
    case 'fp8':
      return [weights, copies * fp8Scales(scheme, shape, kernels)];
    case 'int8':
      return [weights, copies * out * FLOAT32];
    case 'int4':
      return [weights / 2, ...intGroupTensors(scheme, shape, 4)];
    case 'int8-group':
      return [weights, ...intGroupTensors(scheme, shape, 8)];
    case 'nvfp4':
      return [weights / 2, copies * tileBytes(out, shape.inputs / NVFP4_GROUP, kernels.nativeFp4)];
    case 'mxfp4':
      return [weights / 2, copies * out * ceilDiv(shape.inputs, MX_GROUP)];
    case 'mxfp8':
      return [weights, copies * tileBytes(out, shape.inputs / MX_GROUP, kernels.nativeFp4)];
    case 'bnb4':
      return [weights / 2, copies * ceilDiv(out * shape.inputs, BNB_BLOCK) * FLOAT32];
    default:
      return scheme satisfies never;
  }
}

/** One-byte scales of out × columns, in whole tiles where the kernel wants them. */
function tileBytes(out: number, columns: number, tiled: boolean): number {
  return tiled ? roundUp(out, TILE_ROWS) * roundUp(columns, TILE_COLUMNS) : out * Math.ceil(columns);
}

/**
 * Scales of one FP8 matrix.
 *
 *   tensor: 4 B · channel: 4 B × out · block: 4 B × Σ ceil(out / rows) × ceil(in / columns)
 *   Marlin: 2 B × out, times ceil(in / columns) for blocks · DeepGEMM on SM 10.x: out × ceil(in / 512) × 4 B
 */
function fp8Scales(
  scheme: Fp8Scheme,
  { outs, inputs }: MatrixShape,
  kernels: Pick<WeightKernels, 'fp8Marlin' | 'deepGemmExponents'>,
): number {
  const out = sum(outs);
  const [rows, columns] = scheme.block ?? [128, 128];
  if (scheme.scale !== 'block') {
    if (kernels.fp8Marlin) return 2 * out;
    return FLOAT32 * (scheme.scale === 'channel' ? out : 1);
  }
  if (kernels.fp8Marlin) return 2 * out * ceilDiv(inputs, columns);
  if (kernels.deepGemmExponents) return roundUp(out, 4) * ceilDiv(ceilDiv(inputs, columns), 4) * INT32;
  return (scheme.exponentScales ? 1 : FLOAT32) * sum(outs.map((part) => ceilDiv(part, rows))) * ceilDiv(inputs, columns);
}

/** 16-bit scales, packed zero points and, for ordered GPTQ, the group of every input. */
function intGroupTensors(scheme: IntGroupScheme, shape: MatrixShape, bits: number): readonly number[] {
  const copies = shape.copies ?? 1;
  const out = sum(shape.outs);
  const inputs = scheme.orderIndex ? (shape.allInputs ?? shape.inputs) : shape.inputs;
  const groups = scheme.groupSize === -1 ? 1 : ceilDiv(inputs, scheme.groupSize);
  const scales = copies * out * groups * 2;
  const zeros = scheme.zeroPoints ? [Math.ceil((copies * out * groups * bits) / 8)] : [];
  return [scales, ...zeros, ...(scheme.orderIndex ? [copies * shape.inputs * INT32] : [])];
}
