import type { Rule } from '../rule.ts';
import { missingSeries, recordedNames } from './metric-hits.ts';

export const metricRemoved: Rule = {
  id: 'metric-removed',
  severity: 'error',
  formats: ['PromQL', 'Kubernetes'],
  finds: 'A metric that the release no longer exposes',
  why: 'The query finds nothing: panels stay empty, alerts never fire and autoscalers do not scale.',
  fix: 'Query its successor.',
  *check(tree) {
    const recorded = recordedNames(tree);
    for (const { at, series, check, version } of missingSeries(tree)) {
      if (recorded.has(series) || (check.kind !== 'removed' && check.kind !== 'hidden')) continue;
      const { removed } = check;
      const last =
        removed?.v0 === true ? 'only the V0 engine had it' : `vLLM ${removed?.until ?? 'before 0.8'} was the last that showed it`;
      const state = check.kind === 'hidden' ? `is hidden in vLLM ${version}` : `is gone in vLLM ${version}`;
      const successor = removed?.replacement ?? null;
      yield {
        at,
        message: `${series} ${state}: ${last}.`,
        fix: successor === null ? 'Delete it; nothing has its meaning.' : `Query ${withSuffix(series, successor)}.`,
      };
    }
  },
};

/** A histogram's successor has the same suffixes. */
function withSuffix(series: string, successor: string): string {
  const suffix = /_(bucket|sum|count)$/.exec(series)?.[0] ?? '';
  return /^[\w:]+$/.test(successor) && !successor.endsWith(suffix || '\0') ? `${successor}${suffix}` : successor;
}
