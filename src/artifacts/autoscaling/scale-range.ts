import { WizardError } from '../../errors/wizard-error.ts';
import type { Deployment } from '../deployment.ts';

export interface ScaleRange {
  readonly min: number;
  readonly max: number;
  readonly because: string;
}

/** Never to zero: the engine's own metrics, which would have to wake it, are gone then. */
const MIN_BECAUSE = 'at least the planned replicas, since nothing measures the load of a server that is not there';

/** @throws WizardError CONTRADICTION when the planned GPUs hold no further replica */
export function scaleRange({ replicas, maxReplicas, gpus }: Deployment): ScaleRange {
  if (maxReplicas.value > replicas) {
    return { min: replicas, max: maxReplicas.value, because: `${MIN_BECAUSE}; at most ${maxReplicas.value}: ${maxReplicas.because}` };
  }
  throw new WizardError('CONTRADICTION', {
    problem: `There is nothing to scale: ${maxReplicas.because}, and as many replicas are planned.`,
    fix: `Plan for more GPUs than the replicas take (--gpus ${(replicas + 1) * gpus.value} with --tp for one replica), or emit no autoscaler.`,
    facts: { replicas, gpus_per_replica: gpus.value },
  });
}
