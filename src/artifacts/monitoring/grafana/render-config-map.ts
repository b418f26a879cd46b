import type { PlanResult } from '../../../plan/plan-result.ts';
import type { Deployment } from '../../deployment.ts';
import { headerLines } from '../../file-header.ts';
import { objectLabels } from '../../kubernetes/object-names.ts';
import { yamlText } from '../../yaml-text.ts';
import { dashboardOf } from './render-dashboard.ts';

/**
 * The dashboard for the sidecar of Grafana's Helm charts, which loads ConfigMaps with the label grafana_dashboard. On one line,
 * since `kubectl apply` keeps a copy in an annotation of at most 256 KiB; the key names the file, and all share a folder.
 */
export function renderDashboardConfigMap(deployment: Deployment, result: PlanResult): string {
  const configMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: `${deployment.service}-dashboard`,
      labels: { ...objectLabels(deployment), grafana_dashboard: '1' },
      annotations: { grafana_folder: 'vLLM' },
    },
    data: { [`${deployment.service}.json`]: JSON.stringify(dashboardOf(deployment, result)) },
  };
  return yamlText(configMap, headerLines(deployment), [
    { path: ['metadata', 'labels', 'grafana_dashboard'], text: 'What the sidecar looks for, in the namespaces that it watches.' },
  ]);
}
