import type { Rule } from '../rule.ts';

export const promqlInvalid: Rule = {
  id: 'promql-invalid',
  severity: 'error',
  formats: ['PromQL'],
  finds: 'A query that is no PromQL',
  why: 'Prometheus refuses the file or the query; a panel shows an error and an alert never fires.',
  fix: 'Correct the query at that place.',
  *check({ queries }) {
    for (const { facts, spot, use, name } of queries) {
      if (facts.errorAt === null || use === 'adapter') continue;
      yield { at: spot(facts.errorAt), message: `The query of ${name} cannot be parsed from here on.` };
    }
  },
};
