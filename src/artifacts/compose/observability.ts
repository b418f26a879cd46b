import type { ServerContainer } from '../container.ts';
import type { Remark } from '../yaml-text.ts';

/** Releases of the monitoring programs; none is ever `latest`. @source the image tags of their projects, November 2026 */
const IMAGES = {
  prometheus: 'prom/prometheus:v3.5.0',
  alertmanager: 'prom/alertmanager:v0.28.1',
  grafana: 'grafana/grafana:12.3.1',
  dcgm: 'nvcr.io/nvidia/k8s/dcgm-exporter:4.5.3-4.8.2-distroless',
} as const;

export interface Observability {
  readonly services: Readonly<Record<string, object>>;
  readonly volumes: Readonly<Record<string, object>>;
  readonly remarks: readonly Remark[];
}

const NOTHING: Observability = { services: {}, volumes: {}, remarks: [] };
const PROFILE = { profiles: ['observability'], restart: 'unless-stopped' } as const;
const LOGGING = { logging: { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } } } as const;

/**
 * Prometheus and what goes with it, in a profile of its own, for the configuration files that are written beside.
 *
 * @param beside words of the kinds whose files lie in the same folder
 */
export function observability({ vendor }: ServerContainer, beside: readonly string[]): Observability {
  if (!beside.includes('prometheus')) return NOTHING;
  const alerts = beside.includes('alertmanager');
  const board = beside.includes('grafana');
  const services = {
    prometheus: prometheus(),
    ...(alerts && { alertmanager: alertmanager() }),
    ...(board && { grafana: grafana() }),
    ...(vendor === 'nvidia' && { 'dcgm-exporter': dcgmExporter() }),
  };
  const remarks = [{ path: ['services', 'prometheus'], text: 'Only with: docker compose --profile observability up --detach' }];
  if (board)
    remarks.push({
      path: ['services', 'grafana', 'environment'],
      text: 'Taken from the shell where set; else Grafana asks for a new one.',
    });
  return {
    services,
    volumes: { prometheus: {}, ...(alerts && { alertmanager: {} }), ...(board && { grafana: {} }) },
    remarks,
  };
}

function prometheus(): object {
  return {
    image: IMAGES.prometheus,
    ...PROFILE,
    command: ['--config.file=/etc/prometheus/prometheus.yml', '--storage.tsdb.path=/prometheus', '--storage.tsdb.retention.time=15d'],
    ports: ['127.0.0.1:9090:9090'],
    volumes: ['./monitoring:/etc/prometheus:ro', 'prometheus:/prometheus'],
    ...LOGGING,
  };
}

function alertmanager(): object {
  return {
    image: IMAGES.alertmanager,
    ...PROFILE,
    command: ['--config.file=/etc/alertmanager/alertmanager.yml', '--storage.path=/alertmanager'],
    ports: ['127.0.0.1:9093:9093'],
    volumes: ['./monitoring:/etc/alertmanager:ro', 'alertmanager:/alertmanager'],
    ...LOGGING,
  };
}

function grafana(): object {
  return {
    image: IMAGES.grafana,
    ...PROFILE,
    ports: ['127.0.0.1:3000:3000'],
    environment: { GF_SECURITY_ADMIN_PASSWORD: null },
    volumes: [
      './monitoring/grafana/provisioning:/etc/grafana/provisioning:ro',
      './monitoring/grafana/dashboards:/var/lib/grafana/dashboards:ro',
      'grafana:/var/lib/grafana',
    ],
    ...LOGGING,
  };
}

function dcgmExporter(): object {
  return {
    image: IMAGES.dcgm,
    ...PROFILE,
    // Profiling fields ask for this capability.
    cap_add: ['SYS_ADMIN'],
    deploy: { resources: { reservations: { devices: [{ driver: 'nvidia', count: 'all', capabilities: ['gpu'] }] } } },
    ...LOGGING,
  };
}
