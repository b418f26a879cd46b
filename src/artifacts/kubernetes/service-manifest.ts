import type { IService } from 'kubernetes-models/v1/Service';
import type { Deployment } from '../deployment.ts';
import type { Manifest } from './manifest.ts';
import { HTTP_PORT, objectLabels, selectorLabels } from './object-names.ts';

/** Inside the cluster only; its name is not vllm, which would break every engine of the namespace (VLLM_PORT). */
export function serviceManifest(deployment: Deployment): Manifest {
  const object = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: deployment.service, labels: objectLabels(deployment) },
    spec: {
      type: 'ClusterIP',
      selector: selectorLabels(deployment),
      ports: [{ name: HTTP_PORT, port: deployment.port, targetPort: HTTP_PORT }],
    },
  } satisfies IService;
  const header = ['An API key covers /v1 only: let gateways forward that, never /metrics or /health.'];
  return { file: 'service.yaml', object, header, remarks: [] };
}
