import type { Rule } from '../rule.ts';
import { enginesOf } from '../view/engines.ts';
import { spotOfKey } from '../view/kubernetes.ts';
import { probeBudget } from './probe-budget.ts';
import { startSeconds } from './start-seconds.ts';

export const livenessKillsStart: Rule = {
  id: 'liveness-kills-start',
  severity: 'error',
  formats: ['Kubernetes'],
  finds: 'A liveness probe without a startup probe that gives up before the model is loaded',
  why: 'The pod is killed while it loads and begins again, for ever.',
  fix: 'Add a startupProbe on the same path with a failureThreshold for the whole start, and drop initialDelaySeconds.',
  *check(tree) {
    for (const container of enginesOf(tree)) {
      const { node, file, source } = container;
      const probe = node?.at('livenessProbe');
      if (source !== 'kubernetes' || node === null || probe?.isMap !== true || node.at('startupProbe').isMap) continue;
      const budget = probeBudget(probe);
      const { value, because } = startSeconds(container, tree);
      if (budget < value)
        yield { at: spotOfKey(file, node, 'livenessProbe'), message: `The probe kills the container after ${budget} s; ${because}.` };
    }
  },
};
