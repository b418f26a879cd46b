import type { GpuSpec } from '../catalog/gpu-spec.ts';

/** Compute capabilities of Hopper and of Blackwell's data-centre parts, whose launches and small kernels are the quickest. */
const FAST_PARTS: readonly string[] = ['9.0', '10.0', '10.3'];

export function isFastPart({ computeCapability }: GpuSpec): boolean {
  return computeCapability !== undefined && FAST_PARTS.includes(computeCapability);
}
