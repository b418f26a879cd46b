import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import type { Deployment } from '../deployment.ts';
import type { Manifest } from '../kubernetes/manifest.ts';
import { objectLabels } from '../kubernetes/object-names.ts';
import { scaleBehavior } from './scale-behavior.ts';
import { scaleRange } from './scale-range.ts';
import { requestsTarget } from './scale-targets.ts';

/** Of one pod, as prometheus-adapter serves it; metric names of the API have no colon. */
export const ADAPTER_METRIC = 'vllm_requests_in_flight';

/** @throws WizardError CONTRADICTION when there is nothing to scale */
export function hpaManifest(deployment: Deployment): Manifest {
  const { service } = deployment;
  const range = scaleRange(deployment);
  const target = requestsTarget(deployment);
  const { behavior, up, down } = scaleBehavior(deployment);
  const object = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: service, labels: objectLabels(deployment) },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: service },
      minReplicas: range.min,
      maxReplicas: range.max,
      metrics: [
        { type: 'Pods', pods: { metric: { name: ADAPTER_METRIC }, target: { type: 'AverageValue', averageValue: String(target.value) } } },
      ],
      behavior,
    },
  } satisfies IHorizontalPodAutoscaler;
  const remarks = [
    { path: ['spec', 'minReplicas'], text: range.because },
    { path: ['spec', 'metrics'], text: target.because },
    { path: ['spec', 'behavior', 'scaleUp'], text: up },
    { path: ['spec', 'behavior', 'scaleDown'], text: down },
  ];
  const header = ['Not beside a ScaledObject: two autoscalers of one Deployment undo each other.'];
  return { file: 'hpa.yaml', object, header, remarks };
}
