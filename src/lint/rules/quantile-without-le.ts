import type { Rule } from '../rule.ts';

export const quantileWithoutLe: Rule = {
  id: 'quantile-without-le',
  severity: 'error',
  formats: ['PromQL'],
  finds: '`histogram_quantile` over an aggregation that drops `le`',
  why: 'Without the bounds of the buckets there is nothing to take a quantile of: the result is empty or NaN.',
  fix: 'Keep it: sum by (le) (rate(…_bucket[5m])).',
  *check({ queries }) {
    for (const { facts, spot } of queries) {
      for (const { at, keepsLe } of facts.quantiles)
        if (!keepsLe) yield { at: spot(at), message: 'The aggregation inside histogram_quantile drops the label le.' };
    }
  },
};
