import { textFile } from '../../generated-file.ts';
import type { ArtifactKind } from '../../kind.ts';
import { shellBlock } from '../../runbook/markdown.ts';
import { renderDashboardConfigMap } from './render-config-map.ts';
import { renderDashboard } from './render-dashboard.ts';
import { renderDashboardProviders, renderDatasources } from './render-provisioning.ts';

const DIR = 'monitoring/grafana';

export const grafanaKind: ArtifactKind = {
  word: 'grafana',
  files: (deployment, { result }) => [
    textFile(`${DIR}/dashboards/vllm.json`, renderDashboard(deployment, result)),
    textFile(`${DIR}/provisioning/datasources/prometheus.yaml`, renderDatasources(deployment)),
    textFile(`${DIR}/provisioning/dashboards/vllm.yaml`, renderDashboardProviders(deployment)),
    textFile(`${DIR}/dashboard.configmap.yaml`, renderDashboardConfigMap(deployment, result)),
  ],
  steps: () => [
    {
      title: 'Grafana',
      lines: [
        'A Grafana of your own: *Dashboards, New, Import* takes `monitoring/grafana/dashboards/vllm.json`; pick the Prometheus that scrapes this server at the top.',
        '',
        'In Kubernetes, where the Grafana chart runs its sidecar (`sidecar.dashboards.enabled`), the dashboard appears within a minute of:',
        '',
        ...shellBlock('kubectl apply --filename monitoring/grafana/dashboard.configmap.yaml'),
        '',
        'Every panel says behind its "i" what it shows, what the plan expects and what to do. "Servers answering" at 0 with a running server means that Prometheus does not scrape it.',
      ],
    },
  ],
};
