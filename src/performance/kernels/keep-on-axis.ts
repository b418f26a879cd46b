import type { KernelTable } from '../../catalog/kernel-table.ts';

const kept = new WeakMap<KernelTable, Map<string, KernelTable>>();

/** The table without the values of one axis that do not pass. The same `label` on the same table gives the same object, made once. */
export function keepOnAxis(table: KernelTable, axis: number, label: string, passes: (value: number) => boolean): KernelTable {
  const byLabel = kept.get(table) ?? new Map<string, KernelTable>();
  kept.set(table, byLabel);
  const known = byLabel.get(label);
  if (known !== undefined) return known;
  const part = cutAxis(table, axis, passes);
  byLabel.set(label, part);
  return part;
}

/** The table without the values of one axis that do not pass. */
export function cutAxis(table: KernelTable, axis: number, passes: (value: number) => boolean): KernelTable {
  const values = table.axes[axis]?.values ?? [];
  const indices = values.flatMap((value, i) => (passes(value) ? [i] : []));
  const inner = table.axes.slice(axis + 1).reduce((product, { values }) => product * values.length, 1);
  const outer = table.codes.length / Math.max(1, inner * values.length);
  const codes = new Uint16Array(outer * indices.length * inner);
  for (let o = 0; o < outer; o++) {
    indices.forEach((index, i) => {
      const from = (o * values.length + index) * inner;
      codes.set(table.codes.subarray(from, from + inner), (o * indices.length + i) * inner);
    });
  }
  const axes = table.axes.map((each, a) => (a === axis ? { name: each.name, values: indices.map((index) => values[index] ?? 0) } : each));
  return { ...table, axes, codes };
}
