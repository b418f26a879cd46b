import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { INetworkPolicyEgressRule } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyEgressRule';
import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import { expectsDownloads } from './downloads.ts';
import type { Manifest } from './manifest.ts';
import { HTTP_PORT, objectLabels, selectorLabels } from './object-names.ts';

const DNS: INetworkPolicyEgressRule = {
  ports: [
    { protocol: 'UDP', port: 53 },
    { protocol: 'TCP', port: 53 },
  ],
};
const HTTPS: INetworkPolicyEgressRule = { ports: [{ protocol: 'TCP', port: 443 }] };

export function networkPolicyManifest(deployment: Deployment, container: ServerContainer): Manifest {
  const downloads = expectsDownloads(container);
  const object = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: deployment.service, labels: objectLabels(deployment) },
    spec: {
      podSelector: { matchLabels: selectorLabels(deployment) },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ ports: [{ protocol: 'TCP', port: HTTP_PORT }] }],
      egress: downloads ? [DNS, HTTPS] : [DNS],
    },
  } satisfies INetworkPolicy;
  const remarks = [
    {
      path: ['spec', 'ingress'],
      text: 'Its port only. A `from` with the namespaces of your gateway and Prometheus would keep others from /metrics, which asks for no key.',
    },
    {
      path: ['spec', 'egress'],
      text: downloads
        ? 'Names, and the Hub over HTTPS. What else it sends to (traces, say) needs a rule here.'
        : 'Names only: the model lies in the volume. What it sends to (traces, say) needs a rule here.',
    },
  ];
  return { file: 'networkpolicy.yaml', object, header: [], remarks };
}
