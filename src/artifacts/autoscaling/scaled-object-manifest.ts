import type { Deployment } from '../deployment.ts';
import type { Manifest } from '../kubernetes/manifest.ts';
import { objectLabels } from '../kubernetes/object-names.ts';
import { PROMETHEUS, PROMETHEUS_REMARK } from './prometheus-address.ts';
import { cooldownSeconds, scaleBehavior } from './scale-behavior.ts';
import { inFlightQuery, kvUsageQuery } from './scale-queries.ts';
import { scaleRange } from './scale-range.ts';
import { kvUsageTarget, requestsTarget } from './scale-targets.ts';

/** Failed queries in a row after which the fallback holds. */
const FAILURES = 4;

/** @throws WizardError CONTRADICTION when there is nothing to scale, or nothing to measure */
export function scaledObjectManifest(deployment: Deployment): Manifest {
  const { service } = deployment;
  const range = scaleRange(deployment);
  const requests = requestsTarget(deployment);
  const usage = kvUsageTarget();
  const cooldown = cooldownSeconds(deployment);
  const { behavior, up, down } = scaleBehavior(deployment);
  const object = {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { name: service, labels: objectLabels(deployment) },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: service },
      pollingInterval: 15,
      initialCooldownPeriod: cooldown.value,
      cooldownPeriod: cooldown.value,
      minReplicaCount: range.min,
      maxReplicaCount: range.max,
      fallback: { failureThreshold: FAILURES, replicas: range.min, behavior: 'currentReplicasIfHigher' },
      advanced: { horizontalPodAutoscalerConfig: { behavior } },
      triggers: [
        trigger('requests-in-flight', inFlightQuery(deployment), requests.value),
        trigger('kv-cache-usage', kvUsageQuery(deployment), usage.value),
      ],
    },
  };
  const config = ['spec', 'advanced', 'horizontalPodAutoscalerConfig', 'behavior'];
  const remarks = [
    { path: ['spec', 'initialCooldownPeriod'], text: cooldown.because },
    { path: ['spec', 'minReplicaCount'], text: range.because },
    { path: ['spec', 'fallback'], text: 'While Prometheus does not answer, or knows no such series: no fewer than now.' },
    { path: [...config, 'scaleUp'], text: up },
    { path: [...config, 'scaleDown'], text: down },
    { path: ['spec', 'triggers', 0, 'metadata', 'serverAddress'], text: PROMETHEUS_REMARK },
    { path: ['spec', 'triggers', 0, 'metadata', 'threshold'], text: requests.because },
    { path: ['spec', 'triggers', 1, 'metadata', 'threshold'], text: usage.because },
  ];
  const header = ['For KEDA 2.16 and newer. Not beside a HorizontalPodAutoscaler: two of one Deployment undo each other.'];
  return { file: 'scaledobject.yaml', object, header, remarks };
}

/** Strings throughout, as KEDA wants them. By default it takes an empty answer for zero, and a wrong query for no load. */
function trigger(name: string, query: string, threshold: number): object {
  return {
    type: 'prometheus',
    name,
    metricType: 'AverageValue',
    metadata: { serverAddress: `${PROMETHEUS.url}:${PROMETHEUS.port}`, query, threshold: String(threshold), ignoreNullValues: 'false' },
  };
}
