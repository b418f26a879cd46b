import type { Rule } from '../rule.ts';
import { enginesOf } from '../view/engines.ts';
import { spotOfKey } from '../view/kubernetes.ts';

export const probeTcp: Rule = {
  id: 'probe-tcp',
  severity: 'warning',
  formats: ['Kubernetes'],
  finds: 'A probe by `tcpSocket`',
  why: 'An open port says nothing about the engine behind it: a pod whose engine hangs or has died still counts as ready.',
  fix: 'Use httpGet with the path /health.',
  *check(tree) {
    for (const { node, file, source, pod } of enginesOf(tree)) {
      if (source !== 'kubernetes' || node === null || pod?.role === 'worker') continue;
      for (const key of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
        if (node.at(key, 'tcpSocket').exists)
          yield { at: spotOfKey(file, node.at(key), 'tcpSocket'), message: `${key} asks for an open port only.` };
      }
    }
  },
};
