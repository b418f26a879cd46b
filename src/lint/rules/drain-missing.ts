import { isAtLeast } from '../../engine/version.ts';
import type { Rule } from '../rule.ts';
import { enginesOf } from '../view/engines.ts';

export const drainMissing: Rule = {
  id: 'drain-missing',
  severity: 'info',
  formats: ['Kubernetes'],
  finds: 'A server without `--shutdown-timeout`',
  why: 'By default running requests are aborted as soon as the pod is told to stop, at every rollout and node drain.',
  fix: 'Add --shutdown-timeout SECONDS, and terminationGracePeriodSeconds above it.',
  *check(tree) {
    for (const { source, engine, pod } of enginesOf(tree)) {
      if (source !== 'kubernetes' || pod?.object.kind === 'Job' || pod?.role === 'worker') continue;
      if (!isAtLeast(engine.version, '0.18.0') || engine.flag('--shutdown-timeout') !== null || engine.flag('--headless') !== null)
        continue;
      yield { at: engine.at, message: 'Requests in flight are aborted when the pod is told to stop.' };
    }
  },
};
