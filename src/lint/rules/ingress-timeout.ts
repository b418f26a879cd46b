import type { Rule } from '../rule.ts';
import { enginePods } from '../view/engines.ts';
import { labelsOf, matches, sameNamespace, spotOfKey } from '../view/kubernetes.ts';
import { mapsOf } from '../view/walk.ts';

export const ingressTimeout: Rule = {
  id: 'ingress-timeout',
  severity: 'warning',
  formats: ['Kubernetes'],
  finds: 'An NGINX Ingress in front of the engine with the default timeouts',
  why: 'NGINX cuts an answer after 60 s without a byte, and long prompts take longer until their first token.',
  fix: 'Annotate nginx.ingress.kubernetes.io/proxy-read-timeout and proxy-send-timeout with the longest request, proxy-buffering "off".',
  *check(tree) {
    for (const ingress of tree.objects) {
      if (ingress.kind !== 'Ingress') continue;
      const metadata = ingress.root.at('metadata');
      const annotations = metadata.at('annotations');
      const class_ = ingress.root.at('spec', 'ingressClassName').text ?? annotations.at('kubernetes.io/ingress.class').text ?? '';
      if (!/nginx/.test(class_) || annotations.at('nginx.ingress.kubernetes.io/proxy-read-timeout').exists) continue;
      const backends = [...mapsOf(ingress.root)].flatMap(({ node, path }) =>
        path.at(-1) === 'service' ? (node.at('name').text ?? []) : [],
      );
      const services = tree.objects.filter(
        ({ kind, name, ...rest }) => kind === 'Service' && backends.includes(name ?? '') && sameNamespace({ kind, name, ...rest }, ingress),
      );
      const serves = services.some(({ root }) =>
        enginePods(tree).some(({ pod }) => matches(labelsOf(root.at('spec', 'selector')), pod.labels)),
      );
      if (serves)
        yield {
          at: spotOfKey(ingress.file, metadata, annotations.exists ? 'annotations' : 'name'),
          message: 'Requests that are silent for 60 s are cut.',
        };
    }
  },
};
