import type { ITopologySpreadConstraint } from 'kubernetes-models/v1/TopologySpreadConstraint';
import type { Deployment } from '../deployment.ts';
import { selectorLabels } from './object-names.ts';

/** Replicas on different nodes where there is room, so that one node takes one of them along. */
export function spreadConstraints(deployment: Deployment): ITopologySpreadConstraint[] {
  const labelSelector = { matchLabels: selectorLabels(deployment) };
  return [{ maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway', labelSelector }];
}
