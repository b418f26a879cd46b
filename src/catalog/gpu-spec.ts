import { type Bytes, bytes, GIB, MIB } from '../units/bytes.ts';

/** A number and where it comes from, short enough to print behind it. */
export interface Sourced<T> {
  readonly value: T;
  readonly source: string;
}

/** Puts the source next to its value: `from('vendor datasheet', 3.35e12)`. */
export function from<const T>(source: string, value: T): Sourced<T> {
  return { value, source };
}

/** A memory total that a tool prints in MiB. */
export function fromMib(source: string, mib: number): Sourced<Bytes> {
  return { value: bytes(mib * MIB), source: `${source}, ${mib} MiB` };
}

/** A memory size of a datasheet that is a whole number of GiB. */
export function fromGib(source: string, gib: number): Sourced<Bytes> {
  return { value: bytes(gib * GIB), source };
}

/** The lowest and the highest total that drivers of different age report for one card, in MiB. */
export function rangeMib(source: string, low: number, high: number): Sourced<readonly [Bytes, Bytes]> {
  return { value: [bytes(low * MIB), bytes(high * MIB)], source: `${source}, ${low} to ${high} MiB` };
}

export const GPU_VENDORS = ['amd', 'intel', 'nvidia'] as const;
export type GpuVendor = (typeof GPU_VENDORS)[number];

export const COMPUTE_DTYPES = ['fp32', 'fp16', 'bf16', 'int8', 'fp8', 'fp4'] as const;
export type ComputeDtype = (typeof COMPUTE_DTYPES)[number];

/** Dense peaks in FLOP/s (or integer operations per second), one multiply-add counted as two. Absent: no such unit, or not known. */
export type DenseFlops = { readonly [dtype in ComputeDtype]?: Sourced<number> };

/** The vendor's own GPU-to-GPU link. */
export interface GpuLink {
  readonly kind: 'nvlink' | 'infinity-fabric' | 'xe-link';
  /** What one GPU can send, which is half of the "bidirectional" number of most datasheets. */
  readonly bytesPerSPerDirection: Sourced<number>;
  /** `board`: always there. `bridge`: an extra part that may be missing; ask the host. */
  readonly fitted: 'board' | 'bridge';
  /** How many GPUs one link domain joins. On NVL72 racks it spans hosts. */
  readonly maxGpus: number;
}

export interface PcieLink {
  readonly generation: 3 | 4 | 5 | 6;
  readonly lanes: 8 | 16;
}

/**
 * One GPU as vLLM sees it: what one worker process gets. A board with several GPUs (A16, MI250X, Max 1550) has a row for one of them.
 *
 * Users may add rows of their own as JSON of the same shape. A minimal one, with sizes in bytes and rates per second:
 *
 * ```json
 * {
 *   "id": "acme-x1", "label": "ACME X1 48 GB", "vendor": "nvidia", "architecture": "Ada Lovelace", "computeCapability": "8.9",
 *   "names": ["acme x1 [48gb]"],
 *   "nvmlTotalBytes": { "value": 48305799168, "source": "nvidia-smi" },
 *   "memoryBandwidthBytesPerS": { "value": 864000000000, "source": "vendor datasheet" },
 *   "denseFlopsPerS": { "bf16": { "value": 181000000000000, "source": "vendor datasheet, dense" } },
 *   "integrated": false, "peerToPeer": true
 * }
 * ```
 */
export interface GpuSpec {
  /** Kebab case, unique, and the key of the row. */
  readonly id: string;
  readonly label: string;
  readonly vendor: GpuVendor;
  readonly architecture: string;
  /** NVIDIA only: decides kernels and dtypes. */
  readonly computeCapability?: `${number}.${number}`;
  /** AMD only: the compiler target. */
  readonly gfxTarget?: `gfx${string}`;
  /**
   * Ways in which people write it, for `matchGpu`: lower-case words; words in brackets may be left out.
   * `h100 [sxm] [80gb]` accepts "h100", "h100 sxm" and "H100-80GB", and refuses "h100 48gb".
   */
  readonly names: readonly string[];
  /** The exact name that the driver prints, where the family name alone would be ambiguous: "NVIDIA H200" is the SXM part. */
  readonly driverName?: string;
  /** Which row a bare family name means: the lowest wins. Absent: 0. */
  readonly preference?: number;

  /** What CUDA or HIP reports (cudaMemGetInfo): vLLM's budget. Never the number on the box. Absent: not seen yet, see `cudaTotalOf`. */
  readonly cudaTotalBytes?: Sourced<Bytes>;
  /** Totals seen with other drivers, where they differ. */
  readonly cudaTotalRangeBytes?: Sourced<readonly [Bytes, Bytes]>;
  /** What nvidia-smi and NVML (or amd-smi) report: vLLM picks its batch defaults by it. Absent: the tool does not answer, or not seen yet. */
  readonly nvmlTotalBytes?: Sourced<Bytes>;
  /** What the memory chips hold. Only on rows where no tool's total has been seen; `cudaTotalOf` turns it into an estimate. */
  readonly boardMemoryBytes?: Sourced<Bytes>;
  /** cudaMemGetInfo total minus free on an idle card, once a CUDA context exists. */
  readonly contextBytes?: Sourced<Bytes>;
  readonly memoryBandwidthBytesPerS: Sourced<number>;
  readonly denseFlopsPerS: DenseFlops;

  /** Shares physical memory with the CPU, so vLLM takes the host's available memory for the free memory. */
  readonly integrated: boolean;
  readonly link?: GpuLink;
  readonly pcie?: Sourced<PcieLink>;
  /** GPUs can read each other's memory directly over PCIe with the stock driver. False: every copy goes through host memory. */
  readonly peerToPeer: boolean;
  readonly tdpWatts?: Sourced<number>;
  /** Streaming multiprocessors, compute units or Xe cores. */
  readonly multiprocessors?: Sourced<number>;
}

/** FLOP per clock and multiprocessor, dense. */
export type ClockRates = { readonly [dtype in ComputeDtype]?: number };

export interface ClockedPart {
  /** Whose table the rates are from. */
  readonly source: string;
  readonly rates: ClockRates;
  readonly multiprocessors: number;
  readonly boostMHz: number;
}

/**
 * Dense peaks of a part of which the vendor states multiprocessors and boost clock rather than a number per dtype.
 *
 *   multiprocessors × FLOP per clock × boost clock
 *
 * The boost clock is the vendor's reference; a card under sustained load can be some percent slower.
 */
export function peaksFromClock({ source, rates, multiprocessors, boostMHz }: ClockedPart): DenseFlops {
  const peaks: { -readonly [dtype in ComputeDtype]?: Sourced<number> } = {};
  for (const dtype of COMPUTE_DTYPES) {
    const rate = rates[dtype];
    if (rate === undefined) continue;
    peaks[dtype] = from(
      `${multiprocessors} × ${rate} FLOP/clock × ${boostMHz} MHz, dense, ${source}`,
      multiprocessors * rate * boostMHz * 1e6,
    );
  }
  return peaks;
}

/** Dense peaks that share one source, in TFLOPS or TOPS as datasheets print them. */
export function peaksTflops(source: string, tflops: ClockRates): DenseFlops {
  const peaks: { -readonly [dtype in ComputeDtype]?: Sourced<number> } = {};
  for (const dtype of COMPUTE_DTYPES) {
    const value = tflops[dtype];
    if (value !== undefined) peaks[dtype] = from(source, Math.round(value * 1e6) * 1e6);
  }
  return peaks;
}
