import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import type { RunbookSection } from '../kind.ts';
import { progressDeadline } from '../kubernetes/rollout.ts';
import { askLines, loaderLines, secretLines, startLines } from '../kubernetes/steps.ts';
import { shellBlock } from '../runbook/markdown.ts';
import { imageRemark, rayImage } from './ray-image.ts';
import { KUBERAY_RELEASE } from './ray-service.ts';

/** The commands for a RayService, in order. */
export function raySteps(deployment: Deployment, container: ServerContainer, folder: string): RunbookSection[] {
  const image = rayImage(deployment);
  const { service } = deployment;
  const lines = [
    'Instead of plain manifests, a LeaderWorkerSet or llm-d, whose objects have the same names.',
    '',
    `The cluster needs the KubeRay operator once, ${KUBERAY_RELEASE} or newer:`,
    '',
    ...shellBlock(
      `helm install kuberay-operator kuberay-operator --repo https://ray-project.github.io/kuberay-helm/ --version ${KUBERAY_RELEASE}`,
    ),
    '',
    imageRemark(image),
    '',
    ...(image.published ? [] : [...shellBlock(`docker build --tag ${image.image} ${folder}`), '']),
    ...secretLines(deployment),
    ...loaderLines(deployment, container, folder),
    'Then the cluster and its application. It is ready when the model is loaded:',
    '',
    ...shellBlock(
      `kubectl apply --filename ${folder}/pvc.yaml --filename ${folder}/rayservice.yaml`,
      `kubectl wait rayservice/${service} --for condition=Ready --timeout ${progressDeadline(deployment, container).value}s`,
    ),
    '',
    ...startLines(deployment),
    'Anyone who reaches the port may use it: Ray Serve asks for no key.',
    '',
    ...askLines(deployment),
  ];
  return [{ title: 'Kubernetes: RayService', lines }];
}
