import type { Rule } from '../rule.ts';
import { enginePods } from '../view/engines.ts';
import { spotOfKey } from '../view/kubernetes.ts';
import { probeBudget } from './probe-budget.ts';

/** @source Kubernetes API reference, DeploymentSpec */
const DEFAULT_DEADLINE_S = 600;

export const progressDeadlineShort: Rule = {
  id: 'progress-deadline-short',
  severity: 'warning',
  formats: ['Kubernetes'],
  finds: 'A startup probe that waits longer than the `progressDeadlineSeconds` of its Deployment',
  why: 'A rollout is marked as failed while the model still loads, and delivery tools roll it back.',
  fix: 'Raise progressDeadlineSeconds above what the startup probe allows.',
  *check(tree) {
    for (const { pod, engine } of enginePods(tree)) {
      const { object } = pod;
      const probe = engine.node?.at('startupProbe');
      if (object.kind !== 'Deployment' || probe?.isMap !== true) continue;
      const spec = object.root.at('spec');
      const deadline = spec.at('progressDeadlineSeconds').number;
      const budget = probeBudget(probe);
      if (budget <= (deadline ?? DEFAULT_DEADLINE_S)) continue;
      yield {
        at:
          deadline === null
            ? spotOfKey(engine.file, engine.node ?? spec, 'startupProbe')
            : spotOfKey(object.file, spec, 'progressDeadlineSeconds'),
        message: `The startup probe allows ${budget} s, and the rollout fails after ${deadline ?? DEFAULT_DEADLINE_S} s${deadline === null ? ', the default' : ''}.`,
      };
    }
  },
};
