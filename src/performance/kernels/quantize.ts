import type { KernelTables } from '../../catalog/kernel-table.ts';
import { type Estimate, NOT_MEASURED, usOf } from './estimate.ts';
import { gridEstimate } from './grid-estimate.ts';

export interface Quantize {
  /** `static`: the scale is known; `dynamic`: it is the largest value of each row. */
  readonly scale: 'static' | 'dynamic';
  /** Rows (tokens) and columns of the activation. */
  readonly m: number;
  readonly k: number;
}

export interface MlaProjection {
  /** `pre`: queries into the latent space; `post`: results out of it. */
  readonly side: 'pre' | 'post';
  readonly heads: number;
  readonly tokens: number;
}

/**
 * Turns 16-bit activations into FP8, in µs, unfused. Measured: k 32 … 65 536, m 1 … 32 768. A dynamic scale adds the difference that
 * was measured between the two kernels, half a microsecond at least.
 */
export function quantizeUs(tables: KernelTables, { scale, m, k }: Quantize): Estimate {
  const fixed = tables.find('quantize/fp8-static');
  const extra = tables.find('quantize/fp8-dynamic-extra');
  if (fixed === undefined || extra === undefined) return NOT_MEASURED;
  const at = (table: typeof fixed) =>
    gridEstimate(table, 0, [k, m], ([columns = 1, rows = 1]) => 2 + (3e6 * columns * rows) / tables.peaks.memoryBytesPerS);
  const base = at(fixed);
  if (scale === 'static') return base;
  const more = usOf(at(extra)) ?? 0;
  if (base.basis !== 'outOfRange') return { ...base, latencyUs: base.latencyUs + more };
  return base.nearest === null ? base : { ...base, nearest: { latencyUs: base.nearest.latencyUs, scaledUs: base.nearest.scaledUs + more } };
}

/**
 * The batched products around MLA's absorbed decode attention, in µs, 16-bit. The `mla` modules contain them; they are for the
 * kernel-only tables. Measured: 1 … 128 heads, 1 … 20 480 tokens.
 */
export function mlaProjectionUs(tables: KernelTables, { side, heads, tokens }: MlaProjection): Estimate {
  const table = tables.find(`mla-bmm/${side}`);
  if (table === undefined) return NOT_MEASURED;
  const bytes = (h: number, t: number) => 2 * h * (128 * 512 + t * (128 + 512));
  return gridEstimate(table, 0, [heads, tokens], ([h = 1, t = 1]) => 3 + (1e6 * bytes(h, t)) / tables.peaks.memoryBytesPerS);
}
