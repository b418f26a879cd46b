import type { Rule } from '../rule.ts';
import { missingSeries, recordedNames } from './metric-hits.ts';

export const metricSuffix: Rule = {
  id: 'metric-suffix',
  severity: 'error',
  formats: ['PromQL', 'Kubernetes'],
  finds: 'A counter without `_total`, or a histogram without `_bucket`, `_sum` or `_count`',
  why: 'There is no series of that name: the query finds nothing.',
  fix: 'Add the suffix.',
  *check(tree) {
    const recorded = recordedNames(tree);
    for (const { at, series, check } of missingSeries(tree)) {
      if (check.kind !== 'suffix' || recorded.has(series)) continue;
      yield { at, message: `${series} is the name of a ${check.metric.type}, not of a series.`, fix: `Query ${check.series.join(', ')}.` };
    }
  },
};
