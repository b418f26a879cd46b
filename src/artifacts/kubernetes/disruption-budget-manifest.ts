import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import type { Deployment } from '../deployment.ts';
import type { Manifest } from './manifest.ts';
import { objectLabels, selectorLabels } from './object-names.ts';
import type { Scale } from './scale.ts';

/** null: one pod. A budget for it would block every drain of its node for ever, or protect nothing. */
export function disruptionBudgetManifest(deployment: Deployment, { maxPods }: Scale): Manifest | null {
  if (maxPods === 1) return null;
  const object = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: deployment.service, labels: objectLabels(deployment) },
    spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow', selector: { matchLabels: selectorLabels(deployment) } },
  } satisfies IPodDisruptionBudget;
  return { file: 'pdb.yaml', object, header: ['Node drains take one pod at a time, and pods that do not answer at once.'], remarks: [] };
}
