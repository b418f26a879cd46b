import type { IDeploymentStrategy } from 'kubernetes-models/apps/v1/DeploymentStrategy';
import { type Derived, PROBE_PERIOD_S, startupFailures } from '../budgets.ts';
import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import type { Scale } from './scale.ts';
import { terminationOf } from './termination.ts';

export interface Rollout {
  readonly strategy: IDeploymentStrategy;
  readonly because: string;
}

/**
 * The default strategy starts the new pod first, which waits for ever where its GPUs are taken by the old one, or its
 * volume by another node.
 */
export function rolloutOf({ gpus, spareGpus }: Deployment, { replicas, maxPods }: Scale): Rollout {
  if (maxPods === 1) {
    const because = 'The volume can be mounted by one node at a time, so the old pod ends first.';
    return { strategy: { type: 'Recreate' }, because };
  }
  const surge = spareGpus >= gpus.value;
  const busy = replicas === null ? ', or waits while the autoscaler uses them all' : '';
  const spare = `${spareGpus} of the planned GPUs are spare, and a pod takes ${gpus.value}`;
  return {
    strategy: { type: 'RollingUpdate', rollingUpdate: surge ? { maxSurge: 1, maxUnavailable: 0 } : { maxSurge: 0, maxUnavailable: 1 } },
    because: surge ? `${spare}: the new pod starts first${busy}.` : `${spare}: one old pod ends before a new one starts.`,
  };
}

/** To find a node and pull an image of some 10 GB. */
const PLACEMENT_S = 600;

/** Seconds after which an update that has not moved counts as failed; the default of 600 fails every large model. */
export function progressDeadline(deployment: Deployment, container: ServerContainer): Derived {
  const start = startupFailures(deployment.startup).value * PROBE_PERIOD_S;
  const { value: grace } = terminationOf(deployment, container).grace;
  const because = `${grace} s for the old pod to end + ${PLACEMENT_S} s to place the new one and pull its image + ${start} s for its startup probe`;
  return { value: grace + PLACEMENT_S + start, because };
}
