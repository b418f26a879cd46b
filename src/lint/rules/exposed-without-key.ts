import type { Hit, Rule } from '../rule.ts';
import { type Engine, enginePods, enginesOf, hasApiKey } from '../view/engines.ts';
import { labelsOf, matches, sameNamespace, spotOfKey } from '../view/kubernetes.ts';
import type { Tree } from '../view/tree.ts';

export const exposedWithoutKey: Rule = {
  id: 'exposed-without-key',
  severity: 'warning',
  formats: ['Compose', 'Kubernetes', 'shell'],
  finds: 'A server that is reachable from other hosts and asks for no API key',
  why: 'Everyone on the network can use the GPUs, and /metrics and /health need no key in any case.',
  fix: 'Bind it to 127.0.0.1 behind a gateway that lets /v1 through, or set VLLM_API_KEY from a secret.',
  *check(tree) {
    for (const container of enginesOf(tree)) {
      if (hasApiKey(container) || container.openEnv) continue;
      for (const { at, text } of container.publicPorts) {
        yield {
          at,
          message: `Port ${text} is open on every address of the host, and the server asks for no key.`,
          fix: `Write 127.0.0.1:${text}, or set VLLM_API_KEY from a secret.`,
        };
      }
    }
    yield* services(tree);
  },
};

function* services(tree: Tree): Generator<Hit> {
  for (const service of tree.objects) {
    if (service.kind !== 'Service') continue;
    const type = service.root.at('spec', 'type').text;
    if (type !== 'LoadBalancer' && type !== 'NodePort') continue;
    const wanted = labelsOf(service.root.at('spec', 'selector'));
    const open = enginePods(tree).find(
      ({ pod, engine }: { readonly pod: Engine['pod']; readonly engine: Engine }) =>
        pod !== null &&
        wanted.size > 0 &&
        matches(wanted, pod.labels) &&
        sameNamespace(pod.object, service) &&
        !hasApiKey(engine) &&
        !engine.openEnv,
    );
    if (open === undefined || isInternal(service.root.at('metadata', 'annotations').entries())) continue;
    yield {
      at: spotOfKey(service.file, service.root.at('spec'), 'type'),
      message: `A Service of type ${type} exposes the server, which asks for no key.`,
    };
  }
}

function isInternal(annotations: readonly (readonly [string, { readonly text: string | null }])[]): boolean {
  return annotations.some(
    ([key, { text }]) =>
      (/internal|load-balancer-type/i.test(key) && /^(true|internal)$/i.test(text ?? '')) || (/scheme$/.test(key) && text === 'internal'),
  );
}
