import type { IService } from 'kubernetes-models/v1/Service';
import type { Deployment } from '../deployment.ts';
import type { Manifest } from '../kubernetes/manifest.ts';
import { HTTP_PORT, objectLabels, selectorLabels } from '../kubernetes/object-names.ts';
import { roleLabel } from './group-pod.ts';

/** The address of the server: its leaders only, since no other pod of a group listens. */
export function leaderService(deployment: Deployment): Manifest {
  const object = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: deployment.service, labels: objectLabels(deployment) },
    spec: {
      type: 'ClusterIP',
      selector: { ...selectorLabels(deployment), ...roleLabel('leader') },
      ports: [{ name: HTTP_PORT, port: deployment.port, targetPort: HTTP_PORT }],
    },
  } satisfies IService;
  const remarks = [{ path: ['spec', 'selector'], text: 'Leaders only: the other pods of a group run engines without an API.' }];
  return {
    file: 'service.yaml',
    object,
    header: ['An API key covers /v1 only: let gateways forward that, never /metrics or /health.'],
    remarks,
  };
}
