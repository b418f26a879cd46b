import { byTuple } from './distil.ts';
import type { Picked } from './pick-versions.ts';

/** Adds the series of an older table that the base lacks, on the grid of the base. Only for tables of one axis. */
export function addSeries(base: Picked, older: Picked): Picked {
  const known = new Set(base.series.map((keys) => keys.join()));
  const extra = older.series.map((keys, s) => ({ keys, s })).filter(({ keys }) => !known.has(keys.join()));
  const [axis, olderAxis] = [base.axes[0], older.axes[0]];
  if (extra.length === 0 || axis === undefined || olderAxis === undefined || base.axes.length !== 1) return base;
  const size = axis.values.length;
  const rows = [
    ...base.series.map((keys, s) => ({ keys, codes: base.codes.subarray(s * size, (s + 1) * size) })),
    ...extra.map(({ keys, s }) => ({ keys, codes: Uint16Array.from(axis.values, codeAt(older, s, olderAxis.values)) })),
  ].sort((a, b) => byTuple(a.keys, b.keys));
  const codes = new Uint16Array(rows.length * size);
  rows.forEach((row, s) => {
    codes.set(row.codes, s * size);
  });
  return {
    ...base,
    series: rows.map((row) => row.keys),
    codes,
    rows: codes.reduce((count, code) => count + (code === 0 ? 0 : 1), 0),
    alsoFrom: [...base.alsoFrom, `${older.engine} ${older.engineVersion}`],
  };
}

function codeAt({ codes }: Picked, series: number, values: readonly number[]): (value: number) => number {
  return (value) => {
    const at = values.indexOf(value);
    return at < 0 ? 0 : (codes[series * values.length + at] ?? 0);
  };
}
