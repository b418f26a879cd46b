import { metricOfSeries } from '../../artifacts/metrics/metrics-of.ts';
import type { Rule } from '../rule.ts';

export const rateOfGauge: Rule = {
  id: 'rate-of-gauge',
  severity: 'warning',
  formats: ['PromQL'],
  finds: '`rate` or `increase` of a gauge',
  why: 'Every fall of a gauge counts as a restart of a counter, so the result means nothing.',
  fix: 'Use the gauge itself, avg_over_time or delta.',
  *check({ queries, versionFor }) {
    for (const { file, facts, spot } of queries) {
      for (const { metric, at, inside } of facts.selectors) {
        const [function_] = inside;
        if (metric?.startsWith('vllm:') !== true || (function_ !== 'rate' && function_ !== 'irate' && function_ !== 'increase')) continue;
        if (metricOfSeries(versionFor(file), metric)?.type === 'gauge')
          yield { at: spot(at), message: `${function_}() of ${metric}, which is a gauge.` };
      }
    }
  },
};
