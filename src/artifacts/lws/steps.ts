import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import type { RunbookSection } from '../kind.ts';
import { progressDeadline } from '../kubernetes/rollout.ts';
import { askLines, loaderLines, secretLines, startLines } from '../kubernetes/steps.ts';
import { RDMA_HINT } from '../multi-node/node-env.ts';
import { shellBlock } from '../runbook/markdown.ts';
import { groupName, LWS_RELEASE } from './leader-worker-set.ts';

/** The commands for a LeaderWorkerSet, in order. */
export function groupSteps(deployment: Deployment, container: ServerContainer, folder: string): RunbookSection[] {
  const name = groupName(deployment);
  const lines = [
    'Instead of the RayService or llm-d, whose objects have the same names.',
    '',
    `The cluster needs the LeaderWorkerSet controller once, ${LWS_RELEASE} or newer:`,
    '',
    ...shellBlock(
      `kubectl apply --server-side --filename https://github.com/kubernetes-sigs/lws/releases/download/${LWS_RELEASE}/manifests.yaml`,
    ),
    '',
    ...secretLines(deployment),
    ...loaderLines(deployment, container, folder),
    `Then everything else. A group is ${deployment.nodes} pods, and none of them serves before all of them run: on a busy cluster, let Kueue or Volcano place groups as a whole.`,
    '',
    ...shellBlock(
      `kubectl apply --filename ${folder}/`,
      `kubectl wait leaderworkerset/${name} --for condition=Available --timeout ${progressDeadline(deployment, container).value}s`,
      `kubectl get pods --selector leaderworkerset.sigs.k8s.io/name=${name}`,
    ),
    '',
    RDMA_HINT,
    '',
    ...startLines(deployment),
    ...askLines(deployment),
  ];
  return [{ title: 'Kubernetes: LeaderWorkerSet', lines }];
}
