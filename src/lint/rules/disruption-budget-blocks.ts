import type { Rule } from '../rule.ts';
import { enginePods } from '../view/engines.ts';
import { labelsOf, matches, sameNamespace, spotOfKey } from '../view/kubernetes.ts';

export const disruptionBudgetBlocks: Rule = {
  id: 'disruption-budget-blocks',
  severity: 'error',
  formats: ['Kubernetes'],
  finds: 'A PodDisruptionBudget that allows no pod to go',
  why: 'Nodes with such a pod can never be drained, so upgrades of the cluster hang.',
  fix: 'Write maxUnavailable: 1, or delete the budget of a single replica.',
  *check(tree) {
    for (const budget of tree.objects) {
      if (budget.kind !== 'PodDisruptionBudget') continue;
      const spec = budget.root.at('spec');
      const least = spec.at('minAvailable').text;
      const most = spec.at('maxUnavailable').text;
      if (most === '0' || most === '0%' || least === '100%') {
        yield {
          at: spotOfKey(budget.file, spec, most === null ? 'minAvailable' : 'maxUnavailable'),
          message: 'The budget allows no pod to be evicted.',
        };
        continue;
      }
      const wanted = labelsOf(spec.at('selector', 'matchLabels'));
      const selected = enginePods(tree).filter(
        ({ pod }) => wanted.size > 0 && matches(wanted, pod.labels) && sameNamespace(pod.object, budget),
      );
      if (least === null || !/^\d+$/.test(least) || selected.length === 0) continue;
      const replicas = selected.reduce((sum, { pod }) => sum + pod.replicas, 0);
      if (Number(least) < replicas) continue;
      yield {
        at: spotOfKey(budget.file, spec, 'minAvailable'),
        message: `At least ${least} of ${replicas} pod${replicas === 1 ? '' : 's'} must stay, so none can be evicted.`,
      };
    }
  },
};
