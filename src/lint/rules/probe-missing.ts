import type { Rule } from '../rule.ts';
import { enginePods } from '../view/engines.ts';
import { spotOfKey } from '../view/kubernetes.ts';

export const probeMissing: Rule = {
  id: 'probe-missing',
  severity: 'warning',
  formats: ['Kubernetes'],
  finds: 'A server without a readiness probe',
  why: 'Traffic reaches the pod minutes before the model is loaded, and a rollout takes it for ready.',
  fix: 'Add startupProbe and readinessProbe with httpGet: {path: /health, port: 8000}.',
  *check(tree) {
    for (const { pod, engine: container } of enginePods(tree)) {
      const { node, file, engine } = container;
      if (
        node === null ||
        pod.role === 'worker' ||
        ['Job', 'CronJob', 'Pod'].includes(pod.object.kind) ||
        engine.flag('--headless') !== null
      )
        continue;
      // Operators add their own.
      if (!/^(apps\/|leaderworkerset|argoproj\.io)/.test(pod.object.apiVersion) || node.at('readinessProbe').exists) continue;
      yield { at: spotOfKey(file, node, 'name'), message: 'The container has no readinessProbe.' };
    }
  },
};
