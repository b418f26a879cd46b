import type { Deployment } from '../deployment.ts';
import type { Manifest } from '../kubernetes/manifest.ts';
import { HTTP_PORT, objectLabels, selectorLabels } from '../kubernetes/object-names.ts';

/** Pods and not the Service: behind a Service each scrape would meet another replica. */
export function podMonitorManifest(deployment: Deployment): Manifest {
  const object = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: { name: deployment.service, labels: objectLabels(deployment) },
    spec: {
      selector: { matchLabels: selectorLabels(deployment) },
      podMetricsEndpoints: [{ port: HTTP_PORT, path: '/metrics', interval: '15s' }],
    },
  };
  const header = ['Add the label that your Prometheus selects monitors by, often release.'];
  return { file: 'podmonitor.yaml', object, header, remarks: [] };
}
