import { availabilityAlerts } from './alerts/availability-alerts.ts';
import { clusterAlerts } from './alerts/cluster-alerts.ts';
import { gpuAlerts } from './alerts/gpu-alerts.ts';
import { loadAlerts } from './alerts/load-alerts.ts';
import { objectiveAlerts } from './alerts/objective-alerts.ts';
import { transferAlerts } from './alerts/transfer-alerts.ts';
import { costRecordings } from './recordings/cost-recordings.ts';
import { latencyRecordings } from './recordings/latency-recordings.ts';
import { loadRecordings } from './recordings/load-recordings.ts';
import { objectiveRecordings } from './recordings/objective-recordings.ts';
import { planRecordings } from './recordings/plan-recordings.ts';
import { speculationRecordings } from './recordings/speculation-recordings.ts';
import type { AlertRule, RuleGroup } from './rule.ts';
import type { Watch } from './watch.ts';

/** Every rule of a deployment, numbers before the alerts that read them. */
export function ruleGroups(watch: Watch): RuleGroup[] {
  const { slug } = watch.deployment;
  const alerts = [
    ...availabilityAlerts(watch),
    ...objectiveAlerts(watch),
    ...loadAlerts(watch),
    ...transferAlerts(watch),
    ...gpuAlerts(watch),
    ...clusterAlerts(watch),
  ];
  const recordings = [...loadRecordings(watch), ...latencyRecordings(watch), ...speculationRecordings(watch), ...costRecordings(watch)];
  return [
    { name: `${slug}-plan`, recordings: planRecordings(watch), alerts: [] },
    { name: `${slug}-load`, recordings, alerts: [] },
    { name: `${slug}-objectives`, recordings: objectiveRecordings(watch), alerts: [] },
    { name: `${slug}-critical`, recordings: [], alerts: alerts.filter(isCritical) },
    { name: `${slug}-warning`, recordings: [], alerts: alerts.filter((alert) => !isCritical(alert)) },
  ];
}

function isCritical({ severity }: AlertRule): boolean {
  return severity === 'critical';
}
