import type { Rule } from '../rule.ts';
import { missingSeries, recordedNames } from './metric-hits.ts';

export const metricTooNew: Rule = {
  id: 'metric-too-new',
  severity: 'error',
  formats: ['PromQL', 'Kubernetes'],
  finds: 'A metric that the release does not expose yet',
  why: 'The query finds nothing until the engine is upgraded.',
  fix: 'Query a metric that the release has, or run a newer one.',
  *check(tree) {
    const recorded = recordedNames(tree);
    for (const { at, series, check, version } of missingSeries(tree)) {
      if (check.kind === 'later' && !recorded.has(series))
        yield { at, message: `${series} comes with vLLM ${check.since}; the files run ${version}.` };
    }
  },
};
