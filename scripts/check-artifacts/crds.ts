// Checks every object of a kind that a cluster learns from a CustomResourceDefinition, strictly: a misspelt or misplaced field,
// which the API server would drop in silence, is a failure.
//
//   npx unrun scripts/check-artifacts/crds.ts --crds DIR|FILE … --from DIR … [--check-jsonschema PATH]
//   npx unrun scripts/check-artifacts/crds.ts --crds DIR|FILE … --cli "node dist/cli/main.js"      # plans of custom-plans.json
//
// --crds  folders or files with definitions (YAML, searched through); needed for every kind that is found. Of two definitions
//         of one kind the later named counts
// --from  folders of generated files, searched through; native kinds, kustomizations and chart templates are passed over
//
// Nothing is installed or fetched here; check-jsonschema is the program of that name from PyPI. Rules in CEL are not run. A
// pod that a definition leaves open is held to the pod in the definition of LeaderWorkerSets.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { at, type Json, listOf, strictSchemas } from './crd-schema.ts';
import { type CustomObject, customObjects, documentsIn, openPods, yamlFiles } from './custom-objects.ts';

const { values: options } = parseArgs({
  options: {
    crds: { type: 'string', multiple: true, default: [] },
    from: { type: 'string', multiple: true, default: [] },
    cli: { type: 'string' },
    'check-jsonschema': { type: 'string', default: 'check-jsonschema' },
  },
});

const failures: string[] = [];
const scratch = mkdtempSync(join(tmpdir(), 'check-crds-'));
try {
  const made = options.cli === undefined ? [] : [generateAll(options.cli)];
  const objects = [...options.from, ...made].flatMap(customObjects);
  const schemas = strictSchemas(options.crds.flatMap(yamlFiles).filter(definesOneOf(objects)).flatMap(documentsIn));
  const asked = [...objects, ...objects.flatMap((object) => openPods(object, schemas.get(object.key)))];
  const kinds = [...new Set(asked.map(({ key }) => key))];
  for (const key of kinds)
    validate(
      key,
      schemas.get(key),
      asked.filter((object) => object.key === key),
    );
  for (const failure of failures) console.error(`FAILED ${failure}`);
  console.log(`${asked.length} objects of ${kinds.length} kinds, ${failures.length} failed`);
  process.exitCode = failures.length > 0 || asked.length === 0 ? 1 : 0;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** A folder for each plan, with every word that the plan can have. */
function generateAll(cli: string): string {
  const root = join(scratch, 'plans');
  mkdirSync(root);
  const [program = '', ...first] = cli.split(' ');
  const plans: unknown = JSON.parse(readFileSync(new URL('custom-plans.json', import.meta.url), 'utf8'));
  for (const plan of listOf(plans)) {
    const words = listOf(at(plan, 'args')).map(String);
    const folder = join(root, String(at(plan, 'name')));
    const { status, stderr } = spawnSync(program, [...first, 'generate', ...words, '--offline', '--output-dir', folder], {
      encoding: 'utf8',
    });
    if (status !== 0) failures.push(`generate ${words.join(' ')}: ${stderr}`);
  }
  return root;
}

/** A glance at the text: parsing megabytes of definitions that nothing asks for takes longer than everything else. */
function definesOneOf(objects: readonly CustomObject[]): (file: string) => boolean {
  const kinds = new Set(['LeaderWorkerSet', ...objects.map(({ value }) => String(value.kind))]);
  return (file) => {
    const text = readFileSync(file, 'utf8');
    return [...kinds].some((kind) => text.includes(`kind: ${kind}\n`));
  };
}

/** All objects of one kind in one run: reading a large schema takes longer than the check. */
function validate(key: string, schema: Json | undefined, objects: readonly CustomObject[]): void {
  if (schema === undefined) {
    failures.push(...objects.map(({ label }) => `${label}: no definition of ${key}`));
    return;
  }
  const folder = join(scratch, key.replaceAll(/[^A-Za-z0-9]/g, '-'));
  mkdirSync(folder);
  const schemaFile = join(folder, 'schema.json');
  writeFileSync(schemaFile, JSON.stringify(schema));
  const files = objects.map(({ value }, i) => {
    const file = join(folder, `${i}.json`);
    writeFileSync(file, JSON.stringify(value));
    return file;
  });
  const ways = ['--disable-formats', '*', '--regex-variant', 'python', '--output-format', 'json'];
  const args = ['--schemafile', schemaFile, ...ways, ...files];
  const { status, stdout, stderr, error } = spawnSync(options['check-jsonschema'], args, { encoding: 'utf8', maxBuffer: 64 * 2 ** 20 });
  if (status === 0) return;
  if (error !== undefined || !stdout.startsWith('{')) throw new Error(error?.message ?? `${stderr}${stdout}`);
  for (const finding of listOf(at(JSON.parse(stdout), 'errors'))) {
    const label = objects[files.indexOf(String(at(finding, 'filename')))]?.label;
    failures.push(`${label} ${at(finding, 'path')}: ${at(finding, 'message')}`);
  }
}
