import type { YamlNode } from '../../engine/command-files/yaml-nodes.ts';

/** @source Kubernetes API reference, Probe: periodSeconds 10, failureThreshold 3, initialDelaySeconds 0 */
const DEFAULTS = { initialDelaySeconds: 0, periodSeconds: 10, failureThreshold: 3 } as const;

/** Seconds from the start of the container until a probe gives up. */
export function probeBudget(probe: YamlNode): number {
  const value = (key: keyof typeof DEFAULTS): number => probe.at(key).number ?? DEFAULTS[key];
  return value('initialDelaySeconds') + value('periodSeconds') * value('failureThreshold');
}
