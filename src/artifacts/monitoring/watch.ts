import type { Deployment } from '../deployment.ts';
import { customBuckets } from '../metrics/custom-buckets.ts';
import type { Metric } from '../metrics/metric.ts';
import { isFed } from '../metrics/metric-need.ts';
import { findMetric } from '../metrics/metrics-of.ts';
import { type Matchers, regexText, selector } from './promql.ts';

/**
 * Where the server runs: by itself or in Compose (`host`), or in a cluster, where kube-state-metrics and the kubelet know more
 * about it and GPUs of others are scraped as well.
 */
export type Scope = 'host' | 'cluster';

/** A deployment as its rules see it. */
export interface Watch {
  readonly deployment: Deployment;
  readonly scope: Scope;
  /** Scrape job of the server; its other series carry no name of a model. */
  readonly job: string;
  /** Series of the model's engines. */
  readonly engines: (metric: string, matchers?: Matchers) => string;
  /** Series of the model that recording rules made. */
  readonly recorded: (record: string) => string;
  /** Series of the scrape job. */
  readonly server: (metric: string, matchers?: Matchers) => string;
  /** Series of the GPUs that the server may use; null: none are known to be scraped. */
  readonly gpus: ((metric: string) => string) | null;
  /** The metric, where this release exposes it and this server feeds it. */
  readonly fed: (name: string) => Metric | null;
}

/** Scrape job of the DCGM exporter. */
export const GPU_JOB = 'dcgm';

/** Of the server's pods. */
export function podPattern({ service }: Pick<Deployment, 'service'>): string {
  return `${regexText(service)}-.*`;
}

export function watchOf(deployment: Deployment, scope: Scope): Watch {
  const { servedName, service, version, argv, env, container } = deployment;
  const model = { model_name: servedName };
  const nvidia = container.kind === 'server' && container.vendor === 'nvidia';
  const gpus = (metric: string): string =>
    scope === 'host' ? selector(metric, { job: GPU_JOB }) : gpusOfPods(metric, podPattern(deployment));
  return {
    deployment,
    scope,
    job: service,
    engines: (metric, matchers) => selector(metric, { ...model, ...matchers }),
    recorded: (record) => selector(record, model),
    server: (metric, matchers) => selector(metric, { job: service, ...matchers }),
    gpus: nvidia ? gpus : null,
    fed: (name) => {
      const metric = findMetric(version, name);
      return metric !== null && !metric.hidden && isFed(metric, { argv, env }) ? customBuckets(metric, argv) : null;
    },
  };
}

/** The exporter's pod label is renamed unless its scrape honours labels; both spellings are common. */
function gpusOfPods(metric: string, pattern: string): string {
  const pods = { op: '=~', value: pattern } as const;
  return `(${selector(metric, { pod: pods })} or ${selector(metric, { exported_pod: pods })})`;
}

/** Whether the server generates text: pooling models never raise the counters that tell a stall. */
export function generates({ deployment }: Watch): boolean {
  const { argv } = deployment;
  const runner = argv[argv.indexOf('--runner') + 1];
  const task = argv[argv.indexOf('--task') + 1];
  const pooling = argv.includes('--runner') && runner === 'pooling';
  return deployment.generates && !pooling && !(argv.includes('--task') && /^(embed|embedding|classify|score|reward)$/.test(task ?? ''));
}
