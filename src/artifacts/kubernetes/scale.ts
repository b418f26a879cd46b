import type { Deployment } from '../deployment.ts';

/** How many pods there may be, and who says so. */
export interface Scale {
  /** null: an autoscaler decides, and a number in the file would undo its decision at every apply. */
  readonly replicas: number | null;
  /** As many as ever run at once, apart from updates. */
  readonly maxPods: number;
}

const AUTOSCALERS: readonly string[] = ['hpa', 'keda'];

export function scaleOf({ replicas, maxReplicas }: Deployment, words: readonly string[]): Scale {
  const scaled = words.some((word) => AUTOSCALERS.includes(word));
  return scaled ? { replicas: null, maxPods: Math.max(replicas, maxReplicas.value) } : { replicas, maxPods: replicas };
}

export function fixedScale({ replicas }: Deployment): Scale {
  return { replicas, maxPods: replicas };
}
