import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Distilled, distil } from './distil.ts';
import type { Operation } from './operations.ts';

/** The engine whose kernels we forecast comes first; the others only fill what it lacks. */
const ENGINES = ['vllm', 'nccl', 'sglang', 'trtllm'];

export interface Picked extends Distilled {
  readonly engine: string;
  readonly engineVersion: string;
  /** Versions that added shapes, if any. */
  readonly alsoFrom: readonly string[];
}

/** The tables of one operation on one system: each variant from the newest version that has it. */
export async function pickVersions(dataDir: string, system: string, operation: Operation): Promise<Picked[]> {
  const folder = join(dataDir, system, operation.folder);
  if (operation.unless !== undefined && versionsOf(folder, operation.unless).length > 0) return [];
  const picked = new Map<string, Picked>();
  const versions = versionsOf(folder, operation.file);
  const olderToo = operation.shapesOfOlderVersions !== undefined || operation.pinned !== undefined;
  for (const { engine, version, path } of olderToo ? versions : versions.slice(0, 1)) {
    for (const table of await distil(operation, path)) {
      const pin = operation.pinned?.[table.variant];
      if (pin !== undefined && version !== pin && versions.some((file) => file.version === pin)) continue;
      const base = picked.get(table.variant);
      const origin = `${engine} ${version}`;
      if (base === undefined) picked.set(table.variant, { ...table, engine, engineVersion: version, alsoFrom: [] });
      else if (operation.shapesOfOlderVersions) picked.set(table.variant, addShapes(base, table, origin));
    }
  }
  return [...picked.values()].sort((a, b) => (a.variant < b.variant ? -1 : 1));
}

function versionsOf(folder: string, file: string): { engine: string; version: string; path: string }[] {
  if (!existsSync(folder)) return [];
  return ENGINES.filter((engine) => existsSync(join(folder, engine))).flatMap((engine) =>
    readdirSync(join(folder, engine))
      .map((version) => ({ engine, version, path: join(folder, engine, version, `${file}.parquet`) }))
      .filter(({ path }) => existsSync(path))
      .sort((a, b) => compareVersions(b.version, a.version)),
  );
}

function compareVersions(a: string, b: string): number {
  const [x, y] = [numbers(a), numbers(b)];
  for (let i = 0; i < Math.max(x.length, y.length); i++) if (x[i] !== y[i]) return (x[i] ?? 0) - (y[i] ?? 0);
  return 0;
}

function numbers(version: string): number[] {
  return version.split(/\D+/).map(Number);
}

/** Adds the series of an older table that the base lacks, on the cells of the base's grid. */
function addShapes(base: Picked, older: Distilled, origin: string): Picked {
  const known = new Set(base.series.map((keys) => keys.join()));
  const extra = older.series.map((keys, s) => ({ keys, s })).filter(({ keys }) => !known.has(keys.join()));
  const axis = base.axes[0];
  const olderAxis = older.axes[0];
  if (extra.length === 0 || axis === undefined || olderAxis === undefined || base.axes.length !== 1) return base;
  const rows = [
    ...base.series.map((keys, s) => ({ keys, codes: base.codes.subarray(s * axis.values.length, (s + 1) * axis.values.length) })),
    ...extra.map(({ keys, s }) => ({
      keys,
      codes: Uint16Array.from(axis.values, (value) => {
        const at = olderAxis.values.indexOf(value);
        return at < 0 ? 0 : (older.codes[s * olderAxis.values.length + at] ?? 0);
      }),
    })),
  ].sort((a, b) => compareTuples(a.keys, b.keys));
  const codes = new Uint16Array(rows.length * axis.values.length);
  rows.forEach((row, s) => {
    codes.set(row.codes, s * axis.values.length);
  });
  return {
    ...base,
    series: rows.map((row) => row.keys),
    codes,
    rows: codes.reduce((count, code) => count + (code === 0 ? 0 : 1), 0),
    alsoFrom: [...base.alsoFrom, origin],
  };
}

function compareTuples(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
