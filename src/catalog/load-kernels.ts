import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { measuredSystemOf } from './kernel-systems.ts';
import type { KernelPeaks, KernelTable, KernelTables } from './kernel-table.ts';
import { type KernelTableShape, parseKernelTable } from './parse-kernel-table.ts';

/** Where the data lies: beside the sources, and beside a bundle's chunks or one folder above an entry point of it. */
const FOLDERS = ['./data/', './catalog/data/', '../catalog/data/'];

interface ManifestEntry extends KernelTableShape {
  readonly engine: string;
  readonly engineVersion: string;
  readonly rows: number;
  readonly offset: number;
  readonly bytes: number;
}

interface Manifest {
  readonly system: string;
  readonly peaks: KernelPeaks;
  readonly sha256: string;
  readonly tables: readonly ManifestEntry[];
}

const loaded = new Map<string, KernelTables>();

/**
 * The measured kernels of a GPU of the catalog; undefined where this very part was not measured. Reads the manifest (about 28 kB);
 * a table is read, from its place in the pack, when it is first asked for.
 */
export function loadKernels(gpuId: string): KernelTables | undefined {
  const system = measuredSystemOf(gpuId);
  return system === undefined ? undefined : loadKernelSystem(system);
}

/** The measured kernels by the measuring project's name of the machine. */
export function loadKernelSystem(system: string): KernelTables {
  const known = loaded.get(system);
  if (known !== undefined) return known;
  const manifest: Manifest = JSON.parse(readFileSync(locate(`kernels-${system}.json`), 'utf8'));
  const entries = new Map(manifest.tables.map((entry) => [entry.name, entry]));
  const tables = new Map<string, KernelTable>();
  const kernels: KernelTables = {
    system,
    peaks: manifest.peaks,
    sha256: manifest.sha256,
    names: [...entries.keys()],
    find: (name) => {
      const entry = entries.get(name);
      if (entry === undefined || tables.has(name)) return tables.get(name);
      const source = { system, engine: entry.engine, engineVersion: entry.engineVersion, rows: entry.rows };
      const table = parseKernelTable(entry, source, brotliDecompressSync(readRange(`kernels-${system}.bin`, entry.offset, entry.bytes)));
      tables.set(name, table);
      return table;
    },
  };
  loaded.set(system, kernels);
  return kernels;
}

function readRange(name: string, offset: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  const file = openSync(locate(name), 'r');
  try {
    if (readSync(file, buffer, 0, bytes, offset) !== bytes) throw new Error(`the catalog file ${name} is cut short`);
  } finally {
    closeSync(file);
  }
  return buffer;
}

function locate(name: string): URL {
  for (const folder of FOLDERS) {
    const url = new URL(folder + name, import.meta.url);
    if (existsSync(url)) return url;
  }
  throw new Error(`the catalog file ${name} is missing from this installation`);
}
