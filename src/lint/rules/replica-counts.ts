import type { SourceFile } from '../source/source-file.ts';
import { appliedTogether } from '../view/applied-together.ts';
import type { Pod } from '../view/kubernetes.ts';
import type { Tree } from '../view/tree.ts';

/** Most copies that an object may have: its own number, or what an autoscaler of the same files allows. */
export function mostReplicas({ object, replicas }: Pod, tree: Tree): number {
  const limits = tree.objects.flatMap(({ kind, root, file }) => {
    const target = root.at('spec', 'scaleTargetRef');
    if (target.at('name').text !== object.name || (target.at('kind').text ?? 'Deployment') !== object.kind) return [];
    if (!sameFolder(file, object.file) && !appliedTogether(file, object.file, tree)) return [];
    return [root.at('spec', kind === 'ScaledObject' ? 'maxReplicaCount' : 'maxReplicas').number ?? (kind === 'ScaledObject' ? 100 : 1)];
  });
  return Math.max(replicas, ...limits);
}

function sameFolder(a: SourceFile, b: SourceFile): boolean {
  return a.path.replace(/[^/]*$/, '') === b.path.replace(/[^/]*$/, '');
}
