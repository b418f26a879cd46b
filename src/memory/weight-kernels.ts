import { isAtLeast, type Version } from '../engine/version.ts';
import { MIB } from '../units/bytes.ts';

/** Which kernels hold the weights, as far as it changes their size: a matter of the GPU and of the engine's version. */
export interface WeightKernels {
  /** FP8 runs as weight-only Marlin: 16-bit scales, one an output channel and 128 inputs, instead of one a block. */
  readonly fp8Marlin: boolean;
  /** DeepGEMM on SM 10.x: block scales are spread to every row and packed as 8-bit exponents. */
  readonly deepGemmExponents: boolean;
  /** 4-bit floats are computed natively: scales are padded to tiles of 128 × 4. Otherwise Marlin keeps them as they are. */
  readonly nativeFp4: boolean;
  readonly mxfp4Experts: Mxfp4Experts;
  /** Workspaces that a model with latent attention makes while it is built, whether they are used or not. */
  readonly mlaWorkspaces: readonly number[];
  /** The same for sparse latent attention (DeepSeek V3.2, GLM-5), which adds a backend of its own. */
  readonly sparseMlaWorkspaces: readonly number[];
  /** Tensors of this size and above keep the whole block that torch's allocator gives them; Infinity: no such limit. */
  readonly allocatorMaxSplitBytes: number;
}

/** `triton-hopper` and `triton` keep the scales as loaded beside the ones in kernel order. */
export type Mxfp4Experts = 'marlin' | 'triton-hopper' | 'triton' | 'trtllm-256' | 'trtllm-128' | 'cutlass' | 'rocm';

export interface KernelFacts {
  /** CUDA compute capability as vLLM writes it: 80, 90, 100, 120. null: not an NVIDIA GPU, or not known. */
  readonly capability: number | null;
  readonly version: Version;
  readonly lora: boolean;
}

/** First capability with FP8 matrix units (Ada). @source vLLM 0.33.0 `compressed_tensors_w8a8_fp8.py` get_min_capability */
const FP8_NATIVE_FROM = 89;

/** @source vLLM 0.33.0 `v1/worker/gpu_worker.py` load_model, _scoped_allocator_max_split(max_split_size_mb=20); absent before 0.31 */
const LOADING_MAX_SPLIT = 20 * MIB;

/**
 * @source vLLM 0.11.2 `quantization/mxfp4.py` get_mxfp4_backend; 0.19.1, 0.24.0, 0.33.0 `fused_moe/oracle/mxfp4.py`;
 *   0.33.0 `utils/deep_gemm.py`, `quantization/utils/marlin_utils_fp8.py`, `kernels/linear/nvfp4/`
 */
export function weightKernelsFor({ capability, version, lora }: KernelFacts): WeightKernels {
  const major = capability === null ? null : Math.floor(capability / 10);
  return {
    fp8Marlin: capability !== null && capability < FP8_NATIVE_FROM,
    deepGemmExponents: major === 10 && isAtLeast(version, '0.11.0'),
    nativeFp4: major !== null && major >= 10,
    mxfp4Experts: mxfp4Experts(major, version, lora),
    mlaWorkspaces: mlaWorkspaces(major, version),
    sparseMlaWorkspaces: sparseMlaWorkspaces(major, version),
    allocatorMaxSplitBytes: isAtLeast(version, '0.31.0') ? LOADING_MAX_SPLIT : Number.POSITIVE_INFINITY,
  };
}

/** @source vLLM 0.19.1 `v1/attention/backends/mla/` flashinfer_mla.py, cutlass_mla.py */
const MLA_WORKSPACE = 128 * MIB;

/**
 * Choosing an attention backend loads the code of every candidate, and two of them make a buffer when they are loaded:
 * FlashInfer's (on request alone since about 0.27, so on SM 10.x only) and, on SM 10.x, CUTLASS's. Seen on DeepSeek-V2-Lite with
 * 0.19.0 on an H100: 0.125 GiB more than its weights at tp 1, 2 and 4.
 *
 * @source vLLM 0.11.2, 0.19.1, 0.24.0, 0.33.0 `platforms/cuda.py` get_valid_backends and the files above
 */
function mlaWorkspaces(major: number | null, version: Version): readonly number[] {
  if (major === null || !isAtLeast(version, '0.11.1')) return [];
  if (major === 10) return [MLA_WORKSPACE, MLA_WORKSPACE];
  return isAtLeast(version, '0.27.0') ? [] : [MLA_WORKSPACE];
}

/** "9.0" of a catalog row as vLLM's number 90. */
export function capabilityNumber(text: string): number {
  const [major = 0, minor = 0] = text.split('.').map(Number);
  return major * 10 + minor;
}

/**
 * FlashInfer's sparse kernels run on SM 10.x and 12.x and have a workspace of 128 MiB, 394 MiB in 0.33 (the release that
 * changed it is not known). Seen on GLM-5.1 with 0.20.2 on eight RTX PRO 6000: 0.125 GiB a rank.
 *
 * @source vLLM 0.19.1, 0.24.0, 0.33.0 `v1/attention/backends/mla/flashinfer_mla_sparse.py` _get_workspace_buffer
 */
function sparseMlaWorkspaces(major: number | null, version: Version): readonly number[] {
  if (major !== 10 && major !== 12) return [];
  return [isAtLeast(version, '0.28.0') ? 394 * MIB : MLA_WORKSPACE];
}

function mxfp4Experts(major: number | null, version: Version, lora: boolean): Mxfp4Experts {
  if (major === null) return 'rocm';
  if (major < 9 || (lora && !isAtLeast(version, '0.20.0'))) return 'marlin';
  if (major === 9) return 'triton-hopper';
  if (major === 10) return isAtLeast(version, '0.27.0') ? 'trtllm-128' : 'trtllm-256';
  if (!isAtLeast(version, '0.14.0')) return 'triton';
  return isAtLeast(version, '0.30.0') ? 'cutlass' : 'marlin';
}
