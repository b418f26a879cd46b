import type { Pod } from '../view/kubernetes.ts';
import type { Tree } from '../view/tree.ts';

/** Most copies that an object may have: its own number, or what an autoscaler of the same files allows. */
export function mostReplicas({ object, replicas }: Pod, { objects }: Tree): number {
  const limits = objects.flatMap(({ kind, root }) => {
    const target = root.at('spec', 'scaleTargetRef');
    if (target.at('name').text !== object.name || (target.at('kind').text ?? 'Deployment') !== object.kind) return [];
    return [root.at('spec', kind === 'ScaledObject' ? 'maxReplicaCount' : 'maxReplicas').number ?? (kind === 'ScaledObject' ? 100 : 1)];
  });
  return Math.max(replicas, ...limits);
}
