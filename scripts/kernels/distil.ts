import { codeOfUs, type KernelTable } from '../../src/catalog/kernel-table.ts';
import type { Operation } from './operations.ts';
import { readColumns } from './read-columns.ts';

/** Less is the noise of a difference of two clocks (`computescale` is one). */
const SHORTEST_US = 0.01;

interface Cell {
  readonly keys: readonly number[];
  readonly at: readonly number[];
  /** Latency in µs of every part; the fastest of its rivals. */
  readonly parts: Map<string, number>;
}

export interface Distilled extends Omit<KernelTable, 'source' | 'name'> {
  readonly variant: string;
  /** Cells that are filled. */
  readonly rows: number;
}

/**
 * The tables in one Parquet file. Of rival measurements of one cell the fastest counts: versions measure the kernel that the engine
 * picks, so rivals are repeats or models that share a shape. Parts of one operation are added; a cell that lacks a part is left out.
 */
export async function distil(operation: Operation, path: string): Promise<Distilled[]> {
  const columns = await readColumns(path, [...operation.columns, 'latency']);
  const tables = new Map<string, Map<string, Cell>>();
  for (let row = 0; row < columns.rows; row++) {
    const measurement = operation.read(columns, row);
    if (measurement === null) continue;
    const us = Math.max(1000 * columns.number('latency', row), SHORTEST_US);
    const { variant, keys, at, part = '' } = measurement;
    const cells = tables.get(variant) ?? new Map<string, Cell>();
    tables.set(variant, cells);
    const id = [...keys, ...at].join();
    const cell = cells.get(id) ?? { keys, at, parts: new Map<string, number>() };
    cells.set(id, cell);
    cell.parts.set(part, Math.min(us, cell.parts.get(part) ?? Number.POSITIVE_INFINITY));
  }
  return [...tables].sort(([a], [b]) => (a < b ? -1 : 1)).map(([variant, cells]) => layOut(operation, variant, [...cells.values()]));
}

function layOut(operation: Operation, variant: string, cells: readonly Cell[]): Distilled {
  const parts = new Set(cells.flatMap((cell) => [...cell.parts.keys()]));
  const whole = cells.filter((cell) => cell.parts.size === parts.size);
  const axes = operation.axes.map((name, a) => ({ name, values: ascending(whole.map((cell) => cell.at[a] ?? 0)) }));
  const series = [...new Map(whole.map((cell) => [cell.keys.join(), cell.keys])).values()].sort(byTuple);
  const seriesIndex = new Map(series.map((keys, s) => [keys.join(), s]));
  const axisIndex = axes.map((axis) => new Map(axis.values.map((value, i) => [value, i])));
  const codes = new Uint16Array(series.length * axes.reduce((product, axis) => product * axis.values.length, 1));
  for (const cell of whole) {
    let index = seriesIndex.get(cell.keys.join()) ?? 0;
    axes.forEach((axis, a) => {
      index = index * axis.values.length + (axisIndex[a]?.get(cell.at[a] ?? 0) ?? 0);
    });
    codes[index] = codeOfUs([...cell.parts.values()].reduce((sum, us) => sum + us, 0));
  }
  return { variant, keys: operation.keys, axes, series, codes, rows: whole.length };
}

function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

export function byTuple(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
