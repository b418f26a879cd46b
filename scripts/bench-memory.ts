/**
 * Scores the memory model against measured start-ups and draws predicted against logged.
 *
 *   npm run bench:memory -- DATA [--picture FILE]
 *
 * DATA is a file of rows (JSON lines) or a folder with memory.jsonl. Prints the errors overall and by family, GPU and version.
 */
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlanDocument } from '../src/plan/plan-document.ts';
import { GIB } from '../src/units/bytes.ts';
import { drawAccuracy } from './bench/draw-accuracy.ts';
import { askAll, type MeasuredStart, readRows } from './bench/rows.ts';

interface Scored {
  readonly family: string;
  readonly gpu: string;
  readonly version: string;
  readonly noisy: boolean;
  readonly weights: number | null;
  readonly available: { readonly logged: number; readonly predicted: number; readonly inRange: boolean; readonly width: number } | null;
  readonly endToEnd: number | null;
}

function main(): void {
  const [data, flag, picture] = process.argv.slice(2);
  if (data === undefined) throw new Error('usage: npm run bench:memory -- DATA [--picture FILE]');
  const rows = readRows(statSync(data).isDirectory() ? join(data, 'memory.jsonl') : data);
  const answers = askAll(rows.map((row) => row.argv.slice(row.argv[0] === 'check' ? 1 : 0)));
  const scored = rows.flatMap((row, at) => scoreOf(row, answers[at] ?? null) ?? []);
  const quiet = scored.filter((row) => !row.noisy);
  console.log(
    `${rows.length} rows, ${scored.length} covered (${percent(scored.length / rows.length)}), ${quiet.length} of them not noisy\n`,
  );
  printTable('all', quiet, () => 'all');
  printTable('family', quiet, (row) => row.family);
  printTable('GPU', quiet, (row) => row.gpu);
  printTable('version', quiet, (row) => row.version);
  const points = quiet.flatMap((row) => (row.available === null ? [] : [{ ...row.available, group: row.gpu }]));
  const file = flag === '--picture' ? picture : 'docs/memory-accuracy.svg';
  if (file !== undefined) writeFileSync(file, drawAccuracy(points));
}

function scoreOf(row: MeasuredStart, answer: PlanDocument | null): Scored | null {
  const worker = answer?.memory.workers[0];
  if (answer === null || worker === undefined) return null;
  const { observed, hold } = row;
  const logged = observed.available_kv_gib;
  const range = answer.memory.ranges?.available_kv_cache_bytes;
  return {
    family: answer.model.architecture,
    gpu: row.gpu,
    version: row.vllm_version ?? 'not stated',
    noisy: row.noisy,
    weights: hold.includes('weights') && observed.weights_gib !== null ? worker.weights_bytes / (observed.weights_gib * GIB) - 1 : null,
    available:
      hold.includes('available') && logged !== null && range !== undefined
        ? {
            logged,
            predicted: worker.available_kv_cache_bytes / GIB,
            inRange: range[0] <= logged * GIB && logged * GIB <= range[1],
            width: (range[1] - range[0]) / GIB,
          }
        : null,
    endToEnd: hold.includes('end_to_end') ? capacityError(answer, observed) : null,
  };
}

function capacityError(answer: PlanDocument, observed: MeasuredStart['observed']): number | null {
  const cache = answer.memory.kv_cache;
  if (cache === null) return null;
  if (observed.max_concurrency !== null) return cache.max_concurrency / observed.max_concurrency.x - 1;
  return observed.kv_cache_tokens === null ? null : cache.tokens / observed.kv_cache_tokens - 1;
}

function printTable(title: string, rows: readonly Scored[], keyOf: (row: Scored) => string): void {
  const keys = [...new Set(rows.map(keyOf))].sort();
  console.log(`${title.padEnd(36)} rows  weights med / p90    KV GiB med / p90   concurrency med / p90   in range`);
  for (const key of keys) {
    const own = rows.filter((row) => keyOf(row) === key);
    const available = own.flatMap((row) => row.available ?? []);
    const inside = available.filter(({ inRange }) => inRange).length;
    const cells = [
      key.slice(0, 36).padEnd(36),
      String(own.length).padStart(4),
      pair(
        own.flatMap((row) => row.weights ?? []),
        percent,
      ).padStart(18),
      pair(
        available.map(({ logged, predicted }) => predicted - logged),
        (value) => value.toFixed(2),
      ).padStart(19),
      pair(
        own.flatMap((row) => row.endToEnd ?? []),
        percent,
      ).padStart(23),
      (available.length === 0 ? '–' : `${inside} of ${available.length}`).padStart(10),
    ];
    console.log(cells.join(' '));
  }
  console.log('');
}

function pair(errors: readonly number[], show: (value: number) => string): string {
  const sorted = errors.map(Math.abs).sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return sorted.length === 0 ? '–' : `${show(at(0.5))} / ${show(at(0.9))}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

main();
