// Runs promtool and amtool over generated monitoring files: what they refuse, we must not write.
//
//   node scripts/check-artifacts/monitoring.mjs --from DIR [--promtool PATH] [--amtool PATH]
//
// DIR holds one folder for each plan. Programs: promtool (Debian package prometheus, 2.42) and amtool (Debian package
// prometheus-alertmanager, 0.25), or newer ones by `go install github.com/prometheus/prometheus/cmd/promtool@v0.316.0` and
// `go install github.com/prometheus/alertmanager/cmd/amtool@v0.34.1`; a missing one is a failure.
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    from: { type: 'string' },
    promtool: { type: 'string', default: 'promtool' },
    amtool: { type: 'string', default: 'amtool' },
  },
});
if (!options.from) throw new Error('--from is missing');

const scratch = mkdtempSync(join(tmpdir(), 'check-monitoring-'));
/** Programs to run: each is a check. */
const queue = [];
const failures = [];
try {
  const known = { urlFiles: amtoolTakesUrlFiles(), kubernetes: promtoolKnowsKubernetes() };
  for (const name of readdirSync(options.from).sort()) checkPlan(name, join(options.from, name, 'monitoring'), known);
  const checks = queue.length;
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  for (const failure of failures.sort()) console.error(failure);
  console.log(`${checks} checks, ${failures.length} failed`);
  process.exitCode = failures.length > 0 || checks === 0 ? 1 : 0;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
function checkPlan(name, folder, known) {
  const at = (path) => join(folder, path);
  if (existsSync(at('prometheus.yml'))) {
    const file = known.kubernetes ? at('prometheus.yml') : withoutKubernetes(folder);
    run(`${name}: prometheus.yml`, options.promtool, ['check', 'config', file]);
  }
  if (existsSync(at('rules.yaml'))) checkRules(`${name}: rules.yaml`, at('rules.yaml'));
  if (existsSync(at('rules.test.yaml'))) run(`${name}: rules.test.yaml`, options.promtool, ['test', 'rules', at('rules.test.yaml')]);
  const object = at('operator/prometheus-rule.yaml');
  if (existsSync(object)) checkRules(`${name}: prometheus-rule.yaml`, specOf(object));
  const alertmanager = at('alertmanager.yml');
  if (existsSync(alertmanager)) {
    const file = known.urlFiles ? alertmanager : withUrls(alertmanager);
    run(`${name}: alertmanager.yml`, options.amtool, ['check-config', file]);
    for (const [severity, receiver] of Object.entries({ critical: 'pages', warning: 'notes', none: 'notes' })) {
      const route = ['config', 'routes', 'test', `--config.file=${file}`, `--verify.receivers=${receiver}`, `severity=${severity}`];
      run(`${name}: route of ${severity} alerts`, options.amtool, route);
    }
  }
}

/** `lint-fatal`: two rules that make the same series are an error. */
function checkRules(label, file) {
  run(label, options.promtool, ['check', 'rules', '--lint=all', '--lint-fatal', file]);
}

/** The rules inside a PrometheusRule, as a rules file has them: its spec, moved to the margin. */
function specOf(object) {
  const [, spec = ''] = readFileSync(object, 'utf8').split(/^spec:\n/m);
  const file = scratchFile('rules.yaml');
  writeFileSync(file, spec.replace(/^ {2}/gm, ''));
  return file;
}

/** Webhook addresses in files came with Alertmanager 0.26. */
function amtoolTakesUrlFiles() {
  const { stdout = '', stderr = '' } = spawnSync(options.amtool, ['--version'], { encoding: 'utf8' });
  const [, major = '0', minor = '0'] = /version (\d+)\.(\d+)/.exec(stdout + stderr) ?? [];
  // Built by go install, it has no version.
  const old = Number(major) === 0 && Number(minor) > 0 && Number(minor) < 26;
  if (old) console.log(`amtool ${major}.${minor} knows no url_file: checked with an address in its place`);
  return !old;
}

/** Debian builds its own without the discovery of Kubernetes. */
function promtoolKnowsKubernetes() {
  const file = join(scratch, 'kubernetes.yml');
  writeFileSync(file, 'scrape_configs: [{ job_name: pods, kubernetes_sd_configs: [{ role: pod }] }]\n');
  const { status } = spawnSync(options.promtool, ['check', 'config', file]);
  if (status !== 0) console.log('promtool knows no kubernetes_sd_configs: checked with none in their place');
  return status === 0;
}

function withoutKubernetes(folder) {
  const copy = scratchFile('prometheus.yml');
  const text = readFileSync(join(folder, 'prometheus.yml'), 'utf8');
  // Rules are named by where the configuration lies.
  const rules = text.replace(/^ {2}- rules\.yaml$/m, `  - ${join(folder, 'rules.yaml')}`);
  writeFileSync(copy, rules.replace(/^ {4}kubernetes_sd_configs:\n {6}- role: pod$/gm, '    static_configs: []'));
  return copy;
}

function withUrls(file) {
  const copy = scratchFile('alertmanager.yml');
  writeFileSync(copy, readFileSync(file, 'utf8').replace(/\burl_file: .*/g, 'url: http://127.0.0.1/'));
  return copy;
}

function run(label, program, args) {
  queue.push({ label, program, args });
}

async function work() {
  for (let check = queue.shift(); check !== undefined; check = queue.shift()) {
    const { label, program, args } = check;
    const said = await outputOfFailed(program, args);
    if (said !== null) failures.push(`${label}: ${program}: ${said.trim().slice(-2000)}`);
  }
}

/** Null where the program was content. */
function outputOfFailed(program, args) {
  return new Promise((resolve) => {
    execFile(program, args, { maxBuffer: 64 * 2 ** 20 }, (error, stdout, stderr) => {
      if (error === null) resolve(null);
      else resolve(typeof error.code === 'number' ? `${stdout}${stderr}` : error.message);
    });
  });
}

/** A file of its own for each check, since they run at once. */
function scratchFile(name) {
  return join(mkdtempSync(join(scratch, 'file-')), name);
}
