import { bucketLabel } from '../../artifacts/metrics/metric.ts';
import { metricOfSeries } from '../../artifacts/metrics/metrics-of.ts';
import type { Rule } from '../rule.ts';
import { enginesOf } from '../view/engines.ts';

export const bucketUnknown: Rule = {
  id: 'bucket-unknown',
  severity: 'error',
  formats: ['PromQL'],
  finds: 'A filter by a bucket (`le="0.2"`) that the histogram does not have',
  why: 'The query finds nothing, and a share of good requests made from it is always empty.',
  fix: 'Use a bound that exists, or set --custom-histogram-buckets.',
  *check(tree) {
    if (enginesOf(tree).some(({ engine }) => engine.flag('--custom-histogram-buckets') !== null)) return;
    for (const { file, facts, spot } of tree.queries) {
      for (const { metric, matchers } of facts.selectors) {
        const buckets =
          metric === null || !metric.endsWith('_bucket') ? null : (metricOfSeries(tree.versionFor(file), metric)?.buckets ?? null);
        if (buckets === null || buckets === 'max_model_len') continue;
        for (const { label, operator, value, valueAt } of matchers) {
          if (label !== 'le' || operator !== '=' || /^\+?Inf$|[$_]/.test(value)) continue;
          const labels = buckets.map(bucketLabel);
          if (labels.includes(value)) continue;
          const same = labels.find((one) => Number(one) === Number(value));
          const next = buckets.find((bound) => bound >= Number(value));
          yield {
            at: spot(valueAt),
            message:
              same === undefined ? `${metric ?? ''} has no bucket ${value}.` : `The bucket ${value} of ${metric ?? ''} is written ${same}.`,
            ...(next !== undefined && {
              fix: `Write le="${bucketLabel(next)}"${same === undefined ? ', the next bound, or set --custom-histogram-buckets' : ''}.`,
            }),
          };
        }
      }
    }
  },
};
