import type { Rule } from '../rule.ts';
import { enginesOf } from '../view/engines.ts';
import { spotOfKey } from '../view/kubernetes.ts';

/** Below this it only spares the first checks. */
const HARMLESS_S = 30;

export const livenessInitialDelay: Rule = {
  id: 'liveness-initial-delay',
  severity: 'warning',
  formats: ['Kubernetes'],
  finds: '`initialDelaySeconds` of a liveness or readiness probe in place of a startup probe',
  why: 'It is a guess: fast starts wait for nothing, slow ones are killed, and a hung engine is noticed late.',
  fix: 'Write a startupProbe, and delete initialDelaySeconds.',
  *check(tree) {
    for (const { node, file, source } of enginesOf(tree)) {
      if (source !== 'kubernetes' || node === null) continue;
      for (const key of ['livenessProbe', 'readinessProbe']) {
        const probe = node.at(key);
        const delay = probe.at('initialDelaySeconds').number ?? 0;
        if (delay > HARMLESS_S)
          yield { at: spotOfKey(file, probe, 'initialDelaySeconds'), message: `${key} waits ${delay} s whatever the start takes.` };
      }
    }
  },
};
