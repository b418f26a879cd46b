import type { Rule } from '../rule.ts';
import { missingSeries, recordedNames } from './metric-hits.ts';

export const metricUnknown: Rule = {
  id: 'metric-unknown',
  severity: 'error',
  formats: ['PromQL', 'Kubernetes'],
  finds: 'A name with the prefix `vllm:` that no release exposes',
  why: 'The query finds nothing: panels stay empty, alerts never fire and autoscalers do not scale.',
  fix: 'Correct the name.',
  *check(tree) {
    const recorded = recordedNames(tree);
    for (const { at, series, check } of missingSeries(tree)) {
      if (check.kind !== 'unknown' || recorded.has(series)) continue;
      yield {
        at,
        message: `No release of vLLM exposes ${series}.`,
        ...(check.nearest !== null && { fix: `Did you mean ${check.nearest}?` }),
      };
    }
  },
};
