// Runs the real readers of our artifacts over a matrix of plans: what they refuse, we must not write.
//
//   node scripts/check-artifacts/check-artifacts.mjs --cli "node dist/cli/main.js" --values-schema FILE [--PROGRAM PATH …]
//   node scripts/check-artifacts/check-artifacts.mjs --from DIR --values-schema FILE        # files that are there already
//
// Programs, each found on PATH or named with --sh, --shellcheck, --dclint, --check-jsonschema, --helm; none is installed here:
//   sh                a POSIX shell
//   shellcheck        Debian package shellcheck
//   dclint            npm install --prefix SOMEWHERE dclint@3.1.0    (Compose schema and style)
//   check-jsonschema  pip install check-jsonschema                   (Compose schema, values schema)
//   helm              only with --chart DIR, a copy of the production-stack chart without its dependencies
// --values-schema is values.schema.json of that chart. --skip NAME leaves a program out; a missing one is a failure.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    cli: { type: 'string' },
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
const EMIT = 'command,profile,compose,k8s';
const scratch = mkdtempSync(join(tmpdir(), 'check-artifacts-'));
const failures = [];
let checks = 0;

try {
  if (!options['values-schema']) throw new Error('--values-schema is missing');
  const dir = options.from ?? generateAll();
  const strict = strictSchema(options['values-schema']);
  for (const name of readdirSync(dir).sort()) checkFolder(name, join(dir, name), strict);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
for (const failure of failures) console.error(failure);
console.log(`${checks} checks, ${failures.length} failed`);
process.exitCode = failures.length > 0 || checks === 0 ? 1 : 0;

/** One folder for each plan of the matrix. */
function generateAll() {
  if (!options.cli) throw new Error('name the built command with --cli, or a folder of generated files with --from');
  const root = join(scratch, 'plans');
  mkdirSync(root);
  for (const { name, args, profile } of JSON.parse(readFileSync(new URL('matrix.json', import.meta.url), 'utf8'))) {
    const file = join(scratch, `${name}.json`);
    // JSON is YAML.
    if (profile) writeFileSync(file, JSON.stringify(profile));
    const words = args.map((word) => (word === 'PROFILE' ? file : word));
    const [program, ...first] = options.cli.split(' ');
    for (const out of [join(root, name), join(scratch, 'again', name)]) {
      run(`${name}: generate`, program, [...first, 'generate', ...words, '--offline', '--emit', EMIT, '--output-dir', out]);
    }
    run(`${name}: same inputs, same bytes`, 'diff', ['-r', join(root, name), join(scratch, 'again', name)]);
  }
  return root;
}

function checkFolder(name, dir, strict) {
  const script = join(dir, 'serve_command.sh');
  const compose = join(dir, 'docker-compose.yaml');
  const values = join(dir, 'k8s-values.yaml');
  checkShell(`${name}: serve_command.sh`, script);
  const { artifacts } = JSON.parse(readFileSync(join(dir, 'plan.json'), 'utf8'));
  for (const key of ['serve_command', 'docker_command']) {
    if (artifacts[key] === null) continue;
    const file = join(scratch, `${key}.sh`);
    writeFileSync(file, `#!/bin/sh\n${artifacts[key]}\n`);
    checkShell(`${name}: ${key}`, file);
  }
  tool('dclint', `${name}: docker-compose.yaml`, ['--quiet', compose]);
  tool('check-jsonschema', `${name}: docker-compose.yaml`, ['--builtin-schema', 'vendor.compose-spec', compose]);
  tool('check-jsonschema', `${name}: k8s-values.yaml`, ['--schemafile', options['values-schema'], values]);
  tool('check-jsonschema', `${name}: k8s-values.yaml, unknown keys`, ['--schemafile', strict, values]);
  if (options.chart) tool('helm', `${name}: k8s-values.yaml`, ['template', 'llm', options.chart, '--values', values]);
  for (const file of readdirSync(dir)) {
    const text = readFileSync(join(dir, file), 'utf8');
    expect(`${name}: ${file} holds no secret`, !text.includes(SECRET));
    expect(`${name}: ${file} pins its images`, !/:latest\b/.test(text));
  }
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
