import type { Rule } from '../rule.ts';
import { labelsOf, spotOf } from '../view/kubernetes.ts';

export const selectorMismatch: Rule = {
  id: 'selector-mismatch',
  severity: 'error',
  formats: ['Kubernetes'],
  finds: 'A selector with labels that the pod template does not have',
  why: 'The API server refuses the object.',
  fix: 'Give the template every label of the selector.',
  *check({ pods }) {
    for (const { object, labels, template } of pods) {
      const selector = object.root.at('spec', 'selector', 'matchLabels');
      // Operators put labels of their own on pods.
      if (!/^(apps\/|batch\/|argoproj\.io\/)/.test(object.apiVersion)) continue;
      if (!selector.isMap || !object.root.at('spec', 'template').exists || !template.at('spec').isMap) continue;
      for (const [key, value] of labelsOf(selector)) {
        if (labels.get(key) === value) continue;
        const found = labels.has(key) ? `has ${key}: ${labels.get(key)}` : `has no label ${key}`;
        yield { at: spotOf(object.file, selector.at(key)), message: `The selector wants ${key}: ${value}; the pod template ${found}.` };
      }
    }
  },
};
