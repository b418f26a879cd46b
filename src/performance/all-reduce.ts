import type { PcieLink } from '../catalog/gpu-spec.ts';
import { pcieBytesPerSPerDirection } from '../catalog/interconnects.ts';
import { BYTES_OF_DTYPE } from '../model/model-spec.ts';
import { CALIBRATION } from './calibration.ts';
import type { ForecastInput } from './forecast-types.ts';

/** Stands in where the card's link is not stated: the slowest that a card of today is put on. */
export const UNKNOWN_PCIE: PcieLink = { generation: 3, lanes: 16 };

interface Link {
  readonly latencyS: number;
  readonly bytesPerS: number;
}

/**
 * Adds up the hidden states of `tokens` tokens over the tensor-parallel group.
 *
 *   latency + 2 (n − 1) / n × tokens × hidden × bytes / bandwidth
 */
export function reduceS(tokens: number, input: ForecastInput): number {
  const ranks = input.layout.tensorParallel;
  if (ranks === 1) return 0;
  const { latencyS, bytesPerS } = linkOf(input);
  const bytes = tokens * input.model.hiddenSize * BYTES_OF_DTYPE[input.settings.dtype];
  return latencyS + (((2 * (ranks - 1)) / ranks) * bytes) / bytesPerS;
}

function linkOf({ gpu, fastLink }: ForecastInput): Link {
  if (fastLink && gpu.link !== undefined) {
    return { latencyS: CALIBRATION.fabricReduceS, bytesPerS: gpu.link.bytesPerSPerDirection.value * CALIBRATION.fabricFraction };
  }
  const pcie = pcieBytesPerSPerDirection(gpu.pcie?.value ?? UNKNOWN_PCIE) * CALIBRATION.pcieFraction;
  if (gpu.peerToPeer) return { latencyS: CALIBRATION.peerReduceS, bytesPerS: pcie };
  return { latencyS: CALIBRATION.hostReduceS, bytesPerS: pcie / 2 };
}
