import type { Rule } from '../rule.ts';
import { spotOfKey } from '../view/kubernetes.ts';

export const probeOnWorker: Rule = {
  id: 'probe-on-worker',
  severity: 'error',
  formats: ['Kubernetes'],
  finds: 'An HTTP or TCP probe on the workers of a LeaderWorkerSet',
  why: 'Only the leader serves the API: workers have no port, never get ready, and the group is started again and again.',
  fix: 'Delete the probe; keep one on the leader.',
  *check({ pods }) {
    for (const { role, containers } of pods) {
      if (role !== 'worker') continue;
      for (const { node, file } of containers) {
        for (const key of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
          const probe = node?.at(key);
          if (node != null && (probe?.at('httpGet').exists || probe?.at('tcpSocket').exists))
            yield { at: spotOfKey(file, node, key), message: `A worker has a ${key}, and no port to answer it.` };
        }
      }
    }
  },
};
