import type { IHorizontalPodAutoscalerBehavior } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscalerBehavior';
import type { Derived } from '../budgets.ts';
import type { Deployment } from '../deployment.ts';

/** Longest values that the API takes, in seconds. */
const LONGEST_PERIOD_S = 1800;
const LONGEST_WINDOW_S = 3600;
const UP_WINDOW_S = 60;
const DOWN_WINDOW_S = 600;

export interface Behavior {
  readonly behavior: IHorizontalPodAutoscalerBehavior;
  readonly up: string;
  readonly down: string;
}

/** One pod at a time, each only after the one before could have started: until then it cannot have changed the load. */
export function scaleBehavior({ startup }: Deployment): Behavior {
  const period = Math.min(LONGEST_PERIOD_S, startup.value);
  const window = Math.min(LONGEST_WINDOW_S, Math.max(DOWN_WINDOW_S, startup.value));
  return {
    behavior: {
      scaleUp: { stabilizationWindowSeconds: UP_WINDOW_S, policies: [{ type: 'Pods', value: 1, periodSeconds: period }] },
      scaleDown: { stabilizationWindowSeconds: window, policies: [{ type: 'Pods', value: 1, periodSeconds: period }] },
    },
    up: `one pod in ${period} s: ${startup.because}`,
    down: `only what was too much for ${window} s, since a pod that is missed takes ${startup.value} s to start`,
  };
}

/** Seconds of calm before KEDA lets go: as long as a start takes, and five minutes at least. */
export function cooldownSeconds({ startup }: Deployment): Derived {
  return { value: Math.max(300, startup.value), because: `a start (${startup.value} s), 300 s at least` };
}
