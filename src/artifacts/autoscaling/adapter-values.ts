import type { Deployment } from '../deployment.ts';
import { headerLines } from '../file-header.ts';
import { yamlText } from '../yaml-text.ts';
import { ADAPTER_METRIC } from './hpa-manifest.ts';
import { PROMETHEUS, PROMETHEUS_REMARK } from './prometheus-address.ts';
import { ADAPTER_QUERY, ADAPTER_SERIES } from './scale-queries.ts';

/** Values for the chart prometheus-community/prometheus-adapter: one rule, which makes the metric of the autoscaler. */
export function adapterValues(deployment: Deployment): string {
  const rule = {
    seriesQuery: ADAPTER_SERIES,
    resources: { overrides: { namespace: { resource: 'namespace' }, pod: { resource: 'pod' } } },
    name: { matches: '.*', as: ADAPTER_METRIC },
    metricsQuery: ADAPTER_QUERY,
  };
  const value = { prometheus: PROMETHEUS, rules: { default: false, custom: [rule] } };
  const header = headerLines(
    deployment,
    'Values for the chart prometheus-adapter of prometheus-community; where it is installed already, add the rule to its own.',
  );
  return yamlText(value, header, [
    { path: ['prometheus'], text: PROMETHEUS_REMARK },
    { path: ['rules', 'custom'], text: 'Requests in the batch and in the queue of one pod, all its engines together.' },
  ]);
}
