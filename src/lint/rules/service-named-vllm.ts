import type { Rule } from '../rule.ts';
import { enginePods } from '../view/engines.ts';
import { sameNamespace, spotOf } from '../view/kubernetes.ts';

export const serviceNamedVllm: Rule = {
  id: 'service-named-vllm',
  severity: 'error',
  formats: ['Kubernetes'],
  finds: 'A Service called `vllm` beside pods with service links',
  why: 'Kubernetes then sets VLLM_PORT=tcp://… in every pod of the namespace, and the engine dies at start with an error about the URI.',
  fix: 'Rename the Service (llama-vllm), and set enableServiceLinks: false in the pods.',
  *check(tree) {
    for (const service of tree.objects) {
      const name = service.root.at('metadata', 'name');
      if (service.kind !== 'Service' || name.text?.toLowerCase() !== 'vllm') continue;
      const pods = enginePods(tree).filter(({ pod }) => sameNamespace(pod.object, service));
      if (pods.length > 0 && pods.every(({ pod }) => pod.spec.at('enableServiceLinks').text === 'false')) continue;
      yield { at: spotOf(service.file, name), message: 'The Service is called vllm, so pods get a VLLM_PORT that is no number.' };
    }
  },
};
