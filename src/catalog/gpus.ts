import type { GpuSpec } from './gpu-spec.ts';
import { AMD } from './gpus/amd.ts';
import { INTEL } from './gpus/intel.ts';
import { NVIDIA_ADA } from './gpus/nvidia-ada.ts';
import { NVIDIA_AMPERE } from './gpus/nvidia-ampere.ts';
import { NVIDIA_BLACKWELL } from './gpus/nvidia-blackwell.ts';
import { NVIDIA_BLACKWELL_RTX } from './gpus/nvidia-blackwell-rtx.ts';
import { NVIDIA_HOPPER } from './gpus/nvidia-hopper.ts';
import { NVIDIA_INTEGRATED } from './gpus/nvidia-integrated.ts';
import { NVIDIA_LAPTOP } from './gpus/nvidia-laptop.ts';
import { NVIDIA_MIG } from './gpus/nvidia-mig.ts';
import { NVIDIA_PASCAL_VOLTA_TURING } from './gpus/nvidia-pascal-volta-turing.ts';

/** Every GPU that we know, by vendor, generation and memory; laptop parts and slices behind the cards. */
export const GPUS = {
  ...AMD,
  ...INTEL,
  ...NVIDIA_PASCAL_VOLTA_TURING,
  ...NVIDIA_AMPERE,
  ...NVIDIA_ADA,
  ...NVIDIA_HOPPER,
  ...NVIDIA_BLACKWELL,
  ...NVIDIA_BLACKWELL_RTX,
  ...NVIDIA_INTEGRATED,
  ...NVIDIA_LAPTOP,
  ...NVIDIA_MIG,
} as const satisfies Record<string, GpuSpec>;

export type GpuId = keyof typeof GPUS;

/** The rows in catalog order. */
export const GPU_LIST: readonly GpuSpec[] = Object.values(GPUS);
