import { cudaTotalOf } from '../catalog/cuda-total.ts';
import type { GpuSpec } from '../catalog/gpu-spec.ts';
import { GPU_LIST } from '../catalog/gpus.ts';
import { GIB } from '../units/bytes.ts';
import type { Readings } from './readings.ts';

/** How far a logged total may lie from a card's usual one: drivers and ECC move it by a few tenths of a GiB. */
const TOLERANCE_FRACTION = 0.006;

/** The cards whose memory, as the driver reports it, is the logged one; the nearest first. */
export function inferGpus({ totalGib, computeCapability }: Readings): readonly GpuSpec[] {
  if (totalGib === null) return [];
  const total = totalGib * GIB;
  return GPU_LIST.flatMap((gpu) => {
    const usual = cudaTotalOf(gpu);
    if (usual === undefined || (computeCapability !== null && gpu.computeCapability !== computeCapability)) return [];
    const [low, high] = usual.range;
    const off = total < low ? low - total : total > high ? total - high : 0;
    return off <= TOLERANCE_FRACTION * usual.value ? [{ gpu, off, from: Math.abs(total - usual.value) }] : [];
  })
    .sort((a, b) => a.off - b.off || (a.gpu.preference ?? 0) - (b.gpu.preference ?? 0) || a.from - b.from || (a.gpu.id < b.gpu.id ? -1 : 1))
    .map(({ gpu }) => gpu);
}
