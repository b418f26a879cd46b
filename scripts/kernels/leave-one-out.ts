import { type KernelTable, type KernelTables, logUsOfCode } from '../../src/catalog/kernel-table.ts';
import type { Estimate } from '../../src/performance/kernels/estimate.ts';
import { cutAxis } from '../../src/performance/kernels/keep-on-axis.ts';

/** Asks the lookup for one cell: the keys of its series and its place on the axes. */
export type Ask = (tables: KernelTables, keys: readonly number[], at: readonly number[]) => Estimate;

export interface Errors {
  readonly what: string;
  readonly count: number;
  readonly median: number;
  readonly p90: number;
}

/** At most so many cells are asked for of one table and axis; spread evenly, the same ones every time. */
const MAX_CELLS = 4000;

/** Takes one value of an axis out of the table and asks for its cells, for every value but the first and the last. */
export function leaveOutAxis(tables: KernelTables, table: KernelTable, axis: number, ask: Ask): Errors {
  const values = table.axes[axis]?.values ?? [];
  const errors: number[] = [];
  const step = Math.max(1, Math.floor(table.codes.length / MAX_CELLS));
  values.slice(1, -1).forEach((left) => {
    const rest = withTable(
      tables,
      cutAxis(table, axis, (value) => value !== left),
    );
    let seen = 0;
    for (const { keys, at, code } of cellsOf(table)) {
      if (at[axis] === left && seen++ % step === 0) push(errors, ask(rest, keys, at), code);
    }
  });
  return summarise(table.axes[axis]?.name ?? '', errors);
}

/** Takes one series out of the table and asks for its cells. */
export function leaveOutSeries(tables: KernelTables, table: KernelTable, ask: Ask): Errors {
  const errors: number[] = [];
  const cells = table.codes.length / table.series.length;
  const step = Math.max(1, Math.floor(table.codes.length / MAX_CELLS));
  table.series.forEach((left, s) => {
    const codes = Uint16Array.from([...table.codes.subarray(0, s * cells), ...table.codes.subarray((s + 1) * cells)]);
    const rest = withTable(tables, { ...table, series: table.series.filter((keys) => keys !== left), codes });
    let seen = 0;
    for (const { keys, at, code } of cellsOf({ ...table, series: [left], codes: table.codes.subarray(s * cells, (s + 1) * cells) })) {
      if (seen++ % step === 0) push(errors, ask(rest, keys, at), code);
    }
  });
  return summarise('shape', errors);
}

function push(errors: number[], estimate: Estimate, code: number): void {
  if (estimate.basis !== 'outOfRange') errors.push(Math.abs(Math.exp(Math.log(estimate.latencyUs) - logUsOfCode(code)) - 1));
}

function withTable(tables: KernelTables, table: KernelTable): KernelTables {
  return { ...tables, find: (name) => (name === table.name ? table : tables.find(name)) };
}

function* cellsOf(table: KernelTable): Generator<{ keys: readonly number[]; at: number[]; code: number }> {
  const cells = table.codes.length / table.series.length;
  for (const [s, keys] of table.series.entries()) {
    for (let i = 0; i < cells; i++) {
      const code = table.codes[s * cells + i] ?? 0;
      if (code === 0) continue;
      let rest = i;
      const at = table.axes.map(() => 0);
      for (let a = table.axes.length - 1; a >= 0; a--) {
        const values = table.axes[a]?.values ?? [];
        at[a] = values[rest % values.length] ?? 0;
        rest = Math.floor(rest / values.length);
      }
      yield { keys, at, code };
    }
  }
}

function summarise(what: string, errors: number[]): Errors {
  const sorted = errors.sort((a, b) => a - b);
  const quantile = (q: number): number => sorted[Math.floor(q * (sorted.length - 1))] ?? Number.NaN;
  return { what, count: sorted.length, median: quantile(0.5), p90: quantile(0.9) };
}
