import { type ClockRates, from, fromMib, type GpuSpec, peaksFromClock } from '../gpu-spec.ts';
import { ADA_GEFORCE, GB20X_GEFORCE } from './rates.ts';

const NVIDIA_COMPARE = 'nvidia.com/de-de/geforce/gaming-laptops/compare';

/** Cores and boost clock of the highest power limit are the page's; the rates per clock are the chip family's. */
function laptop(family: { readonly source: string; readonly rates: ClockRates }, cores: number, boostMHz: number, page: string) {
  const multiprocessors = cores / 128;
  return {
    multiprocessors: from(`${page}, ${cores} CUDA cores of 128 per SM`, multiprocessors),
    denseFlopsPerS: peaksFromClock({
      source: `${family.source}; cores and clock from ${page}`,
      rates: family.rates,
      multiprocessors,
      boostMHz,
    }),
  };
}

/** Laptop parts: other chips, clocks and memory than the cards of the same number. PCIe lanes only where a page states them. */
export const NVIDIA_LAPTOP = {
  'rtx-4060-laptop-8gb': {
    id: 'rtx-4060-laptop-8gb',
    label: 'NVIDIA GeForce RTX 4060 Laptop 8 GB',
    vendor: 'nvidia',
    architecture: 'Ada Lovelace',
    computeCapability: '8.9',
    names: ['[rtx] 4060 laptop [8gb]', '[rtx] 4060 mobile [8gb]'],
    nvmlTotalBytes: fromMib('nvidia-smi --query-gpu in public logs (GitHub text 65934768854)', 8188),
    memoryBandwidthBytesPerS: from('128 bit of the NVIDIA comparison page × 16 Gbps of accel-sim/gpgpu-sim_distribution PR 135', 256e9),
    ...laptop(ADA_GEFORCE, 3072, 2370, NVIDIA_COMPARE),
    integrated: false,
    peerToPeer: false,
  },
  'rtx-4070-laptop-8gb': {
    id: 'rtx-4070-laptop-8gb',
    label: 'NVIDIA GeForce RTX 4070 Laptop 8 GB',
    vendor: 'nvidia',
    architecture: 'Ada Lovelace',
    computeCapability: '8.9',
    names: ['[rtx] 4070 laptop [8gb]', '[rtx] 4070 mobile [8gb]'],
    nvmlTotalBytes: fromMib('nvidia-smi --query-gpu in public logs (GitHub text 70224777412)', 8188),
    memoryBandwidthBytesPerS: from('chaynikam.info, GeForce RTX 4070 Mobile', 256e9),
    ...laptop(ADA_GEFORCE, 4608, 2175, NVIDIA_COMPARE),
    integrated: false,
    peerToPeer: false,
  },
  'rtx-4080-laptop-12gb': {
    id: 'rtx-4080-laptop-12gb',
    label: 'NVIDIA GeForce RTX 4080 Laptop 12 GB',
    vendor: 'nvidia',
    architecture: 'Ada Lovelace',
    computeCapability: '8.9',
    names: ['[rtx] 4080 laptop [12gb]', '[rtx] 4080 mobile [12gb]'],
    nvmlTotalBytes: fromMib('nvidia-smi --query-gpu in public logs (GitHub text 69828737865)', 12282),
    memoryBandwidthBytesPerS: from('data-check.eu, RTX 4080 Laptop GPU', 432e9),
    ...laptop(ADA_GEFORCE, 7424, 2280, NVIDIA_COMPARE),
    integrated: false,
    peerToPeer: false,
  },
  'rtx-4090-laptop-16gb': {
    id: 'rtx-4090-laptop-16gb',
    label: 'NVIDIA GeForce RTX 4090 Laptop 16 GB',
    vendor: 'nvidia',
    architecture: 'Ada Lovelace',
    computeCapability: '8.9',
    names: ['[rtx] 4090 laptop [16gb]', '[rtx] 4090 mobile [16gb]'],
    nvmlTotalBytes: fromMib('nvidia-smi --query-gpu in public logs (GitHub text 61179369882)', 16376),
    memoryBandwidthBytesPerS: from('fpsbench.com, GeForce RTX 4090 Mobile', 576e9),
    ...laptop(ADA_GEFORCE, 9728, 2040, NVIDIA_COMPARE),
    integrated: false,
    pcie: from('fpsbench.com, GeForce RTX 4090 Mobile', { generation: 4, lanes: 16 }),
    peerToPeer: false,
  },
  'rtx-5090-laptop-24gb': {
    id: 'rtx-5090-laptop-24gb',
    label: 'NVIDIA GeForce RTX 5090 Laptop 24 GB',
    vendor: 'nvidia',
    architecture: 'Blackwell',
    computeCapability: '12.0',
    names: ['[rtx] 5090 laptop [24gb]', '[rtx] 5090 mobile [24gb]'],
    nvmlTotalBytes: fromMib('nvidia-smi --query-gpu in public logs (GitHub text 65798008564)', 24463),
    memoryBandwidthBytesPerS: from('pcpartdb.com, GeForce RTX 5090 Mobile', 896e9),
    ...laptop(GB20X_GEFORCE, 10496, 2160, 'hmc-tech.com, GeForce RTX 5090 Laptop 150W'),
    integrated: false,
    peerToPeer: false,
  },
} as const satisfies Record<string, GpuSpec>;
