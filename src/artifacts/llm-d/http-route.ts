import type { Deployment } from '../deployment.ts';
import type { Manifest } from '../kubernetes/manifest.ts';
import { objectLabels } from '../kubernetes/object-names.ts';
import { requestTimeout } from '../request-timeout.ts';
import { GATEWAY } from './names.ts';

/** From the Gateway to the pool: the API, and nothing else of the servers. */
export function httpRoute(deployment: Deployment): Manifest {
  const timeout = requestTimeout(deployment);
  const seconds = `${timeout.value}s`;
  const object = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: deployment.service, labels: objectLabels(deployment) },
    spec: {
      parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: GATEWAY }],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/v1' } }],
          backendRefs: [{ group: 'inference.networking.k8s.io', kind: 'InferencePool', name: deployment.service, weight: 1 }],
          timeouts: { request: seconds, backendRequest: seconds },
        },
      ],
    },
  };
  const rule = (key: string): (string | number)[] => ['spec', 'rules', 0, key];
  const remarks = [
    { path: rule('matches'), text: 'Not /metrics and /health, which ask nobody for a key.' },
    { path: rule('timeouts'), text: `${timeout.because}. GKE's gateway does not take timeouts here: leave them out there.` },
  ];
  return { file: 'httproute.yaml', object, header: [`The Gateway is called ${GATEWAY}, as in llm-d's guides.`], remarks };
}
