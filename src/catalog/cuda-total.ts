import { type Bytes, bytes, MIB } from '../units/bytes.ts';
import type { GpuSpec } from './gpu-spec.ts';

/** The total that CUDA, HIP or Level Zero reports for a card: vLLM multiplies its utilisation by it. */
export interface CudaTotal {
  /** `reported`: read from a log of this card. `estimated`: worked out from another total; say so to the user. */
  readonly basis: 'reported' | 'estimated';
  readonly value: Bytes;
  /** What drivers of different age report, or how far the estimate was off on cards where both totals are known. */
  readonly range: readonly [Bytes, Bytes];
  readonly source: string;
}

/** @source fit over the discrete NVIDIA rows of the catalog that have both totals; `cuda-total.test.ts` replays it */
const FIXED_GAP_BYTES = 360 * MIB;
const GAP_FRACTION = 0.002;
/** ECC and the driver (535 to 590) move the gap by this much; newer drivers keep more for themselves. */
const GAP_ABOVE_BYTES = 250 * MIB;
const GAP_BELOW_BYTES = 175 * MIB;

/**
 * What CUDA reports on a discrete NVIDIA card under Linux, when only the nvidia-smi total is known.
 *
 *   nvml − (360 MiB + 0.2 % of nvml), at worst 250 MiB less or 175 MiB more
 *
 * 81559 MiB (H100) gives 81036 MiB; the log says 81089.
 *
 * @param nvmlTotalBytes total of nvidia-smi; checked from 8 GiB to 288 GiB
 */
export function estimateCudaTotal(nvmlTotalBytes: Bytes): CudaTotal {
  const value = nvmlTotalBytes - FIXED_GAP_BYTES - Math.round(nvmlTotalBytes * GAP_FRACTION);
  return estimated('nvidia-smi total less 360 MiB and 0.2 %, fitted to the cards with both totals known', nvmlTotalBytes, {
    value,
    low: value - GAP_ABOVE_BYTES,
    high: value + GAP_BELOW_BYTES,
  });
}

/**
 * What HIP reports on an AMD card of which only the board memory is known: 16 MiB less.
 *
 * Exact on MI250X, MI300X and RX 7900 XTX; the R9700 keeps 144 MiB and some MI300X hosts 317 MiB, hence the range.
 *
 * @source PyTorch and llama.cpp device lists of those cards
 */
export function estimateHipTotal(boardMemoryBytes: Bytes): CudaTotal {
  const value = boardMemoryBytes - 16 * MIB;
  return estimated('board memory less 16 MiB, as on MI250X, MI300X and RX 7900 XTX', boardMemoryBytes, {
    value,
    low: boardMemoryBytes - 320 * MIB,
    high: value,
  });
}

/**
 * What Level Zero reports on an Intel Arc card of which only the board memory is known: 94.5 % of it.
 *
 * @source PyTorch XPU device properties: Arc Pro B60 23256 of 24576 MiB (94.6 %), Arc A770 15473 of 16384 MiB (94.4 %)
 */
export function estimateLevelZeroTotal(boardMemoryBytes: Bytes): CudaTotal {
  const share = (fraction: number): number => Math.round(boardMemoryBytes * fraction);
  return estimated('94.5 % of the board memory, as on Arc A770 and Arc Pro B60', boardMemoryBytes, {
    value: share(0.945),
    low: share(0.94),
    high: share(0.95),
  });
}

/** The total to plan with: the reported one, else an estimate that says so, else nothing. */
export function cudaTotalOf(gpu: GpuSpec): CudaTotal | undefined {
  const reported = gpu.cudaTotalBytes;
  if (reported !== undefined) {
    const range = gpu.cudaTotalRangeBytes?.value ?? ([reported.value, reported.value] as const);
    return { basis: 'reported', value: reported.value, range, source: reported.source };
  }
  if (gpu.vendor === 'nvidia') return optional(estimateCudaTotal, gpu.nvmlTotalBytes?.value);
  return optional(gpu.vendor === 'amd' ? estimateHipTotal : estimateLevelZeroTotal, gpu.boardMemoryBytes?.value);
}

/**
 * What CUDA reports under Windows and WSL2: all but 1 MiB of what nvidia-smi shows, because Windows manages the reserve itself.
 *
 * @source llama.cpp and PyTorch logs of RTX 3070, 3080, 4060 Ti, 4080, 4090, 5070, 5070 Ti, 5090 and RTX PRO 6000
 */
export function cudaTotalOnWindows(nvmlTotalBytes: Bytes): Bytes {
  return bytes(Math.max(0, nvmlTotalBytes - MIB));
}

function optional(estimate: (total: Bytes) => CudaTotal, total: Bytes | undefined): CudaTotal | undefined {
  return total === undefined ? undefined : estimate(total);
}

function estimated(source: string, ceiling: Bytes, guess: { value: number; low: number; high: number }): CudaTotal {
  const clamp = (n: number): Bytes => bytes(Math.min(ceiling, Math.max(0, n)));
  return { basis: 'estimated', value: clamp(guess.value), range: [clamp(guess.low), clamp(guess.high)], source };
}
