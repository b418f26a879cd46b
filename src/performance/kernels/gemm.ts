import type { KernelPeaks, KernelTable, KernelTables } from '../../catalog/kernel-table.ts';
import { type Estimate, NOT_MEASURED } from './estimate.ts';
import { gridEstimate, type Work } from './grid-estimate.ts';
import { keepOnAxis } from './keep-on-axis.ts';

/** Bytes of one weight, and the unit that multiplies it: the narrowest of which the part states a peak. */
const GEMM_DTYPES = {
  bf16: { weightBytes: 2, units: ['bf16'] },
  fp8: { weightBytes: 1, units: ['fp8', 'bf16'] },
  fp8_block: { weightBytes: 1, units: ['fp8', 'bf16'] },
  nvfp4: { weightBytes: 0.5625, units: ['fp4', 'fp8', 'bf16'] },
  int8: { weightBytes: 1, units: ['int8', 'bf16'] },
  'int8-weights': { weightBytes: 1, units: ['bf16'] },
  int4: { weightBytes: 0.53125, units: ['bf16'] },
} as const satisfies Record<string, { weightBytes: number; units: readonly (keyof KernelPeaks['flopsPerS'])[] }>;

export type GemmDtype = keyof typeof GEMM_DTYPES;

export interface GemmShape {
  readonly dtype: GemmDtype;
  /** Rows: the tokens of the step. */
  readonly m: number;
  /** Columns of the result, on this rank. */
  readonly n: number;
  /** Length of the sums, on this rank. */
  readonly k: number;
}

/** The fixed part of a kernel's time in the work of a GEMM. @source leave-one-out over n and k: 0.2 to 0.5 points better than none */
const FIXED_US = 3;

/** Kernels that load rows in fours are slower on other counts, the block-scaled FP8 ones by a third. */
const ROW_ALIGNMENT = 4;

/** So many ragged row counts make an axis of their own; coarser tables measured only m = 1. */
const MIN_RAGGED_ROWS = 8;

/**
 * One matrix multiplication, [m, k] × [k, n], in µs, with its launch inside a CUDA graph.
 *
 * Measured: n and k 32 … 65 536, m 1 … 32 768 (m alone up to 4353 in steps of 256, with the counts one above; older tables less).
 * Off the grid the efficiency against `3 µs + flops / peak + bytes / bandwidth` is interpolated. Between two row counts only counts of
 * the same alignment are neighbours: 1024 and 1025 rows differ by up to a half.
 */
export function gemmUs(tables: KernelTables, { dtype, m, n, k }: GemmShape): Estimate {
  const table = tables.find(`gemm/${dtype}`);
  if (table === undefined) return NOT_MEASURED;
  return gridEstimate(rowsLike(table, m), 0, [n, k, m], gemmWork(tables.peaks, dtype));
}

/** Theoretical µs of a point [n, k, m]. */
export function gemmWork(peaks: KernelPeaks, dtype: GemmDtype): Work {
  const { weightBytes, units } = GEMM_DTYPES[dtype];
  const flopsPerS = units.map((unit) => peaks.flopsPerS[unit]).find((peak) => peak !== undefined) ?? Number.POSITIVE_INFINITY;
  return ([n = 0, k = 0, m = 0]) => {
    const bytes = n * k * weightBytes + 2 * m * (n + k);
    return FIXED_US + (1e6 * 2 * m * n * k) / flopsPerS + (1e6 * bytes) / peaks.memoryBytesPerS;
  };
}

/** The part of the table with row counts that are aligned as `m` is; above the last ragged count there are only aligned ones. */
function rowsLike(table: KernelTable, m: number): KernelTable {
  const values = table.axes[2]?.values ?? [];
  const ragged = values.filter((value) => value % ROW_ALIGNMENT !== 0);
  if (ragged.length < MIN_RAGGED_ROWS) return table;
  if (m % ROW_ALIGNMENT === 0) return keepOnAxis(table, 2, 'aligned', (value) => value % ROW_ALIGNMENT === 0);
  const last = ragged.at(-1) ?? 0;
  return keepOnAxis(table, 2, 'ragged', (value) => value % ROW_ALIGNMENT !== 0 || value > last);
}
