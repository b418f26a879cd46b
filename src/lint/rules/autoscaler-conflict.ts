import type { Rule } from '../rule.ts';
import { appliedTogether } from '../view/applied-together.ts';
import { sameNamespace, spotOf } from '../view/kubernetes.ts';
import { autoscalersOf } from './autoscalers.ts';

export const autoscalerConflict: Rule = {
  id: 'autoscaler-conflict',
  severity: 'error',
  formats: ['Kubernetes'],
  finds: 'Two autoscalers on one target',
  why: 'Each undoes what the other did: replicas go up and down without end, and each start costs minutes.',
  fix: 'Keep one; a ScaledObject can hold several triggers and makes its own HPA.',
  *check(tree) {
    const scalers = autoscalersOf(tree);
    for (const [index, scaler] of scalers.entries()) {
      const first = scalers
        .slice(0, index)
        .find(
          (other) =>
            other.target === scaler.target &&
            sameNamespace(other.object, scaler.object) &&
            appliedTogether(other.object.file, scaler.object.file, tree),
        );
      // Overlays hold the same object again.
      if (first === undefined || (first.object.kind === scaler.object.kind && first.object.name === scaler.object.name)) continue;
      yield {
        at: spotOf(scaler.object.file, scaler.targetNode.at('name')),
        message: `${scaler.target} is scaled by ${first.object.kind}/${first.object.name ?? ''} already.`,
      };
    }
  },
};
