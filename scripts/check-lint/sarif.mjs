// Validates what `lint --format sarif` prints against the OASIS schema of SARIF 2.1.0.
//
//   node scripts/check-lint/sarif.mjs --cli "node dist/cli/main.js" --check-jsonschema BIN --schema-source FILE
//
// FILE: pkg/report/v210/sarif/schema.go of the Go module github.com/owenrumney/go-sarif/v3, which carries the schema as text:
//   go mod download -json github.com/owenrumney/go-sarif/v3@v3.0.0
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { cli: { type: 'string' }, 'check-jsonschema': { type: 'string' }, 'schema-source': { type: 'string' } },
});
const folder = mkdtempSync(join(tmpdir(), 'lint-sarif-'));
try {
  const schema = /`([\s\S]*)`/.exec(readFileSync(values['schema-source'], 'utf8'))?.[1] ?? '';
  JSON.parse(schema);
  writeFileSync(join(folder, 'schema.json'), schema);
  writeFileSync(
    join(folder, 'a compose #1.yaml'),
    'services:\n  ä:\n    image: vllm/vllm-openai\n    command: --model a/b --swap-space 4\n',
  );
  writeFileSync(join(folder, 'rules.yaml'), 'groups:\n  - name: a\n    rules:\n      - {alert: A, expr: vllm:gpu_cache_usage_perc > 90}\n');
  writeFileSync(join(folder, 'clean.yaml'), 'a: 1\n');
  const [program, ...words] = values.cli.split(' ');
  for (const [name, target] of [
    ['several', folder],
    ['none', join(folder, 'clean.yaml')],
  ]) {
    const { stdout, stderr } = spawnSync(program, [...words, 'lint', '--format', 'sarif', target], { encoding: 'utf8' });
    if (stderr !== '') throw new Error(stderr);
    const file = join(folder, `${name}.sarif`);
    writeFileSync(file, stdout);
    execFileSync(values['check-jsonschema'], ['--schemafile', join(folder, 'schema.json'), file], { stdio: 'inherit' });
    console.log(`${name}: ${JSON.parse(stdout).runs[0].results.length} results are valid SARIF 2.1.0`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
