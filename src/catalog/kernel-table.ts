/** One dimension of a table: ascending whole numbers. */
export interface KernelAxis {
  readonly name: string;
  readonly values: readonly number[];
}

/** Where the numbers of a table were measured. */
export interface KernelSource {
  /** The measuring project's name of the machine, for example `h100_sxm`. */
  readonly system: string;
  readonly engine: string;
  readonly engineVersion: string;
  /** How many measurements the table holds. */
  readonly rows: number;
}

/**
 * Measured latencies of one operation on one GPU, as codes (see `codeOfUs`): for every series (one tuple of `keys`, a kernel's
 * shape) a dense grid over `axes`, the last axis running fastest. A code of 0: not measured.
 */
export interface KernelTable {
  /** `operation/variant`, for example `gemm/fp8`. */
  readonly name: string;
  readonly keys: readonly string[];
  readonly axes: readonly KernelAxis[];
  /** The series in ascending order, each with one number for every key. */
  readonly series: readonly (readonly number[])[];
  readonly codes: Uint16Array;
  readonly source: KernelSource;
}

/** The vendor's peaks, by which a latency becomes an efficiency. Dense, per second. */
export interface KernelPeaks {
  readonly memoryBytesPerS: number;
  readonly flopsPerS: { readonly [dtype in 'bf16' | 'fp8' | 'fp4' | 'int8']?: number };
}

/** The tables of one measured GPU. `find` reads a table when it is first asked for. */
export interface KernelTables {
  readonly system: string;
  readonly peaks: KernelPeaks;
  /** Of the pack of all tables; a plan states it, so that it can be reproduced. */
  readonly sha256: string;
  /** The names of all tables, in order. */
  readonly names: readonly string[];
  readonly find: (name: string) => KernelTable | undefined;
}

/** Codes per doubling: half a step is 1.7e-4, far below the noise of any measurement. */
const STEPS_PER_OCTAVE = 2048;
/** log2 of the shortest time in µs that has a code; the longest is 2^24 µs. */
const LOWEST_OCTAVE = -8;

/** The 16-bit code of a latency in µs: 1 + round(2048 × (log2(µs) + 8)). */
export function codeOfUs(us: number): number {
  const code = 1 + Math.round((Math.log2(us) - LOWEST_OCTAVE) * STEPS_PER_OCTAVE);
  if (!(code >= 1 && code <= 0xffff)) throw new RangeError(`no code for ${us} µs`);
  return code;
}

/** ln(µs) of a code; NaN where nothing was measured. */
export function logUsOfCode(code: number): number {
  return code === 0 ? Number.NaN : ((code - 1) / STEPS_PER_OCTAVE + LOWEST_OCTAVE) * Math.LN2;
}
