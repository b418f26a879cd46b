// Checks every object of a kind that a cluster learns from a CustomResourceDefinition, strictly: a misspelt or misplaced field,
// which the API server would drop in silence, is a failure.
//
//   node scripts/check-artifacts/crds.mjs --crds DIR|FILE … --from DIR … [--check-jsonschema PATH]
//
// --crds  folders or files with definitions (YAML, searched through); needed for every kind that is found
// --from  folders of generated files, searched through; native kinds, kustomizations and chart templates are passed over
//
// The definitions come from Go modules (config/crd and the like), see .ci/run; nothing is installed or fetched here.
// Rules in CEL are not run. Wherever an object holds a pod, and its definition leaves it open, the pod is held to the
// definition of a pod in the LeaderWorkerSet's.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { strictSchemas } from './crd-schema.mjs';

const { values: options } = parseArgs({
  options: {
    crds: { type: 'string', multiple: true, default: [] },
    from: { type: 'string', multiple: true, default: [] },
    'check-jsonschema': { type: 'string', default: 'check-jsonschema' },
  },
});

/** Groups that every API server has; validated by other means. */
const NATIVE = /^(|apps|autoscaling|batch|policy|[a-z]+\.k8s\.io|rbac\.authorization\.k8s\.io|kustomize\.config\.k8s\.io)$/;

const failures = [];
const objects = options.from
  .flatMap(yamlFiles)
  .flatMap((file) => documentsIn(file).map((value, i) => ({ file, i, value })))
  .filter(({ value }) => isObject(value) && typeof value.apiVersion === 'string' && typeof value.kind === 'string')
  .filter(({ value }) => !NATIVE.test(groupOf(value)) && value.kind !== 'CustomResourceDefinition');

const kinds = new Set(['LeaderWorkerSet', ...objects.map(({ value }) => value.kind)]);
const schemas = strictSchemas(options.crds.flatMap(yamlFiles).filter(defines).flatMap(documentsIn));

const scratch = mkdtempSync(join(tmpdir(), 'check-crds-'));
const asked = new Map();
try {
  for (const { file, i, value } of objects) {
    const key = `${value.apiVersion} ${value.kind}`;
    if (!schemas.has(key)) failures.push(`${file}: no definition of ${key}`);
    else ask(key, file, i, value);
    for (const [at, pod] of openPods(value, schemas.get(key))) ask('pod', `${file} ${at}`, i, pod);
  }
  for (const [key, instances] of asked) validate(key, instances);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
for (const failure of failures) console.error(`FAILED ${failure}`);
const count = [...asked.values()].reduce((sum, instances) => sum + instances.length, 0);
console.log(`${count} objects of ${asked.size} kinds, ${failures.length} failed`);
process.exitCode = failures.length > 0 || count === 0 ? 1 : 0;

function ask(key, label, i, value) {
  const instances = asked.get(key) ?? [];
  const folder = join(scratch, key.replaceAll(/[^A-Za-z0-9]/g, '-'));
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${instances.length}.json`);
  writeFileSync(file, JSON.stringify(value));
  asked.set(key, [...instances, { file, label: i === 0 ? label : `${label} (document ${i + 1})` }]);
}

/** All objects of one kind in one run: reading a large schema takes longer than the check. */
function validate(key, instances) {
  const schemaFile = join(scratch, 'schema.json');
  writeFileSync(schemaFile, JSON.stringify(schemas.get(key)));
  const args = ['--schemafile', schemaFile, '--disable-formats', '*', '--output-format', 'json', ...instances.map(({ file }) => file)];
  const { status, stdout, stderr, error } = spawnSync(options['check-jsonschema'], args, { encoding: 'utf8', maxBuffer: 64 * 2 ** 20 });
  if (status === 0) return;
  const report = error === undefined && stdout.startsWith('{') ? JSON.parse(stdout) : null;
  if (report === null) throw new Error(error?.message ?? `${stderr}${stdout}`);
  const labels = new Map(instances.map(({ file, label }) => [file, label]));
  for (const { filename, path, message } of report.errors) failures.push(`${labels.get(filename)} ${path}: ${message}`);
  for (const { path, message } of report.parse_errors ?? []) failures.push(`${labels.get(path)}: ${message}`);
}

/** Pods that the definition does not describe: found by what they hold. */
function openPods(value, schema, at = '$') {
  if (Array.isArray(value)) return value.flatMap((item, i) => openPods(item, schema?.items, `${at}[${i}]`));
  if (!isObject(value)) return [];
  const described = schema?.properties?.containers !== undefined;
  const isPod = Array.isArray(value.containers) && !described;
  const inside = Object.entries(value).flatMap(([key, item]) => openPods(item, schema?.properties?.[key], `${at}.${key}`));
  return isPod && schemas.has('pod') ? [[at, value], ...inside] : inside;
}

function groupOf({ apiVersion }) {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

function yamlFiles(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** A glance at the text: parsing megabytes of definitions that nothing asks for takes longer than everything else. */
function defines(file) {
  const text = readFileSync(file, 'utf8');
  return [...kinds].some((kind) => text.includes(`kind: ${kind}\n`));
}

function documentsIn(file) {
  const text = readFileSync(file, 'utf8');
  // Chart templates are not YAML until Helm has filled them in.
  if (text.includes('{{') && /(^|\/)templates\//.test(file)) return [];
  return parseAllDocuments(text, { version: '1.1', merge: true }).map((document) => {
    if (document.errors.length > 0) failures.push(`${file}: ${document.errors[0].message}`);
    return document.toJS({ maxAliasCount: 1000 });
  });
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
