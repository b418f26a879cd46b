import { cacheClaimName, SERVER_CONTAINER } from '../../kubernetes/object-names.ts';
import { growing, steady } from '../input-series.ts';
import { durationText, regexText, selector } from '../promql.ts';
import type { AlertRule } from '../rule.ts';
import { downSeconds, RESTARTS_ALLOWED, restartWindowSeconds } from '../thresholds.ts';
import { podPattern, type Watch } from '../watch.ts';
import { nameIn } from './availability-alerts.ts';

/** What kube-state-metrics and the kubelet know. */
export function clusterAlerts(watch: Watch): AlertRule[] {
  return watch.scope === 'cluster' ? [noReadyReplica(watch), containerRestarts(watch), cacheVolumeFull(watch)] : [];
}

function pods(watch: Watch, metric: string): string {
  return selector(metric, { pod: { op: '=~', value: podPattern(watch.deployment) }, container: SERVER_CONTAINER });
}

function podSeries({ deployment: { service } }: Watch, metric: string): string {
  return selector(metric, { namespace: 'models', pod: `${service}-0`, container: SERVER_CONTAINER });
}

function noReadyReplica(watch: Watch): AlertRule {
  const wait = downSeconds(watch);
  const ready = (value: 0 | 1) => [steady(podSeries(watch, 'kube_pod_container_status_ready'), value)];
  return {
    alert: 'VllmNoReadyReplica',
    severity: 'critical',
    expr: `sum by (namespace) (${pods(watch, 'kube_pod_container_status_ready')}) == 0`,
    forSeconds: wait.value,
    summary: `No pod of ${nameIn(watch)} is ready in {{ $labels.namespace }}.`,
    because: wait.because,
    act: ['kubectl describe pod and kubectl logs --previous tell whether it waits for a GPU, for its volume, or fails.'],
    fires: { input: ready(0), minutes: 1, labels: { namespace: 'models' }, value: 0 },
    quiet: ready(1),
  };
}

function containerRestarts(watch: Watch): AlertRule {
  const metric = 'kube_pod_container_status_restarts_total';
  const window = restartWindowSeconds(watch);
  const minutes = window.value / 60;
  const restarts = (each: number) => [growing(podSeries(watch, metric), each / minutes)];
  return {
    alert: 'VllmContainerRestarts',
    severity: 'critical',
    expr: `sum by (namespace, pod) (increase(${pods(watch, metric)}[${durationText(window.value)}])) > ${RESTARTS_ALLOWED}`,
    forSeconds: 0,
    summary: `The server in {{ $labels.pod }} of ${nameIn(watch)} restarted {{ $value | humanize }} times in ${durationText(window.value)}.`,
    because: `More than ${RESTARTS_ALLOWED} in ${window.because}`,
    act: ['kubectl logs --previous shows how it ended; kubectl describe pod shows whether a probe ended it.'],
    fires: { input: restarts(6), minutes: 2 * minutes, labels: { namespace: 'models', pod: `${watch.deployment.service}-0` }, value: 6 },
    quiet: restarts(1),
  };
}

function cacheVolumeFull(watch: Watch): AlertRule {
  const claim = cacheClaimName(watch.deployment);
  const volumes = { persistentvolumeclaim: { op: '=~', value: `${regexText(claim)}.*` } } as const;
  const series = (metric: string): string => selector(metric, { namespace: 'models', persistentvolumeclaim: claim });
  const used = 'kubelet_volume_stats_used_bytes';
  const size = 'kubelet_volume_stats_capacity_bytes';
  return {
    alert: 'VllmCacheVolumeFull',
    severity: 'warning',
    expr: `${selector(used, volumes)} / ${selector(size, volumes)} > 0.85`,
    forSeconds: 900,
    summary: `The volume {{ $labels.persistentvolumeclaim }} of ${nameIn(watch)} is {{ $value | humanizePercentage }} full.`,
    because: 'Over 85 %: the next revision of the model or a new set of compiled kernels may not fit',
    act: ['Remove old revisions from the Hub cache, or grow the claim.'],
    fires: {
      input: [steady(series(used), 90e9), steady(series(size), 100e9)],
      minutes: 1,
      labels: { namespace: 'models', persistentvolumeclaim: claim },
      value: 0.9,
    },
    quiet: [steady(series(used), 85e9), steady(series(size), 100e9)],
  };
}
