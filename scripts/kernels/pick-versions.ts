import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { addSeries } from './add-series.ts';
import { cellsById, latencyRatio } from './compare-tables.ts';
import { type Distilled, distil } from './distil.ts';
import type { Operation } from './operations.ts';

/** The engine whose kernels we forecast comes first; the others only fill what it lacks. */
const ENGINES = ['vllm', 'nccl', 'sglang', 'trtllm'];

/**
 * A version that took so much longer over the same shapes than an older one did not measure a worse kernel but more than the kernel:
 * block-scaled FP8 GEMMs of 0.18, 0.22 and 0.24 without a CUDA graph (50 to 240 µs at least, 6 µs in 0.19), FP8 GEMMs of 0.24 with an
 * unfused quantization (1.2 to 1.3), Hopper's FP8 experts of 0.24 on an untuned kernel at a third of the memory's speed (3.0).
 */
const SLOWER = 1.15;

/** Shapes that only an older version measured are added where its other shapes agree so well. */
const AGREES = 1.25;

export interface Picked extends Distilled {
  readonly engine: string;
  readonly engineVersion: string;
  /** Versions that added shapes, if any. */
  readonly alsoFrom: readonly string[];
}

/**
 * The tables of one operation on one system. Each variant comes from the newest version that has it; where versions are compared,
 * from the newest that no older one beats by `SLOWER`, with the shapes added of those that agree.
 */
export async function pickVersions(dataDir: string, system: string, operation: Operation): Promise<Picked[]> {
  const folder = join(dataDir, system, operation.folder);
  if (operation.unless !== undefined && versionsOf(folder, operation.unless).length > 0) return [];
  const versions = versionsOf(folder, operation.file);
  const candidates = new Map<string, Picked[]>();
  for (const { engine, version, path } of operation.compareVersions ? versions : versions.slice(0, 1)) {
    for (const table of await distil(operation, path)) {
      const known = candidates.get(table.variant) ?? [];
      known.push({ ...table, engine, engineVersion: version, alsoFrom: [] });
      candidates.set(table.variant, known);
    }
  }
  return [...candidates].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, tables]) => choose(tables));
}

/** @param tables of one variant, the newest first */
function choose(tables: readonly Picked[]): Picked[] {
  const cells = tables.map(cellsById);
  const beaten = (i: number) =>
    cells.some((older, j) => j > i && sameEngine(tables, i, j) && (latencyRatio(cells[i], older) ?? 0) > SLOWER);
  // A run that was cut short says little of the kernel: one with a third of the rows of an older one is passed over too.
  const poor = (i: number) =>
    tables.some((older, j) => j > i && sameEngine(tables, i, j) && (tables[i]?.rows ?? 0) * 3 < older.rows && older.series.length === 1);
  const first = Math.max(
    0,
    tables.findIndex((_, i) => !beaten(i) && !poor(i)),
  );
  let picked = tables[first];
  if (picked === undefined) return [];
  for (let i = first + 1; i < tables.length; i++) {
    const [other, ratio] = [tables[i], latencyRatio(cells[first], cells[i])];
    if (other !== undefined && ratio !== null && ratio < AGREES && ratio > 1 / AGREES) picked = addSeries(picked, other);
  }
  return [picked];
}

function sameEngine(tables: readonly Picked[], i: number, j: number): boolean {
  return tables[i]?.engine === tables[j]?.engine;
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
  const [x, y] = [a, b].map((version) => version.split(/\D+/).map(Number));
  const at = x?.findIndex((part, i) => part !== y?.[i]) ?? -1;
  return at < 0 ? 0 : (x?.[at] ?? 0) - (y?.[at] ?? 0);
}
