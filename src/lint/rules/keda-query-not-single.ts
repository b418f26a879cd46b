import type { Rule } from '../rule.ts';

export const kedaQueryNotSingle: Rule = {
  id: 'keda-query-not-single',
  severity: 'error',
  formats: ['Kubernetes', 'Helm values'],
  finds: 'A KEDA query that may return several series',
  why: 'KEDA takes one element: with a second pod the scaler reports an error and stops scaling.',
  fix: 'Put an aggregation without `by` around it: sum(…), avg(…) or max(…).',
  *check({ queries }) {
    for (const { use, facts, spot, text } of queries) {
      if (use !== 'trigger' || facts.errorAt !== null || facts.isSingle) continue;
      yield { at: spot(text.search(/\S/)), message: 'The query returns one element for each pod, engine or group.' };
    }
  },
};
