import type { Rule } from '../rule.ts';
import { spotOf, spotOfKey } from '../view/kubernetes.ts';

export const kedaIgnoresNothing: Rule = {
  id: 'keda-ignores-nothing',
  severity: 'warning',
  formats: ['Kubernetes', 'Helm values'],
  finds: 'A Prometheus trigger with the default `ignoreNullValues: "true"`',
  why: 'A query that finds nothing counts as 0: a wrong name turns into silent "no load" and scales down.',
  fix: 'Set ignoreNullValues: "false", and a fallback with the replicas to keep.',
  *check({ queries }) {
    for (const { use, node, file } of queries) {
      if (use !== 'trigger') continue;
      const value = node.at('ignoreNullValues');
      if (value.text === 'false') continue;
      yield { at: value.exists ? spotOf(file, value) : spotOfKey(file, node, 'query'), message: 'An empty result counts as 0.' };
    }
  },
};
