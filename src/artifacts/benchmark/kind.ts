import type { PlanResult } from '../../plan/plan-result.ts';
import type { Deployment } from '../deployment.ts';
import { headerLines } from '../file-header.ts';
import { type GeneratedFile, programFile, textFile } from '../generated-file.ts';
import type { ArtifactKind, RunbookSection } from '../kind.ts';
import { manifestFile } from '../kubernetes/manifests.ts';
import { shellBlock } from '../runbook/markdown.ts';
import { yamlText } from '../yaml-text.ts';
import { acceptanceOf } from './acceptance.ts';
import { CHECK_PROGRAM } from './check-program.ts';
import { benchSeconds, clientLoad } from './client-load.ts';
import { hostScript } from './host-script.ts';
import { benchmarkName, jobManifest } from './job-manifest.ts';

const FOLDER = 'benchmark';

/** `vllm bench serve` with the planned load, held to the forecast: from a shell, and as a Job where a cluster can run it. */
export const benchmarkKind: ArtifactKind = {
  word: 'benchmark',
  files: (deployment, { result }) => {
    const load = clientLoad(deployment, result);
    const limits = `${JSON.stringify(acceptanceOf(deployment, load, result), null, 2)}\n`;
    return [
      programFile(`${FOLDER}/run.sh`, hostScript(deployment, load, { ...result.args, model: deployment.model })),
      programFile(`${FOLDER}/check.py`, CHECK_PROGRAM),
      textFile(`${FOLDER}/limits.json`, limits),
      ...clusterFiles(deployment, result),
    ];
  },
  steps: (deployment, { result }) => [benchmarkSteps(deployment, result)],
};

function clusterFiles(deployment: Deployment, result: PlanResult): GeneratedFile[] {
  const { container } = deployment;
  if (container.kind === 'none') return [];
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: ['job.yaml'],
    configMapGenerator: [{ name: benchmarkName(deployment), files: ['check.py', 'limits.json'] }],
    generatorOptions: { disableNameSuffixHash: true },
  };
  return [
    manifestFile(FOLDER, deployment, jobManifest(deployment, container, clientLoad(deployment, result))),
    textFile(`${FOLDER}/kustomization.yaml`, yamlText(kustomization, headerLines(deployment), [])),
  ];
}

function benchmarkSteps(deployment: Deployment, result: PlanResult): RunbookSection {
  const name = benchmarkName(deployment);
  const { value: wait } = benchSeconds(deployment, clientLoad(deployment, result));
  const cluster = [
    'In a cluster, once the server answers:',
    '',
    ...shellBlock(
      `kubectl delete job ${name} --ignore-not-found`,
      `kubectl apply --kustomize ${FOLDER}`,
      `kubectl wait --for condition=Complete job/${name} --timeout ${wait}s`,
      `kubectl logs job/${name}`,
    ),
    '',
  ];
  const lines = [
    ...(deployment.container.kind === 'none' ? [] : cluster),
    'From a shell with vLLM, against a server on this host (or `BASE_URL`):',
    '',
    ...shellBlock(`${FOLDER}/run.sh`),
    '',
    'Each line of the comparison is `ok`, `better` or `FAILED`; it ends with 1 when one failed. What was measured can correct the plan.',
  ];
  return { title: 'Benchmark against the plan', lines };
}
