/**
 * Leaves measurements out of the kernel tables, asks the lookup functions for them and writes the errors to docs/kernels.md.
 *
 *   npx unrun scripts/report-kernels.ts
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { GPU_OF_SYSTEM, MEASURED_SYSTEMS } from '../src/catalog/kernel-systems.ts';
import type { KernelTable, KernelTables } from '../src/catalog/kernel-table.ts';
import { loadKernelSystem } from '../src/catalog/load-kernels.ts';
import { askOf } from './kernels/asks.ts';
import { type Errors, leaveOutAxis, leaveOutSeries } from './kernels/leave-one-out.ts';
import { INTRODUCTION } from './kernels/report-text.ts';

const MEDIAN_TARGET = 0.03;
const P90_TARGET = 0.12;

/** Modules have a table for every pair of dtypes; one line sums them up. */
const POOLED = /^(mla|mla-kernel|dsa|dsv4-csa|dsv4-hca|msa)-(prefill|decode)\//;

interface Line {
  readonly name: string;
  readonly versions: Set<string>;
  rows: number;
  readonly errors: Map<string, number[]>;
}

const sections = MEASURED_SYSTEMS.map((system) => section(system));
const counts = sections.flatMap((part) => part.verdicts);
const met = counts.filter(Boolean).length;
const summary = `Both targets (median at most 3 %, 90th percentile at most 12 %) are met in ${met} of ${counts.length} of the cells below; the others are **bold**.`;
const folder = fileURLToPath(new URL('../docs/', import.meta.url));
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}kernels.md`, `${INTRODUCTION}\n${summary}\n\n${sections.map((part) => part.text).join('\n')}`);

function section(system: (typeof MEASURED_SYSTEMS)[number]): { text: string; verdicts: boolean[] } {
  const tables = loadKernelSystem(system);
  const lines = new Map<string, Line>();
  for (const name of tables.names) {
    const table = tables.find(name);
    const ask = askOf(name);
    if (table === undefined || ask === null) continue;
    const label = POOLED.test(name) ? name.replace(/\/.*/, ', all dtypes') : name;
    const line = lines.get(label) ?? { name: label, versions: new Set<string>(), rows: 0, errors: new Map<string, number[]>() };
    lines.set(label, line);
    line.versions.add(`${table.source.engine} ${table.source.engineVersion.split('+')[0]}`);
    line.rows += table.source.rows;
    for (const { what, errors } of leaveOut(tables, table)) line.errors.set(what, [...(line.errors.get(what) ?? []), ...errors]);
  }
  const verdicts: boolean[] = [];
  const rows = [...lines.values()].map((line) => {
    const cells = [...line.errors]
      .filter(([, errors]) => errors.length >= 20)
      .map(([what, errors]) => `${what} ${figure(errors, what, verdicts)}`);
    return `| ${line.name} | ${[...line.versions].join(', ')} | ${line.rows} | ${cells.join(' · ')} |`;
  });
  const head = `## ${system} (\`${GPU_OF_SYSTEM[system]}\`)\n\n| table | measured with | rows | median / p90 in % |\n|---|---|---|---|`;
  return { text: `${head}\n${rows.join('\n')}\n`, verdicts };
}

function leaveOut(tables: KernelTables, table: KernelTable): Errors[] {
  const ask = askOf(table.name);
  if (ask === null) return [];
  const axes = table.axes.map((_, axis) => leaveOutAxis(tables, table, axis, ask));
  if (table.keys.length === 0) return axes;
  if (!table.name.startsWith('moe/')) return [...axes, leaveOutSeries(tables, table, ask, (keys) => keys.join())];
  return [...axes, leaveOutSeries(tables, table, ask, (keys) => keys.slice(0, 4).join(), true)];
}

function figure(errors: readonly number[], what: string, verdicts: boolean[]): string {
  const sorted = errors.toSorted((a, b) => a - b);
  const at = (q: number): number => sorted[Math.floor(q * (sorted.length - 1))] ?? Number.NaN;
  const [median, p90] = [at(0.5), at(0.9)];
  const text = `${(100 * median).toFixed(1)} / ${(100 * p90).toFixed(1)}`;
  if (what === 'other model') return text;
  const good = median <= MEDIAN_TARGET && p90 <= P90_TARGET;
  verdicts.push(good);
  return good ? text : `**${text}**`;
}
