import type { Hit, Rule } from '../rule.ts';
import { type KubernetesObject, labelsOf, matches, spotOf } from '../view/kubernetes.ts';
import type { Tree } from '../view/tree.ts';

export const monitorPortUnknown: Rule = {
  id: 'monitor-port-unknown',
  severity: 'error',
  formats: ['Kubernetes'],
  finds: 'A ServiceMonitor or PodMonitor whose port has a name that nothing has',
  why: 'Monitors find ports by name, not by number: nothing is scraped, and no error says so.',
  fix: 'Name the port in the Service (ServiceMonitor) or in the container (PodMonitor), and write that name.',
  *check(tree) {
    for (const object of tree.objects) {
      if (object.kind === 'PodMonitor') yield* ofMonitor(object, 'podMetricsEndpoints', containerPorts(object, tree));
      else if (object.kind === 'ServiceMonitor') yield* ofMonitor(object, 'endpoints', servicePorts(object, tree));
    }
  },
};

/** Names of ports; null where the files hold nothing that the monitor selects. */
type PortNames = ReadonlySet<string> | null;

function* ofMonitor({ root, file, kind }: KubernetesObject, key: string, names: PortNames): Generator<Hit> {
  const where = kind === 'PodMonitor' ? 'container' : 'Service';
  for (const endpoint of root.at('spec', key).items()) {
    const port = endpoint.at('port');
    if (port.text === null) continue;
    if (!/[a-z]/i.test(port.text)) {
      yield {
        at: spotOf(file, port),
        message: `The port ${port.text} is a number, and names of ports have a letter in them.`,
        fix: 'Write the name of the port; for a number use portNumber (PodMonitor) or targetPort.',
      };
    } else if (names !== null && !names.has(port.text)) {
      const known = names.size === 0 ? 'none has a name' : `there ${names.size === 1 ? 'is' : 'are'} ${[...names].join(', ')}`;
      yield { at: spotOf(file, port), message: `No port of the ${where} is called ${port.text}; ${known}.` };
    }
  }
}

function containerPorts({ root }: KubernetesObject, { pods }: Tree): PortNames {
  const wanted = labelsOf(root.at('spec', 'selector', 'matchLabels'));
  if (wanted.size === 0) return null;
  const selected = pods.filter(({ labels }) => matches(wanted, labels));
  if (selected.length === 0) return null;
  const ports = selected.flatMap(({ containers }) => containers.flatMap(({ node }) => node?.at('ports').items() ?? []));
  return new Set(ports.flatMap((port) => port.at('name').text ?? []));
}

function servicePorts({ root }: KubernetesObject, { objects }: Tree): PortNames {
  const wanted = labelsOf(root.at('spec', 'selector', 'matchLabels'));
  if (wanted.size === 0) return null;
  const selected = objects.filter((object) => object.kind === 'Service' && matches(wanted, labelsOf(object.root.at('metadata', 'labels'))));
  if (selected.length === 0) return null;
  const ports = selected.flatMap((service) => service.root.at('spec', 'ports').items());
  return new Set(ports.flatMap((port) => port.at('name').text ?? []));
}
