import { logUsOfCode } from '../../src/catalog/kernel-table.ts';
import type { Distilled } from './distil.ts';

/** ln(µs) of every measured cell, by its keys and its place on the axes. */
export function cellsById({ series, axes, codes }: Distilled): ReadonlyMap<string, number> {
  const cells = new Map<string, number>();
  const size = codes.length / series.length;
  codes.forEach((code, i) => {
    if (code === 0) return;
    let rest = i % size;
    const id: number[] = [];
    for (const { values } of axes.toReversed()) {
      id.push(values[rest % values.length] ?? 0);
      rest = Math.floor(rest / values.length);
    }
    cells.set([...(series[Math.floor(i / size)] ?? []), ...id].join(), logUsOfCode(code));
  });
  return cells;
}

/** How many times longer `a` takes than `b`: the geometric mean over the cells of both; null where they share none. */
export function latencyRatio(a: ReadonlyMap<string, number> | undefined, b: ReadonlyMap<string, number> | undefined): number | null {
  let [sum, count] = [0, 0];
  for (const [id, log] of a ?? []) {
    const other = b?.get(id);
    if (other === undefined) continue;
    sum += log - other;
    count++;
  }
  return count === 0 ? null : Math.exp(sum / count);
}
