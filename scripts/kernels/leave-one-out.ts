import { type KernelTable, type KernelTables, logUsOfCode } from '../../src/catalog/kernel-table.ts';
import { type Estimate, usOf } from '../../src/performance/kernels/estimate.ts';
import { cutAxis } from '../../src/performance/kernels/keep-on-axis.ts';

/** Asks the lookup for one cell: the keys of its series and its place on the axes. */
export type Ask = (tables: KernelTables, keys: readonly number[], at: readonly number[]) => Estimate;

/** Relative errors of what was left out, under one heading. */
export interface Errors {
  readonly what: string;
  readonly errors: readonly number[];
}

/** At most so many cells are asked for of one table and axis; spread evenly, the same ones every time. */
const MAX_CELLS = 3000;

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
  return { what: table.axes[axis]?.name ?? '', errors };
}

/** Takes the series of one group out of the table and asks for its cells. Estimates out of range count too where `guesses` is set. */
export function leaveOutSeries(
  tables: KernelTables,
  table: KernelTable,
  ask: Ask,
  groupOf: (keys: readonly number[]) => string,
  guesses = false,
): Errors {
  const errors: number[] = [];
  const cells = table.codes.length / table.series.length;
  const step = Math.max(1, Math.floor(table.codes.length / MAX_CELLS));
  const parts = (passes: (keys: readonly number[]) => boolean): KernelTable => {
    const kept = [...table.series.keys()].filter((s) => passes(table.series[s] ?? []));
    const codes = Uint16Array.from(kept.flatMap((s) => [...table.codes.subarray(s * cells, (s + 1) * cells)]));
    return { ...table, series: kept.map((s) => table.series[s] ?? []), codes };
  };
  for (const group of new Set(table.series.map(groupOf))) {
    const rest = withTable(
      tables,
      parts((keys) => groupOf(keys) !== group),
    );
    let seen = 0;
    for (const { keys, at, code } of cellsOf(parts((keys) => groupOf(keys) === group))) {
      if (seen++ % step === 0) push(errors, ask(rest, keys, at), code, guesses);
    }
  }
  return { what: guesses ? 'other model' : 'shape', errors };
}

function push(errors: number[], estimate: Estimate, code: number, guesses = false): void {
  const us = guesses || estimate.basis !== 'outOfRange' ? usOf(estimate) : null;
  if (us !== null) errors.push(Math.abs(us / Math.exp(logUsOfCode(code)) - 1));
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
