import type { GpuSpec } from '../catalog/gpu-spec.ts';
import type { KernelTables } from '../catalog/kernel-table.ts';
import type { Finding } from '../engine/finding.ts';
import type { ServeArgs } from '../engine/serve-args.ts';
import type { ResolvedVersion } from '../engine/version.ts';
import type { ModelSpec } from '../model/model-spec.ts';
import type { QuantizationSpec } from '../model/quantization-spec.ts';
import type { TraceRequest } from '../performance/load/parse-trace.ts';

/** The GPUs that a plan is made for: one kind, possibly on several nodes. */
export interface HardwareInput {
  readonly gpu: GpuSpec;
  /** GPUs in all, over all nodes. */
  readonly count: number;
  readonly nodes: number;
  readonly interconnect: 'nvlink' | 'pcie' | 'unknown';
  /** Set when the user knows the driver's total better than the catalog (`--gpu-total-gib`, `--vram-gb`, detection). */
  readonly totalBytesOverride: number | null;
  readonly detected: boolean;
  readonly driverVersion: string | null;
  readonly cudaVersion: string | null;
}

/** The load that the plan is judged by. */
export interface WorkloadInput {
  readonly promptTokens: number;
  readonly genTokens: number;
  readonly concurrency: number;
  readonly streaming: boolean;
  readonly batchingMode: 'throughput' | 'latency' | 'balanced';
  /** Open loop, requests per second; null: closed loop at `concurrency`. */
  readonly requestRate: number | null;
  /** Shape of the arrivals at a rate: 1 Poisson, below in bursts, above more even. */
  readonly burstiness: number;
  /** Recorded requests; null: none, the load is drawn. The lengths and the rate are then their means. */
  readonly trace: readonly TraceRequest[] | null;
  readonly numPrompts: number;
  readonly randomRangeRatio: number;
  readonly ttftTargetMs: number | null;
  readonly tpotTargetMs: number | null;
  readonly prefixHitRate: number;
  readonly acceptanceLength: number;
}

/** How cautious the plan is. */
export interface PolicyInput {
  /** GiB that must stay free for `feasibility.fits`. */
  readonly headroomGib: number;
  /** The original's rough terms; null: the exact model alone. */
  readonly overheadGib: number | null;
  readonly fragmentationFactor: number | null;
}

/** All that `plan()` needs; loaders have already found the model and the GPU. */
export interface PlanRequest {
  /** check: judge the pinned arguments as they are. plan: fill in what is not pinned. */
  readonly mode: 'plan' | 'check';
  readonly model: ModelSpec;
  /** The separate draft model of `--speculative-config`, where it was found. */
  readonly draft?: ModelSpec | null;
  readonly hardware: HardwareInput;
  readonly workload: WorkloadInput;
  readonly policy: PolicyInput;
  /** Pinned by the user. */
  readonly args: ServeArgs;
  readonly vllm: ResolvedVersion;
  /** Take the available KV bytes as given (from a log) instead of predicting them. */
  readonly assumeKvCacheBytes: number | null;
  /** Findings made before planning (unknown flags, version fallbacks, model caveats). */
  readonly findings: readonly Finding[];
  /** Catalogued checkpoints of the same shape with smaller weights, which a plan that does not fit may name. */
  readonly siblings?: readonly Sibling[];
  /** Measured kernels of this very GPU (`loadKernels`); absent or null: the forecast is a roofline. */
  readonly kernels?: KernelTables | null;
}

export interface Sibling {
  readonly id: string;
  readonly quantization: QuantizationSpec;
}

export const DEFAULT_WORKLOAD: WorkloadInput = {
  promptTokens: 512,
  genTokens: 256,
  concurrency: 1,
  streaming: true,
  batchingMode: 'balanced',
  requestRate: null,
  burstiness: 1,
  trace: null,
  numPrompts: 10,
  randomRangeRatio: 0,
  ttftTargetMs: null,
  tpotTargetMs: null,
  prefixHitRate: 0,
  acceptanceLength: 1,
};

export const DEFAULT_POLICY: PolicyInput = { headroomGib: 1, overheadGib: null, fragmentationFactor: null };
