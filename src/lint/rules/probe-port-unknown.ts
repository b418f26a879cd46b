import type { Rule } from '../rule.ts';
import { enginesOf } from '../view/engines.ts';
import { spotOf } from '../view/kubernetes.ts';

export const probePortUnknown: Rule = {
  id: 'probe-port-unknown',
  severity: 'error',
  formats: ['Kubernetes'],
  finds: 'A probe on a port that the server does not listen on',
  why: 'The probe is refused for ever, so the pod is never ready or is killed.',
  fix: 'Probe the port of --port (8000 where it is not given), or name it in the ports of the container.',
  *check(tree) {
    for (const { node, file, source, engine, pod } of enginesOf(tree)) {
      if (source !== 'kubernetes' || node === null || pod?.role === 'worker') continue;
      const listening = engine.flag('--port')?.value ?? '8000';
      if (!/^\d+$/.test(listening)) continue;
      // A proxy beside the engine answers on its own port.
      const others =
        pod?.containers.filter((container) => container.node !== node).flatMap((container) => container.node?.at('ports').items() ?? []) ??
        [];
      for (const key of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
        for (const kind of ['httpGet', 'tcpSocket']) {
          const port = node.at(key, kind, 'port');
          if (port.text === null) continue;
          const named = node
            .at('ports')
            .items()
            .find((item) => item.at('name').text === port.text);
          const number = /^\d+$/.test(port.text) ? port.text : (named?.at('containerPort').text ?? null);
          if (
            number === listening ||
            others.some((item) => item.at('containerPort').text === (number ?? port.text) || item.at('name').text === port.text)
          )
            continue;
          yield {
            at: spotOf(file, port),
            message:
              number === null
                ? `No port of the container is called ${port.text}.`
                : `${key} asks port ${number}; the server listens on ${listening}.`,
          };
        }
      }
    }
  },
};
