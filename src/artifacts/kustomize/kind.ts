import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import { type ArtifactKind, oneHost, type RunbookSection } from '../kind.ts';
import { loaderManifest } from '../kubernetes/loader-manifest.ts';
import { manifestFile } from '../kubernetes/manifests.ts';
import { progressDeadline } from '../kubernetes/rollout.ts';
import { askLines, copyCommands, loaderLines, secretLines, startLines } from '../kubernetes/steps.ts';
import { shellBlock } from '../runbook/markdown.ts';
import { kustomizeFolders } from './folders.ts';
import { folderFiles } from './kustomization.ts';

/** A base, components, and overlays for environments and clouds. */
export const kustomizeKind: ArtifactKind = {
  word: 'kustomize',
  files: (deployment, { result }) => {
    const container = oneHost(deployment);
    const folders = kustomizeFolders(deployment, container, result.request.hardware.gpu.id);
    const files = folders.flatMap((folder) => folderFiles(deployment, folder));
    const loader = loaderManifest(deployment, container);
    return loader === null ? files : [...files, manifestFile('kustomize/base/before', deployment, loader)];
  },
  steps: (deployment, { result }) => [kustomizeSteps(deployment, result.request.hardware.gpu.id)],
};

function kustomizeSteps(deployment: Deployment, gpu: string): RunbookSection {
  const container = oneHost(deployment);
  const folders = kustomizeFolders(deployment, container, gpu);
  const overlays = folders.filter(({ path }) => path.includes('/overlays/')).map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
  const scales = folders.some(({ path }) => path.endsWith('/autoscaling'));
  const needs = scales ? 'prometheus-operator and KEDA' : 'prometheus-operator';
  const lines = [
    ...secretLines(deployment),
    ...(scales ? claimChoice(deployment, container) : loaderLines(deployment, container, 'kustomize/base')),
    `Overlays: ${overlays.map((overlay) => `\`${overlay}\``).join(', ')}. \`prod\` and those of clouds need ${needs} in the cluster; take a component out of \`kustomization.yaml\` to do without. Look first, then apply:`,
    '',
    ...shellBlock(
      'kubectl kustomize kustomize/overlays/dev',
      'kubectl apply --kustomize kustomize/overlays/dev',
      `kubectl rollout status deployment/${deployment.service} --timeout ${progressDeadline(deployment, container).value}s`,
    ),
    '',
    ...startLines(deployment),
    ...askLines(deployment),
  ];
  return { title: 'Kubernetes: Kustomize', lines };
}

/** The access mode of a claim cannot be changed once it is there, and only production shares the volume. */
function claimChoice(deployment: Deployment, container: ServerContainer): string[] {
  const copy = copyCommands(deployment, container);
  if (copy.length === 0) return [];
  return [
    'The model is a local folder. Copy it into the volume once. The volume, for `dev` or `staging`:',
    '',
    ...shellBlock(`kubectl apply --filename ${CLAIM}`),
    '',
    'For `prod` or a cloud, whose pods share it:',
    '',
    ...shellBlock(`sed 's/ReadWriteOnce/ReadWriteMany/' ${CLAIM} | kubectl apply --filename -`),
    '',
    'Then its content:',
    '',
    ...shellBlock('kubectl apply --filename kustomize/base/before/model-loader.yaml', ...copy),
    '',
  ];
}

const CLAIM = 'kustomize/base/pvc.yaml';
