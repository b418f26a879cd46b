import type { PlanResult } from '../../plan/plan-result.ts';
import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import { headerLines } from '../file-header.ts';
import { type GeneratedFile, textFile } from '../generated-file.ts';
import { type ArtifactKind, oneHost } from '../kind.ts';
import { loaderManifest } from '../kubernetes/loader-manifest.ts';
import { manifestFile } from '../kubernetes/manifests.ts';
import { type Scale, scaleOf } from '../kubernetes/scale.ts';
import { yamlText } from '../yaml-text.ts';
import { chartValues, valuesRemarks } from './chart-values.ts';
import { helmSteps } from './steps.ts';
import { DEPLOYMENT } from './templates/deployment.ts';
import { HELPER_NAMES } from './templates/helper-names.ts';
import { CLAIM, DISRUPTION_BUDGET, NETWORK_POLICY, NOTES, SERVICE, SERVICE_ACCOUNT } from './templates/small-objects.ts';
import { VALUES_SCHEMA } from './values-schema.ts';

/** A small chart of our own whose objects are those of the plain manifests. */
export const helmKind: ArtifactKind = {
  word: 'helm',
  files: (deployment, { result, words }) => {
    const container = oneHost(deployment);
    const chart = chartFiles(deployment, container, scaleOf(deployment, words), result);
    const loader = loaderManifest(deployment, container);
    return loader === null ? chart : [...chart, manifestFile('helm/before', deployment, loader)];
  },
  steps: (deployment) => [helmSteps(deployment, oneHost(deployment))],
};

const TEMPLATES: Readonly<Record<string, string>> = {
  '_helpers.tpl': HELPER_NAMES,
  'serviceaccount.yaml': SERVICE_ACCOUNT,
  'pvc.yaml': CLAIM,
  'service.yaml': SERVICE,
  'networkpolicy.yaml': NETWORK_POLICY,
  'pdb.yaml': DISRUPTION_BUDGET,
  'deployment.yaml': DEPLOYMENT,
  'NOTES.txt': NOTES,
};

function chartFiles(deployment: Deployment, container: ServerContainer, scale: Scale, { document }: PlanResult): GeneratedFile[] {
  const folder = `helm/${deployment.slug}`;
  const chart = {
    apiVersion: 'v2',
    name: deployment.slug,
    description: `vLLM serving ${deployment.servedName}`,
    type: 'application',
    version: document.tool_version,
    appVersion: document.vllm_version,
  };
  const values = yamlText(chartValues(deployment, container, scale), headerLines(deployment), valuesRemarks(deployment, container, scale));
  return [
    textFile(`${folder}/Chart.yaml`, yamlText(chart, headerLines(deployment), [])),
    textFile(`${folder}/values.yaml`, values),
    textFile(`${folder}/values.schema.json`, `${JSON.stringify(VALUES_SCHEMA, null, 2)}\n`),
    ...Object.entries(TEMPLATES).map(([name, text]) => textFile(`${folder}/templates/${name}`, text)),
  ];
}
