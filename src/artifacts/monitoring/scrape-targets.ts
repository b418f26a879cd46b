import type { Deployment } from '../deployment.ts';
import { HTTP_PORT } from '../kubernetes/object-names.ts';
import { DCGM_PORT } from '../metrics/dcgm-metrics.ts';
import type { Scope } from './watch.ts';

/** Words whose files run the server on hosts that a configuration can name. */
const HOST_WORDS: ReadonlySet<string> = new Set(['command', 'docker-run', 'compose', 'systemd', 'quadlet', 'slurm']);
/** Words whose files are no way to run the server, or run it anywhere. */
const NEUTRAL_WORDS: ReadonlySet<string> = new Set(['profile', 'prometheus', 'prometheus-operator', 'alertmanager', 'grafana']);

/** Where the plain configuration looks for the server: on hosts, unless only a cluster's files lie beside it. */
export function scopeOf(words: readonly string[]): Scope {
  const running = words.filter((word) => !NEUTRAL_WORDS.has(word));
  return running.length > 0 && !running.some((word) => HOST_WORDS.has(word)) ? 'cluster' : 'host';
}

interface Targets {
  readonly static_configs?: readonly { readonly targets: readonly string[] }[];
  readonly kubernetes_sd_configs?: readonly object[];
  readonly relabel_configs?: readonly object[];
}

export function serverTargets(deployment: Deployment, words: readonly string[]): Targets {
  const { service, port } = deployment;
  if (scopeOf(words) === 'cluster') return podTargets(['app.kubernetes.io/instance'], service, HTTP_PORT);
  return { static_configs: [{ targets: [`${words.includes('compose') ? service : '127.0.0.1'}:${port}`] }] };
}

/** Of the exporter as the NVIDIA GPU operator starts it. */
export const DCGM_IN_CLUSTER = { label: 'app', value: 'nvidia-dcgm-exporter', port: 'metrics' } as const;

export function gpuTargets(words: readonly string[]): Targets {
  if (scopeOf(words) === 'cluster') return podTargets([DCGM_IN_CLUSTER.label], DCGM_IN_CLUSTER.value, DCGM_IN_CLUSTER.port);
  return { static_configs: [{ targets: [`${words.includes('compose') ? 'dcgm-exporter' : '127.0.0.1'}:${DCGM_PORT}`] }] };
}

export function alertmanagerTarget(words: readonly string[]): string {
  return `${words.includes('compose') || scopeOf(words) === 'cluster' ? 'alertmanager' : '127.0.0.1'}:9093`;
}

/** Pods by a label and the name of a port, each scraped by itself: a Service would answer with one of them at random. */
function podTargets([label = '']: readonly string[], value: string, port: string): Targets {
  const meta = (name: string): string => `__meta_kubernetes_${name}`;
  const podLabel = meta(`pod_label_${label.replace(/[^A-Za-z0-9]/g, '_')}`);
  return {
    kubernetes_sd_configs: [{ role: 'pod' }],
    relabel_configs: [
      { source_labels: [podLabel, meta('pod_container_port_name')], regex: `${value};${port}`, action: 'keep' },
      { source_labels: [meta('namespace')], target_label: 'namespace' },
      { source_labels: [meta('pod_name')], target_label: 'pod' },
      { source_labels: [meta('pod_node_name')], target_label: 'node' },
    ],
  };
}
