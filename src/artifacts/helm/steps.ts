import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import type { RunbookSection } from '../kind.ts';
import { progressDeadline } from '../kubernetes/rollout.ts';
import { askLines, copyCommands, secretLines, startLines } from '../kubernetes/steps.ts';
import { shellBlock } from '../runbook/markdown.ts';

export function helmSteps(deployment: Deployment, container: ServerContainer): RunbookSection {
  const { slug, service } = deployment;
  const install = `helm upgrade --install ${service} helm/${slug}`;
  const lines = [
    ...secretLines(deployment),
    ...loaderLines(deployment, container, install),
    ...shellBlock(`helm lint --strict helm/${slug}`, `${install} --wait --timeout ${progressDeadline(deployment, container).value}s`),
    '',
    ...startLines(deployment),
    ...askLines(deployment),
  ];
  return { title: 'Kubernetes: Helm', lines };
}

/** The chart makes the volume, so it is installed without pods first. */
function loaderLines(deployment: Deployment, container: ServerContainer, install: string): string[] {
  const copy = copyCommands(deployment, container);
  if (copy.length === 0) return [];
  const volume = [`${install} --set replicas=0 --set autoscaled=false`, 'kubectl apply --filename helm/before/model-loader.yaml'];
  return ['The model is a local folder. Copy it into the volume once:', '', ...shellBlock(...volume, ...copy), ''];
}
