import { EMIT_GROUPS, EMIT_SUMMARIES, EMIT_WORDS, type EmitWord } from '../../src/artifacts/emit-words.ts';
import { generateFiles, possibleWords } from '../../src/artifacts/generate-files.ts';
import { testPlan } from '../../src/artifacts/test-support.ts';
import type { PlanResult } from '../../src/plan/plan-result.ts';

/** The programs that read each kind in .ci/run, beside our own lint, which reads them all. */
const READERS: Readonly<Record<EmitWord, string>> = {
  command: '`sh -n`, shellcheck; run under `sh` with a stand-in `vllm` that records its arguments',
  profile: 'our own profile reader: planning from it gives the same files',
  'docker-run': '`sh -n`, shellcheck; run under `sh` with a stand-in `docker`',
  compose: 'dclint, the Compose specification’s JSON Schema (check-jsonschema)',
  k8s: 'the chart’s own values schema, once as it is and once without unknown keys',
  manifests: 'kubernetes-validate, strictly',
  kustomize: '`kustomize build` of every overlay, then kubernetes-validate on what it gives',
  helm: '`helm lint --strict`, `helm template`, which must give the plain manifests',
  hpa: 'kubernetes-validate, strictly',
  keda: 'KEDA’s definition (CRD), strictly',
  benchmark: 'kubernetes-validate, shellcheck; its check of results is run by `python3`',
  lws: 'LeaderWorkerSet’s definition (CRD), strictly, with its pods; every rank’s arguments are read back',
  kuberay: 'KubeRay’s definition (CRD), strictly',
  'llm-d': 'the definitions (CRDs) of InferencePool and HTTPRoute, strictly; kubernetes-validate',
  prometheus: '`promtool check config`, `check rules`, `test rules`; a real Prometheus that scrapes a stand-in engine',
  'prometheus-operator': 'the operator’s definitions (CRDs), strictly',
  alertmanager: '`amtool check-config`; a real Alertmanager',
  grafana: 'Grafana’s own types, strictly (grafana-foundation-sdk); every query answered by a real Prometheus',
};

const ONE_NODE = testPlan({ count: 4, args: { tensorParallelSize: 2 } });
const TWO_NODES = testPlan({ nodes: 2, count: 16, args: { tensorParallelSize: 8, pipelineParallelSize: 2 } });

/** docs/artifacts.md: every kind with its files and its readers, made from the kinds themselves. */
export function artifactsPage(): string {
  const rows = EMIT_WORDS.map((word) => `| \`${word}\` | ${EMIT_SUMMARIES[word]} | ${filesOf(word)} | ${READERS[word]} |`);
  const groups = Object.entries(EMIT_GROUPS).map(([name, words]) => `| \`${name}\` | ${words.map((word) => `\`${word}\``).join(', ')} |`);
  return `# What generate writes

One plan gives all files. \`vllm-wizard generate MODEL --gpu GPU -o FOLDER --emit WORDS\` writes those of the named words, all or none,
with \`plan.json\`, \`plan.lock.json\` and a \`RUNBOOK.md\` that says what to run in which order and what each number stands on. A kind that
a plan cannot have (Compose for two nodes) is an error when it is named, and left out of a group with a line that says why.

Every file is made from one description of the deployment (\`src/artifacts/deployment.ts\`), so that they agree on name, port, image,
GPUs, arguments and limits; \`test/artifacts/consistency.test.ts\` reads them all back and compares. The same inputs give the same bytes.
No file holds a secret: they refer to variables or to a Kubernetes secret by name.

## Kinds

| word | what | files | accepted in CI by |
|---|---|---|---|
${rows.join('\n')}

\`.ci/run\` writes the files of the plans in \`scripts/check-artifacts/matrix.json\` (dense, mixture of experts, quantized, several nodes, AMD,
an old release, hostile names) and gives them to these programs.

## Several at once

| word | stands for |
|---|---|
${groups.join('\n')}
`;
}

function filesOf(word: EmitWord): string {
  const result = [ONE_NODE, TWO_NODES].find((plan) => possibleWords(plan, [word]).words.length > 0);
  if (result === undefined) throw new RangeError(`no plan has ${word}`);
  return folded(pathsOf(result, word))
    .map((path) => `\`${path}\``)
    .join(', ');
}

function pathsOf(result: PlanResult, word: EmitWord): string[] {
  const paths = generateFiles(result, result.document, [word]).map(({ path }) => path);
  return paths.filter((path) => !['plan.json', 'RUNBOOK.md'].includes(path));
}

/** Of a folder with more than three files, the folder. */
function folded(paths: readonly string[]): string[] {
  const [top = ''] = paths[0]?.split('/') ?? [];
  return paths.length > 3 && paths.every((path) => path.startsWith(`${top}/`)) ? [`${top}/`] : [...paths];
}
