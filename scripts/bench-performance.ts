/**
 * Scores the speed forecast against measured benchmarks, beside a peer and a datasheet roofline, and writes docs/accuracy.md.
 *
 *   npm run bench:performance -- DATA [--peers FILE]
 *
 * DATA is a file of rows (JSON lines) or a folder with perf.jsonl. FILE is what a script of `scripts/peers/` wrote for the same rows.
 */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { GPU_LIST } from '../src/catalog/gpus.ts';
import { accuracyPage } from './bench/accuracy-page.ts';
import { groupTables, macroTable, ownTable, sharedTable, type Table } from './bench/accuracy-tables.ts';
import { drawErrorByLoad, drawPredicted } from './bench/draw-performance.ts';
import { readRuns } from './bench/measured-runs.ts';
import { type PeerAnswers, readPeerAnswers } from './bench/peer-answers.ts';
import { askBatch } from './bench/rows.ts';
import { scoreRun } from './bench/score-run.ts';

/** The answers that the repository keeps. */
const KEPT_ANSWERS = 'scripts/peers/aiconfigurator.jsonl';
const NO_PEER: PeerAnswers = { peer: 'aiconfigurator', version: '(not asked)', date: 'never', mode: 'estimate', byRow: new Map() };

function main(): void {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { peers: { type: 'string', default: KEPT_ANSWERS } } });
  const [data] = positionals;
  if (data === undefined) throw new Error('usage: npm run bench:performance -- DATA [--peers FILE]');
  const runs = readRuns(statSync(data).isDirectory() ? join(data, 'perf.jsonl') : data);
  const peer = existsSync(values.peers) ? readPeerAnswers(values.peers) : NO_PEER;
  const answers = askBatch(runs.map(({ argv }) => argv.slice(argv[0] === 'check' ? 1 : 0)));
  if (answers.length !== runs.length) throw new Error(`check --batch answered ${answers.length} of ${runs.length} rows`);
  const gpus = new Map(GPU_LIST.map((gpu) => [gpu.id, gpu]));
  const scored = runs.map((run, at) =>
    scoreRun(run, { ours: answers[at] ?? { error: { code: 'NO_ANSWER' } }, peer: peer.byRow.get(run.id), gpuOf: (id) => gpus.get(id) }),
  );
  const named = `${peer.peer} ${peer.version}`;
  for (const table of [sharedTable(scored, named), macroTable(scored, named), ownTable(scored), ...groupTables(scored, named)]) {
    printTable(table);
  }
  const { version }: { readonly version: string } = JSON.parse(readFileSync('package.json', 'utf8'));
  const labels = { ours: 'ours', peer: named, roofline: 'roofline' };
  writeFileSync('docs/accuracy.md', accuracyPage({ scored, peer, version, date: new Date().toISOString().slice(0, 10) }));
  writeFileSync('docs/accuracy-tpot.svg', drawPredicted(scored, 'tpot', labels));
  writeFileSync('docs/accuracy-ttft.svg', drawPredicted(scored, 'ttft', labels));
  writeFileSync('docs/accuracy-load.svg', drawErrorByLoad(scored, labels));
}

function printTable({ title, head, rows }: Table): void {
  const lines = [head, ...rows].map((cells) => cells.map((cell) => cell.replaceAll('**', '')));
  const widths = head.map((_, at) => Math.max(...lines.map((cells) => cells[at]?.length ?? 0)));
  console.log(title);
  for (const cells of lines) {
    console.log(cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  '));
  }
  console.log('');
}

main();
