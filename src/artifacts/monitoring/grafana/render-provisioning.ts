import type { Deployment } from '../../deployment.ts';
import { headerLines } from '../../file-header.ts';
import { yamlText } from '../../yaml-text.ts';

/** Where Grafana's container finds what `monitoring/grafana/dashboards` holds. */
const DASHBOARDS_DIR = '/var/lib/grafana/dashboards';

/**
 * Tells Grafana where Prometheus is. Nothing in it depends on the plan but the header, and no value holds a `$`: Grafana expands
 * variables of its environment in these files.
 */
export function renderDatasources(deployment: Deployment): string {
  const datasource = {
    name: 'Prometheus',
    uid: 'prometheus',
    type: 'prometheus',
    access: 'proxy',
    url: 'http://prometheus:9090',
    isDefault: true,
    editable: false,
    jsonData: { httpMethod: 'POST', prometheusType: 'Prometheus', timeInterval: '15s' },
  };
  return yamlText({ apiVersion: 1, datasources: [datasource] }, headerLines(deployment), [
    { path: ['datasources', 0, 'url'], text: "Prometheus' address as Grafana's server sees it." },
    { path: ['datasources', 0, 'jsonData', 'timeInterval'], text: 'The scrape interval: no rate is taken over less than four of them.' },
  ]);
}

/** Tells Grafana to load the dashboards of a folder. */
export function renderDashboardProviders(deployment: Deployment): string {
  const provider = {
    name: 'vllm-wizard',
    folder: 'vLLM',
    type: 'file',
    disableDeletion: false,
    allowUiUpdates: false,
    updateIntervalSeconds: 30,
    options: { path: DASHBOARDS_DIR, foldersFromFilesStructure: false },
  };
  return yamlText({ apiVersion: 1, providers: [provider] }, headerLines(deployment), [
    { path: ['providers', 0, 'allowUiUpdates'], text: 'The file is the truth: change the plan and generate again, or save a copy.' },
  ]);
}
