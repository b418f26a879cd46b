// Writes the files of every plan of matrix.json, one folder each, for the checkers to read; and writes them again, to see that the
// same inputs give the same bytes.
//
//   node scripts/check-artifacts/generate-matrix.mjs --cli "node dist/cli/main.js" --out DIR
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({ options: { cli: { type: 'string' }, out: { type: 'string' } } });
if (!options.cli || !options.out) throw new Error('name the built command with --cli and a folder with --out');

const scratch = mkdtempSync(join(tmpdir(), 'generate-matrix-'));
try {
  const plans = JSON.parse(readFileSync(new URL('matrix.json', import.meta.url), 'utf8'));
  for (const plan of plans) writeTwice(plan);
  console.log(`${plans.length} plans written, each twice with the same bytes`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function writeTwice({ name, args, profile }) {
  const file = join(scratch, `${name}.json`);
  // JSON is YAML.
  if (profile) writeFileSync(file, JSON.stringify(profile));
  const words = args.map((word) => (word === 'PROFILE' ? file : word));
  const [program, ...first] = options.cli.split(' ');
  const folders = [join(options.out, name), join(scratch, 'again', name)];
  for (const folder of folders) {
    mkdirSync(folder, { recursive: true });
    run(`${name}: generate`, program, [...first, 'generate', ...words, '--offline', '--emit', 'all', '--output-dir', folder]);
  }
  run(`${name}: same inputs, same bytes`, 'diff', ['-r', ...folders]);
}

function run(label, program, args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 64 * 2 ** 20 });
  if (status !== 0) throw new Error(`${label} ${error?.message ?? ''}\n${stderr}${stdout}`);
}
