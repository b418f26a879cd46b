import type { Bytes } from '../units/bytes.ts';

/** One GPU as this host's driver describes it. What the tool does not say is null. */
export interface HostGpu {
  readonly vendor: 'nvidia' | 'amd';
  /** As the driver prints it: "NVIDIA H100 80GB HBM3". */
  readonly name: string;
  /** Total that the driver's tool reports, which is a little more than what CUDA or HIP hands out. */
  readonly totalBytes: Bytes | null;
  readonly computeCapability: string | null;
  readonly driverVersion: string | null;
  readonly cudaVersion: string | null;
}

/** The GPUs of a host and how they are wired. */
export interface HostSpec {
  readonly gpus: readonly HostGpu[];
  readonly interconnect: 'nvlink' | 'pcie' | 'unknown';
  /** The tool that answered; null when none did. */
  readonly tool: 'nvidia-smi' | 'amd-smi' | 'rocm-smi' | null;
}

export const NO_GPUS: HostSpec = { gpus: [], interconnect: 'unknown', tool: null };
