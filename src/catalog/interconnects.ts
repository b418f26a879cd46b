import type { PcieLink } from './gpu-spec.ts';

/** Line rate per lane in transfers per second, and the share that is payload after line coding. */
const PCIE_LANE = {
  3: { transfersPerS: 8e9, codingFraction: 128 / 130 },
  4: { transfersPerS: 16e9, codingFraction: 128 / 130 },
  5: { transfersPerS: 32e9, codingFraction: 128 / 130 },
  6: { transfersPerS: 64e9, codingFraction: 242 / 256 },
} as const satisfies Record<PcieLink['generation'], { transfersPerS: number; codingFraction: number }>;

/**
 * Bytes per second in one direction over a PCIe link, before packet headers.
 *
 *   transfers per second × coding ÷ 8 × lanes        (generation 4 × 16: 31.5 GB/s)
 *
 * Headers and flow control take another 10 to 20 % in practice; that belongs to the cost model, not here.
 *
 * @source PCI Express base specifications 3.0 to 6.0
 */
export function pcieBytesPerSPerDirection({ generation, lanes }: PcieLink): number {
  const { transfersPerS, codingFraction } = PCIE_LANE[generation];
  return ((transfersPerS * codingFraction) / 8) * lanes;
}
