import type { Deployment } from '../deployment.ts';
import { headerLines } from '../file-header.ts';
import { HTTP_PORT, objectLabels, selectorLabels } from '../kubernetes/object-names.ts';
import { type Remark, yamlText } from '../yaml-text.ts';
import { DROP_CREATED, SCRAPE_INTERVAL } from './render-prometheus.ts';
import { ruleGroups } from './rule-groups.ts';
import { ruleRemarks, rulesValue } from './rules-value.ts';
import { watchOf } from './watch.ts';

/** What the operator of the kube-prometheus-stack chart selects by default: the name of that chart's release. */
const RELEASE = { release: 'kube-prometheus-stack' } as const;
const RELEASE_REMARK = 'The name of the Helm release of kube-prometheus-stack: without it, that operator ignores this object.';

/** The label by which both monitors name the scrape job, on Services and pods alike. */
const JOB_LABEL = 'app.kubernetes.io/instance';

/** Scrapes the pods behind the server's Service. */
export function renderServiceMonitor(deployment: Deployment): string {
  const value = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: metadata(deployment),
    spec: { jobLabel: JOB_LABEL, selector: { matchLabels: selectorLabels(deployment) }, endpoints: [endpoint()] },
  };
  return objectText(deployment, value, ['Instead of the PodMonitor, not with it: both would count everything twice.'], 'endpoints');
}

/** Scrapes the pods themselves, where no Service selects them by these labels. */
export function renderPodMonitor(deployment: Deployment): string {
  const value = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: metadata(deployment),
    spec: { jobLabel: JOB_LABEL, selector: { matchLabels: selectorLabels(deployment) }, podMetricsEndpoints: [endpoint()] },
  };
  return objectText(
    deployment,
    value,
    ['Instead of the ServiceMonitor, not with it: both would count everything twice.'],
    'podMetricsEndpoints',
  );
}

/** The groups of the rules file, with what only a cluster knows. */
export function renderPrometheusRule(deployment: Deployment): string {
  const watch = watchOf(deployment, 'cluster');
  const groups = ruleGroups(watch);
  const value = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: metadata(deployment),
    spec: rulesValue(watch, groups),
  };
  return yamlText(value, headerLines(deployment), [release(), ...ruleRemarks(groups, ['spec'])]);
}

function metadata(deployment: Deployment): object {
  return { name: deployment.service, labels: { ...objectLabels(deployment), ...RELEASE } };
}

function endpoint(): object {
  const { source_labels: sourceLabels, regex, action } = DROP_CREATED;
  return {
    port: HTTP_PORT,
    path: '/metrics',
    interval: SCRAPE_INTERVAL,
    relabelings: [{ sourceLabels: ['__meta_kubernetes_pod_node_name'], targetLabel: 'node' }],
    metricRelabelings: [{ sourceLabels, regex, action }],
  };
}

function objectText(deployment: Deployment, value: object, usage: readonly string[], endpoints: string): string {
  const remarks = [
    release(),
    { path: ['spec', 'jobLabel'], text: 'The rules find the server by the scrape job of this name.' },
    { path: ['spec', endpoints, 0, 'port'], text: 'By name, so that another number changes nothing here.' },
    { path: ['spec', endpoints, 0, 'metricRelabelings'], text: 'When each counter began: nothing reads it.' },
  ];
  return yamlText(value, headerLines(deployment, ...usage), remarks);
}

function release(): Remark {
  return { path: ['metadata', 'labels', 'release'], text: RELEASE_REMARK };
}
