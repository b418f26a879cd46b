import type { ExpertsSpec } from '../model/module-spec.ts';
import type { WeightScheme } from '../model/quantization-spec.ts';
import { roundUp, sum } from '../units/integers.ts';
import { schemeTensors } from './weight-bytes.ts';
import type { Mxfp4Experts, WeightKernels } from './weight-kernels.ts';

/** Routed experts of one layer on one rank. */
export interface LocalExperts {
  readonly experts: number;
  readonly hiddenSize: number;
  /** Of one expert on this rank. */
  readonly intermediateSize: number;
  readonly gated: boolean;
  readonly bias: boolean;
}

/**
 * Tensors of the routed experts: w13 (gate and up, or up alone) and w2, with scales and biases.
 *
 * @source vLLM 0.33.0 `create_weights` of the mixture methods in `quantization/` and `fused_moe/unquantized_fused_moe_method.py`
 */
export function expertTensors(scheme: WeightScheme, local: LocalExperts, dtypeBytes: number, kernels: WeightKernels): readonly number[] {
  if (local.experts === 0) return [];
  if (scheme.kind === 'mxfp4') return mxfp4Tensors(local, kernels.mxfp4Experts);
  const padded = scheme.kind === 'nvfp4' ? padForNvfp4(local, kernels.nativeFp4) : local;
  const { experts, hiddenSize, intermediateSize } = padded;
  const first = { outs: halves(padded), inputs: hiddenSize, copies: experts };
  const second = { outs: [hiddenSize], inputs: intermediateSize, copies: experts };
  // DeepGEMM's exponents are for linear layers; mixtures keep float32 scales there.
  const mixtureKernels = { ...kernels, deepGemmExponents: false };
  const biases = local.bias ? [experts * sum(halves(local)) * dtypeBytes, experts * hiddenSize * dtypeBytes] : [];
  return [
    ...schemeTensors(scheme, first, dtypeBytes, mixtureKernels),
    ...schemeTensors(scheme, second, dtypeBytes, mixtureKernels),
    ...biases,
  ];
}

/** Share of a rank in the routed experts of a layer. */
export function localExperts(spec: ExpertsSpec, share: { readonly experts: number; readonly slices: number }): LocalExperts {
  return {
    experts: share.experts,
    hiddenSize: spec.hiddenSize,
    intermediateSize: Math.ceil(spec.intermediateSize / share.slices),
    gated: spec.gated,
    bias: spec.bias,
  };
}

function halves({ gated, intermediateSize }: LocalExperts): readonly number[] {
  return gated ? [intermediateSize, intermediateSize] : [intermediateSize];
}

/** Rows of gate and up are padded to a tile; without gates to the next tile. @source `utils/flashinfer_fp4_moe.py`, `utils/marlin_utils_fp4.py` */
function padForNvfp4(local: LocalExperts, native: boolean): LocalExperts {
  const step = native ? (local.gated ? 64 : 128) : local.hiddenSize % 128 === 0 ? 64 : 128;
  return { ...local, intermediateSize: roundUp(local.intermediateSize, step) };
}

/** Multiples to which a backend pads the intermediate and the hidden size. @source vLLM 0.19.1, 0.24.0, 0.33.0 `fused_moe/oracle/mxfp4.py` */
const MXFP4_STEPS = {
  marlin: { intermediate: 128, hidden: 256 },
  'triton-hopper': { intermediate: 64, hidden: 1 },
  triton: { intermediate: 64, hidden: 1 },
  'trtllm-256': { intermediate: 256, hidden: 256 },
  'trtllm-128': { intermediate: 128, hidden: 256 },
  cutlass: { intermediate: 128, hidden: 128 },
  rocm: { intermediate: 256, hidden: 256 },
} as const satisfies Record<Mxfp4Experts, { readonly intermediate: number; readonly hidden: number }>;

/** Backends that turn the biases into float32. */
const WIDE_BIAS: ReadonlySet<Mxfp4Experts> = new Set(['triton-hopper', 'triton', 'trtllm-256', 'trtllm-128', 'rocm']);

function mxfp4Tensors(local: LocalExperts, backend: Mxfp4Experts): readonly number[] {
  const steps = MXFP4_STEPS[backend];
  const hidden = roundUp(local.hiddenSize, steps.hidden);
  const intermediate = roundUp(local.intermediateSize, steps.intermediate);
  const rows = (local.gated ? 2 : 1) * intermediate;
  const biasBytes = WIDE_BIAS.has(backend) ? 4 : 2;
  const biases = local.bias ? [local.experts * rows * biasBytes, local.experts * hidden * biasBytes] : [];
  const matrices = [
    { out: rows, inputs: hidden },
    { out: hidden, inputs: intermediate },
  ];
  return [...matrices.flatMap((matrix) => mxfp4Matrix(matrix, local.experts, backend)), ...biases];
}

/**
 * One MXFP4 matrix of all local experts.
 *
 * The Triton kernels on Hopper pad packed weights to 64 × 64 and scales to 256 rows × 2 columns, and the scales as they
 * were loaded stay on the device: 25 MB a layer of gpt-oss-20b.
 *
 * @source vLLM 0.19.1 `quantization/mxfp4.py` _setup_kernel, `third_party/triton_kernels/tensor_details/layout_details/hopper_{value,scale}.py`
 */
function mxfp4Matrix(
  { out, inputs }: { readonly out: number; readonly inputs: number },
  experts: number,
  backend: Mxfp4Experts,
): readonly number[] {
  const loadedScales = experts * out * Math.floor(inputs / 32);
  if (backend === 'triton') return [(experts * out * inputs) / 2, loadedScales, loadedScales];
  if (backend !== 'triton-hopper') return [(experts * out * inputs) / 2, loadedScales];
  return [
    experts * roundUp(inputs / 2, 64) * roundUp(out, 64),
    experts * roundUp(out, 256) * roundUp(Math.floor(inputs / 32), 2),
    loadedScales,
  ];
}
