import type { AnnotationJson, VariableJson } from './dashboard-json.ts';
import { CHOSEN_SOURCE } from './panel-json.ts';
import { engines } from './promql.ts';

/** What the reader chooses at the top of the dashboard. */
export function variables(servedName: string, withGpus: boolean): VariableJson[] {
  const datasource: VariableJson = {
    type: 'datasource',
    name: 'datasource',
    label: 'Data source',
    query: 'prometheus',
    multi: false,
    includeAll: false,
    refresh: 1,
  };
  const model = labelVariable('model_name', 'Model', 'label_values(vllm:num_requests_running, model_name)');
  const instance = labelVariable('instance', 'Server', 'label_values(vllm:num_requests_running{model_name="$model_name"}, instance)');
  const hosts = labelVariable('gpu_host', 'GPU host', 'label_values(DCGM_FI_DEV_GPU_UTIL, Hostname)');
  return [
    datasource,
    { ...model, current: { text: servedName, value: servedName } },
    { ...instance, ...ALL },
    ...(withGpus ? [{ ...hosts, ...ALL }] : []),
  ];
}

/** All of those that there are, by name: a pattern that matches anything would let other models in. */
const ALL = { multi: true, includeAll: true, current: { text: ['All'], value: ['$__all'] } } as const;

function labelVariable(name: string, label: string, query: string): VariableJson {
  return {
    type: 'query',
    name,
    label,
    datasource: CHOSEN_SOURCE,
    definition: query,
    query: { query, refId: 'PrometheusVariableQueryEditor-VariableQuery' },
    multi: false,
    includeAll: false,
    refresh: 2,
    sort: 1,
  };
}

/** Marks over all panels: alerts of this model while they fire, and restarts, where counters begin anew. */
export function annotations(): AnnotationJson[] {
  return [
    {
      name: 'Annotations & Alerts',
      type: 'dashboard',
      builtIn: 1,
      datasource: { type: 'grafana', uid: '-- Grafana --' },
      enable: true,
      hide: true,
      iconColor: 'rgba(0, 211, 255, 1)',
    },
    {
      name: 'Alerts',
      datasource: CHOSEN_SOURCE,
      enable: true,
      iconColor: 'red',
      expr: 'ALERTS{alertstate="firing", model_name="$model_name"}',
      titleFormat: '{{alertname}}',
      textFormat: '{{severity}}',
      step: '60s',
    },
    {
      name: 'Restarts',
      datasource: CHOSEN_SOURCE,
      enable: true,
      iconColor: 'blue',
      expr: `sum by (instance) (resets(${engines('vllm:prompt_tokens_total')}[$__rate_interval])) > 0`,
      titleFormat: 'restarted',
      textFormat: '{{instance}}',
      step: '60s',
    },
  ];
}
