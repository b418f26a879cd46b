import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import type { Remark } from '../yaml-text.ts';
import type { Manifest } from './manifest.ts';
import { objectLabels, selectorLabels } from './object-names.ts';
import { type PodWishes, podRemarks, podTemplate } from './pod-template.ts';
import { progressDeadline, type Rollout, rolloutOf } from './rollout.ts';
import type { Scale } from './scale.ts';
import { spreadConstraints } from './spread.ts';

export function deploymentManifest(deployment: Deployment, container: ServerContainer, scale: Scale, wishes: PodWishes = {}): Manifest {
  const { replicas } = scale;
  const rollout = rolloutOf(deployment, scale);
  const deadline = progressDeadline(deployment, container);
  const object = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: deployment.service, labels: objectLabels(deployment) },
    spec: {
      ...(replicas !== null && { replicas }),
      progressDeadlineSeconds: deadline.value,
      strategy: rollout.strategy,
      selector: { matchLabels: selectorLabels(deployment) },
      template: podTemplate(deployment, container, { ownKernels: scale.maxPods > 1, ...wishes, spec: podSpec(deployment, scale) }),
    },
  } satisfies IDeployment;
  const remarks: Remark[] = [
    { path: ['spec', 'progressDeadlineSeconds'], text: deadline.because },
    ...strategyRemarks(rollout),
    ...podRemarks(deployment, container, ['spec', 'template']),
  ];
  return { file: 'deployment.yaml', object, header: replicas === null ? ['The autoscaler sets the number of replicas.'] : [], remarks };
}

function strategyRemarks({ strategy, because }: Rollout): Remark[] {
  const path = ['spec', 'strategy'];
  const surges = strategy.rollingUpdate?.maxSurge === 1;
  return surges
    ? [
        { path, text: because },
        { path, text: PLANNED_SURGE },
      ]
    : [{ path, text: because }];
}

const PLANNED_SURGE = 'vllm-wizard-lint-disable rollout-deadlock -- the spare GPUs are in the plan';

function podSpec(deployment: Deployment, { maxPods }: Scale): Partial<IPodSpec> {
  const serviceAccountName = deployment.service;
  return maxPods === 1 ? { serviceAccountName } : { serviceAccountName, topologySpreadConstraints: spreadConstraints(deployment) };
}
