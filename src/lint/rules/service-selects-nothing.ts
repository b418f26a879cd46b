import type { Rule } from '../rule.ts';
import { enginePods } from '../view/engines.ts';
import { labelsOf, matches, sameNamespace, spotOf, spotOfKey } from '../view/kubernetes.ts';

export const serviceSelectsNothing: Rule = {
  id: 'service-selects-nothing',
  severity: 'error',
  formats: ['Kubernetes'],
  finds: 'A Service in the file of an engine that selects no pod, or has no selector',
  why: 'It has no endpoints, so every request to it is refused.',
  fix: 'Select labels that the pod template has.',
  *check(tree) {
    const engines = enginePods(tree).map(({ pod }) => pod.object);
    const made = engines.filter(({ apiVersion }) => !/^(v1$|apps\/|batch\/)/.test(apiVersion)).map(({ file }) => file);
    // Operators put labels of their own on pods.
    const files = new Set(engines.map(({ file }) => file).filter((file) => !made.includes(file)));
    for (const service of tree.objects) {
      // Pods of a Service alone in its file may be made by another file, chart or operator.
      if (service.kind !== 'Service' || !files.has(service.file)) continue;
      const spec = service.root.at('spec');
      if (spec.at('externalName').exists || hasEndpoints(service.name, tree.objects)) continue;
      const selector = spec.at('selector');
      if (!selector.isMap) {
        yield { at: spotOfKey(service.file, service.root, 'spec'), message: `The Service ${service.name ?? ''} has no selector.` };
        continue;
      }
      const wanted = labelsOf(selector);
      if (tree.pods.some((pod) => sameNamespace(pod.object, service) && matches(wanted, pod.labels))) continue;
      if (isGivenByController([...wanted.keys()])) continue;
      yield {
        at: spotOf(service.file, selector),
        message: `No pod has the labels ${[...wanted].map(([key, value]) => `${key}: ${value}`).join(', ')}.`,
      };
    }
  },
};

function hasEndpoints(name: string | null, objects: readonly { readonly kind: string; readonly name: string | null }[]): boolean {
  return objects.some((object) => object.kind.startsWith('Endpoint') && object.name === name);
}

/** Labels that controllers put on the pods that they make. */
function isGivenByController(keys: readonly string[]): boolean {
  return keys.some((key) =>
    /^(leaderworkerset\.sigs\.k8s\.io|ray\.io|apps\.kubernetes\.io|statefulset\.kubernetes\.io|serving\.k|nvidia\.com|batch\.kubernetes\.io)/.test(
      key,
    ),
  );
}
