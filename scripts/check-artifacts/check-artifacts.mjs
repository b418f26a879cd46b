// Runs the readers of scripts, Compose files and chart values over generated files: what they refuse, we must not write.
//
//   node scripts/check-artifacts/check-artifacts.mjs --from DIR --values-schema FILE [--PROGRAM PATH …]
//
// DIR holds one folder for each plan, as generate-matrix.mjs writes them.
// Programs, each found on PATH or named with --sh, --shellcheck, --dclint, --check-jsonschema, --helm; none is installed here:
//   sh                a POSIX shell
//   shellcheck        Debian package shellcheck
//   dclint            npm install --prefix SOMEWHERE dclint@3.1.0    (Compose schema and style)
//   check-jsonschema  pip install check-jsonschema                   (Compose schema, values schema)
//   helm              only with --chart DIR, a copy of the production-stack chart without its dependencies
// --values-schema is values.schema.json of that chart. --skip NAME leaves a program out; a missing one is a failure.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    from: { type: 'string' },
    'values-schema': { type: 'string' },
    chart: { type: 'string' },
    sh: { type: 'string', default: 'sh' },
    shellcheck: { type: 'string', default: 'shellcheck' },
    dclint: { type: 'string', default: 'dclint' },
    'check-jsonschema': { type: 'string', default: 'check-jsonschema' },
    helm: { type: 'string', default: 'helm' },
    skip: { type: 'string', multiple: true, default: [] },
  },
});

const SECRET = 'sk-not-in-any-file';
const scratch = mkdtempSync(join(tmpdir(), 'check-artifacts-'));
const failures = [];
let checks = 0;

try {
  if (!options['values-schema'] || !options.from) throw new Error('--from or --values-schema is missing');
  const dir = options.from;
  const strict = strictSchema(options['values-schema']);
  for (const name of readdirSync(dir).sort()) checkFolder(name, join(dir, name), strict);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
for (const failure of failures) console.error(failure);
console.log(`${checks} checks, ${failures.length} failed`);
process.exitCode = failures.length > 0 || checks === 0 ? 1 : 0;

function checkFolder(name, dir, strict) {
  const files = filesIn(dir);
  const compose = join(dir, 'docker-compose.yaml');
  const values = join(dir, 'k8s-values.yaml');
  for (const file of files.filter((path) => path.endsWith('.sh'))) checkShell(`${name}: ${relative(dir, file)}`, file);
  const { artifacts } = JSON.parse(readFileSync(join(dir, 'plan.json'), 'utf8'));
  for (const key of ['serve_command', 'docker_command']) {
    if (artifacts[key] === null) continue;
    const file = join(scratch, `${key}.sh`);
    writeFileSync(file, `#!/bin/sh\n${artifacts[key]}\n`);
    checkShell(`${name}: ${key}`, file);
  }
  if (files.includes(compose)) {
    tool('dclint', `${name}: docker-compose.yaml`, ['--quiet', compose]);
    tool('check-jsonschema', `${name}: docker-compose.yaml`, ['--builtin-schema', 'vendor.compose-spec', compose]);
  }
  if (files.includes(values)) {
    tool('check-jsonschema', `${name}: k8s-values.yaml`, ['--schemafile', options['values-schema'], values]);
    tool('check-jsonschema', `${name}: k8s-values.yaml, unknown keys`, ['--schemafile', strict, values]);
    if (options.chart) tool('helm', `${name}: k8s-values.yaml`, ['template', 'llm', options.chart, '--values', values]);
  }
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    expect(`${name}: ${relative(dir, file)} holds no secret`, !text.includes(SECRET));
    expect(`${name}: ${relative(dir, file)} pins its images`, !/:latest\b/.test(text));
  }
}

function filesIn(dir) {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function checkShell(label, file) {
  tool('sh', label, ['-n', file]);
  // SC2016: text in single quotes that looks like an expansion is meant as text.
  tool('shellcheck', label, ['--shell=sh', '--severity=style', '--exclude=SC2016', file]);
}

/**
 * The chart's schema takes any key. This copy takes only those that it lists, where the chart's templates read no others:
 * a misspelt key would be ignored in silence.
 */
function strictSchema(path) {
  const schema = JSON.parse(readFileSync(path, 'utf8'));
  const engine = schema.properties.servingEngineSpec;
  const model = engine.properties.modelSpec.items;
  for (const object of [schema, schema.properties.routerSpec, engine, model, model.properties.vllmConfig])
    object.additionalProperties = false;
  const file = join(scratch, 'strict.schema.json');
  writeFileSync(file, JSON.stringify(schema));
  return file;
}

function tool(program, label, args) {
  if (!options.skip.includes(program)) run(`${label}: ${program}`, options[program], args);
}

function run(label, program, args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 64 * 2 ** 20 });
  expect(`${label}\n${error?.message ?? ''}${stderr}${stdout}`, status === 0);
}

function expect(label, holds) {
  checks++;
  if (!holds) failures.push(`FAILED ${label}`);
}
