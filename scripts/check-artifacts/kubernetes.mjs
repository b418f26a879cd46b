// Runs the readers of Kubernetes objects over generated files, and compares what the three ways to apply them come to.
//
//   node scripts/check-artifacts/kubernetes.mjs --from DIR [--kubernetes-validate PATH] [--kustomize PATH] [--helm PATH]
//
// DIR holds one folder for each plan, as generate-matrix.mjs writes them.
// Programs, each found on PATH or named by its option; none is installed here:
//   kubernetes-validate  pip install kubernetes-validate               (native kinds, strictly: no field that is not theirs)
//   kustomize            go install sigs.k8s.io/kustomize/kustomize/v5 (or `kubectl`, whose `kubectl kustomize` does the same)
//   helm                 go install helm.sh/helm/v3/cmd/helm
// Kinds that a cluster learns from definitions are checked by crds.mjs; what overlays and charts come to is written to
// DIR/PLAN/.rendered for it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { parseAllDocuments } from 'yaml';

const { values: options } = parseArgs({
  options: {
    from: { type: 'string' },
    'kubernetes-validate': { type: 'string', default: 'kubernetes-validate' },
    kustomize: { type: 'string', default: 'kustomize' },
    helm: { type: 'string', default: 'helm' },
  },
});

/** Groups that every API server has. */
const NATIVE = /^(v1|(apps|autoscaling|batch|policy|networking\.k8s\.io)\/.*)$/;
/** The oldest and the newest release whose objects kubernetes-validate 1.37.0 knows and clouds still run. */
const RELEASES = ['1.30.0', '1.37.0'];

const failures = [];
const counts = { objects: 0, overlays: 0, charts: 0 };

if (!options.from) throw new Error('--from is missing');
const natives = [];
for (const name of readdirSync(options.from).sort()) checkPlan(name, join(options.from, name));
validate(natives);
for (const failure of failures) console.error(`FAILED ${failure}`);
console.log(
  `${counts.objects} native objects for Kubernetes ${RELEASES.join(' and ')}, ${counts.overlays} overlays, ${counts.charts} charts, ${failures.length} failed`,
);
process.exitCode = failures.length > 0 || counts.objects === 0 ? 1 : 0;

function checkPlan(name, dir) {
  for (const file of yamlFiles(dir)) collect(file, documentsIn(file, readFileSync(file, 'utf8')));
  const rendered = join(dir, '.rendered');
  mkdirSync(rendered, { recursive: true });
  checkKustomize(name, dir, rendered);
  checkHelm(name, dir, rendered);
}

function checkKustomize(name, dir, rendered) {
  const overlays = join(dir, 'kustomize/overlays');
  const folders = existsSync(overlays) ? readdirSync(overlays).map((overlay) => join(overlays, overlay)) : [];
  const benchmark = join(dir, 'benchmark');
  if (existsSync(join(benchmark, 'kustomization.yaml'))) folders.push(benchmark);
  const plain = objectsBy(join(dir, 'kubernetes'));
  for (const folder of folders) {
    const text = build(`${name}: ${relative(dir, folder)}`, folder);
    if (text === null) continue;
    counts.overlays++;
    const file = join(rendered, `kustomize-${basename(folder)}.yaml`);
    writeFileSync(file, text);
    const objects = documentsIn(file, text);
    collect(file, objects);
    checkOverlay(`${name}: ${basename(folder)}`, objects, plain);
  }
}

function build(label, folder) {
  const program = options.kustomize;
  return output(`${label}: kustomize build`, program, [basename(program) === 'kubectl' ? 'kustomize' : 'build', folder]);
}

/** Whatever an overlay changes, it starts the same engine. */
function checkOverlay(label, objects, plain) {
  const server = (object) => object?.spec?.template?.spec?.containers?.[0];
  const deployment = objects.find(({ kind }) => kind === 'Deployment');
  if (deployment === undefined) return;
  const want = server(plain.get('Deployment'));
  for (const key of ['image', 'command', 'args', 'resources']) {
    expect(`${label}: ${key} of the server`, same(server(deployment)[key], want[key]));
  }
  const { labels } = deployment.spec.template.metadata;
  for (const [key, value] of Object.entries(deployment.spec.selector.matchLabels)) expect(`${label}: label ${key}`, labels[key] === value);
  const scaled = objects.some(({ kind }) => kind === 'ScaledObject');
  expect(`${label}: replicas are the autoscaler's or the file's`, scaled !== 'replicas' in deployment.spec);
}

/** The chart's objects are those of the plain manifests, field by field. */
function checkHelm(name, dir, rendered) {
  const root = join(dir, 'helm');
  if (!existsSync(root)) return;
  for (const chart of readdirSync(root).filter((entry) => existsSync(join(root, entry, 'Chart.yaml')))) {
    counts.charts++;
    const folder = join(root, chart);
    output(`${name}: helm lint`, options.helm, ['lint', '--strict', '--quiet', folder]);
    const text = output(`${name}: helm template`, options.helm, ['template', 'release', folder]);
    if (text === null) continue;
    const file = join(rendered, 'helm.yaml');
    writeFileSync(file, text);
    const objects = documentsIn(file, text);
    const plain = objectsBy(join(dir, 'kubernetes'));
    expect(`${name}: helm has ${objects.length} objects, the manifests ${plain.size}`, objects.length === plain.size);
    for (const object of objects) expect(`${name}: ${object.kind} of helm is that of the manifests`, same(object, plain.get(object.kind)));
    const wrong = spawnSync(options.helm, ['template', 'release', folder, '--set', 'replica=2'], { encoding: 'utf8' });
    expect(`${name}: helm refuses a misspelt value`, wrong.status !== 0 && wrong.stderr.includes('replica'));
  }
}

/** Objects of one folder by kind; each kind is there once. */
function objectsBy(folder) {
  if (!existsSync(folder)) return new Map();
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  const objects = files.flatMap((file) => documentsIn(file, readFileSync(join(folder, file), 'utf8')));
  return new Map(objects.map((object) => [object.kind, object]));
}

function collect(file, objects) {
  for (const object of objects) {
    // Patches are parts of objects.
    const whole =
      object.kind === 'Deployment' ? object.spec?.selector : object.kind === 'PersistentVolumeClaim' ? object.spec?.resources : true;
    if (typeof object.apiVersion === 'string' && NATIVE.test(object.apiVersion) && whole) natives.push({ file, object });
  }
}

/** All objects in few calls: each takes a second to start. */
function validate(all) {
  counts.objects = all.length;
  const scratch = mkdtempSync(join(tmpdir(), 'check-kubernetes-'));
  try {
    const batch = join(scratch, 'objects.yaml');
    writeFileSync(batch, all.map(({ file, object }) => `# ${file}\n${JSON.stringify(object)}\n`).join('---\n'));
    for (const release of RELEASES) {
      const args = ['--strict', '--quiet', '--kubernetes-version', release, batch];
      const { status, stdout, stderr, error } = spawnSync(options['kubernetes-validate'], args, {
        encoding: 'utf8',
        maxBuffer: 64 * 2 ** 20,
      });
      expect(`kubernetes-validate ${release}\n${error?.message ?? ''}${stderr}${stdout}`, status === 0);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function documentsIn(file, text) {
  return parseAllDocuments(text, { version: '1.1' }).flatMap((document) => {
    for (const error of document.errors) failures.push(`${file}: ${error.message}`);
    const value = document.toJS();
    return typeof value === 'object' && value !== null ? [value] : [];
  });
}

function yamlFiles(dir) {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes('/templates/') && !path.includes('/.rendered/'))
    .sort();
}

function output(label, program, args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 64 * 2 ** 20 });
  expect(`${label}\n${error?.message ?? ''}${stderr}${status === 0 ? '' : stdout}`, status === 0);
  return status === 0 ? stdout : null;
}

/** The same values under the same keys, in any order of keys. */
function same(a, b) {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && same(a[key], b[key]));
}

function expect(label, holds) {
  if (!holds) failures.push(label);
}
