import type { Rule } from '../rule.ts';

/** Aggregations that keep the scale of their series. */
const SAME_SCALE = new Set([
  'avg',
  'max',
  'min',
  'quantile',
  'avg_over_time',
  'max_over_time',
  'min_over_time',
  'quantile_over_time',
  'last_over_time',
]);

export const thresholdNoFraction: Rule = {
  id: 'threshold-no-fraction',
  severity: 'error',
  formats: ['PromQL'],
  finds: 'The use of the KV cache compared to a percentage',
  why: 'vllm:kv_cache_usage_perc goes from 0 to 1 in spite of its name: a threshold of 90 is never reached.',
  fix: 'Compare to a fraction, for example 0.9.',
  *check({ queries, objects }) {
    for (const { facts, spot } of queries) {
      const sums = facts.selectors.some(({ metric, inside }) => isFraction(metric) && !inside.every((name) => SAME_SCALE.has(name)));
      if (sums) continue;
      for (const { metrics, threshold, at, operator } of facts.comparisons) {
        if (metrics.length === 1 && isFraction(metrics[0] ?? null) && threshold > 1 && operator.startsWith('>')) {
          yield { at: spot(at), message: `${metrics[0] ?? ''} is at most 1, never above ${threshold}.` };
        }
      }
    }
    for (const { kind, root, file } of objects) {
      if (kind !== 'PodAutoscaler') continue;
      for (const source of root.at('spec', 'metricsSources').items()) {
        const value = source.at('targetValue');
        if (isFraction(`vllm:${source.at('targetMetric').text?.replace(/^vllm[:_]/, '') ?? ''}`) && Number(value.text ?? 0) > 1) {
          yield { at: { file, offset: value.from }, message: `The metric is at most 1, never ${value.text ?? ''}.` };
        }
      }
    }
  },
};

function isFraction(metric: string | null): boolean {
  return metric === 'vllm:kv_cache_usage_perc' || metric === 'vllm:gpu_cache_usage_perc';
}
