import { steady, up } from '../input-series.ts';
import { selector } from '../promql.ts';
import type { AlertRule } from '../rule.ts';
import { GPU_JOB, type Watch } from '../watch.ts';
import { nameIn } from './availability-alerts.ts';

/**
 * Xids that programs cause; after any other the GPU itself is in doubt.
 *
 * @source NVIDIA/k8s-device-plugin internal/rm/health.go, which takes a GPU out of service on all but these
 */
const PROGRAM_XIDS = [13, 31, 43, 45, 68, 109] as const;

/** @source `nvidia-smi -q -d TEMPERATURE` of data centre boards: maximum of operation 87 °C, slowdown 89 °C, memory 95 °C */
const HOT_CELSIUS = { gpu: 87, memory: 95 } as const;

/** What the DCGM exporter tells about the GPUs. Memory in use tells nothing: the engine takes its share at the start. */
export function gpuAlerts(watch: Watch): AlertRule[] {
  const { gpus } = watch;
  if (gpus === null) return [];
  const where = 'GPU {{ $labels.gpu }} of {{ $labels.Hostname }}';
  return [
    onGpu(watch, {
      alert: 'VllmGpuXid',
      severity: 'critical',
      metric: 'DCGM_FI_DEV_XID_ERRORS',
      condition: `> 0${PROGRAM_XIDS.map((xid) => ` != ${xid}`).join('')}`,
      forSeconds: 0,
      summary: `${where}, which serves ${nameIn(watch)}, reports Xid {{ $value | humanize }}.`,
      because: `Any Xid but those that programs cause (${PROGRAM_XIDS.join(', ')}). It stays until the exporter restarts`,
      act: ['Take the GPU out of service, read the kernel log for the Xid, and follow the catalog of Xid errors: most ask for a reset.'],
      bad: 79,
      good: 31,
    }),
    onGpu(watch, {
      alert: 'VllmGpuRowRemapFailed',
      severity: 'critical',
      metric: 'DCGM_FI_DEV_ROW_REMAP_FAILURE',
      condition: '> 0',
      forSeconds: 0,
      summary: `${where}, which serves ${nameIn(watch)}, has no spare memory rows left.`,
      because: 'A row that cannot be remapped gives wrong data',
      act: ['Have the GPU replaced.'],
      bad: 1,
      good: 0,
    }),
    onGpu(watch, {
      alert: 'VllmGpuHot',
      severity: 'warning',
      metric: 'DCGM_FI_DEV_GPU_TEMP',
      condition: `> ${HOT_CELSIUS.gpu}`,
      forSeconds: 600,
      summary: `${where}, which serves ${nameIn(watch)}, is at {{ $value | humanize }} °C.`,
      because: `${HOT_CELSIUS.gpu} °C: soon after, it lowers its clocks and the forecast does not hold`,
      act: ['Airflow, power limit, neighbours. Compare its clock with the others.'],
      bad: 88,
      good: HOT_CELSIUS.gpu,
    }),
    onGpu(watch, {
      alert: 'VllmGpuMemoryHot',
      severity: 'warning',
      metric: 'DCGM_FI_DEV_MEMORY_TEMP',
      condition: `> ${HOT_CELSIUS.memory}`,
      forSeconds: 600,
      summary: `The memory of ${where}, which serves ${nameIn(watch)}, is at {{ $value | humanize }} °C.`,
      because: `${HOT_CELSIUS.memory} °C is its maximum of operation`,
      act: ['As with a hot GPU; decoding is bound by memory, so it shows first as slow tokens.'],
      bad: 97,
      good: HOT_CELSIUS.memory,
    }),
    idle(watch, gpus),
  ];
}

interface OnGpu extends Pick<AlertRule, 'alert' | 'severity' | 'forSeconds' | 'summary' | 'because' | 'act'> {
  readonly metric: string;
  readonly condition: string;
  readonly bad: number;
  readonly good: number;
}

function onGpu(watch: Watch, { metric, condition, bad, good, ...rule }: OnGpu): AlertRule {
  const labels = gpuLabels(watch);
  return {
    ...rule,
    expr: `${watch.gpus?.(metric) ?? metric} ${condition}`,
    fires: { input: [steady(selector(metric, labels), bad)], minutes: 1, labels, value: bad },
    quiet: [steady(selector(metric, labels), good)],
  };
}

function idle(watch: Watch, gpus: (metric: string) => string): AlertRule {
  const metric = 'DCGM_FI_DEV_GPU_UTIL';
  const series = selector(metric, gpuLabels(watch));
  return {
    alert: 'VllmGpusIdle',
    severity: 'warning',
    expr: `avg(${gpus(metric)}) < 10 and on () sum(${watch.server('up')}) > 0`,
    forSeconds: 7200,
    summary: `The GPUs of ${nameIn(watch)} have been {{ $value | humanize }} % busy for two hours.`,
    because: 'Under 10 % for two hours: they cost the same as busy ones. A busy GPU says only that some kernel ran',
    act: ['Scale down, or share the GPUs with other models.'],
    fires: { input: [up(watch, 1), steady(series, 3)], minutes: 1, labels: {}, value: 3 },
    quiet: [up(watch, 1), steady(series, 10)],
  };
}

/** Labels of one GPU in a rule's test. */
function gpuLabels({ scope, deployment: { service } }: Watch): Readonly<Record<string, string>> {
  const gpu = { gpu: '0', UUID: 'GPU-1', Hostname: 'node-1' };
  return scope === 'host' ? { ...gpu, job: GPU_JOB } : { ...gpu, job: 'nvidia-dcgm-exporter', exported_pod: `${service}-0` };
}
