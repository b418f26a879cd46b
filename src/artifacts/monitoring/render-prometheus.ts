import type { Deployment } from '../deployment.ts';
import { headerLines } from '../file-header.ts';
import { type Remark, yamlText } from '../yaml-text.ts';
import { RULES_FILE } from './render-rules.ts';
import { alertmanagerTarget, gpuTargets, scopeOf, serverTargets } from './scrape-targets.ts';
import { seriesCount } from './series-count.ts';
import { GPU_JOB, type Watch, watchOf } from './watch.ts';

export const PROMETHEUS_FILE = 'prometheus.yml';

/** Often enough for windows of five minutes, and for the shortest stalls worth an alert. */
export const SCRAPE_INTERVAL = '15s';

/** The client library tells of every counter when it began; nothing reads that. */
export const DROP_CREATED = { source_labels: ['__name__'], regex: 'vllm:.*_created', action: 'drop' } as const;

/**
 * Configuration of a Prometheus of its own: the server, its GPUs, the rules beside it.
 *
 *   scrape_configs:
 *     - job_name: llama-3-1-8b-instruct-vllm
 *       static_configs: [{ targets: ["llama-3-1-8b-instruct-vllm:8000"] }]
 *
 * @param words of the kinds whose files lie beside it: where the server runs follows from them
 */
export function renderPrometheus(deployment: Deployment, words: readonly string[]): string {
  const watch = watchOf(deployment, scopeOf(words));
  const jobs = [serverJob(watch, words), ...(watch.gpus === null ? [] : [gpuJob(words)])];
  const value = {
    global: { scrape_interval: SCRAPE_INTERVAL, evaluation_interval: SCRAPE_INTERVAL },
    rule_files: [RULES_FILE],
    ...(words.includes('alertmanager') && {
      alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanagerTarget(words)] }] }] },
    }),
    scrape_configs: jobs,
  };
  const usage = `Check: promtool check config ${PROMETHEUS_FILE}`;
  return yamlText(value, headerLines(deployment, usage), remarksOf(watch, jobs.length));
}

function serverJob(watch: Watch, words: readonly string[]): object {
  return {
    job_name: watch.job,
    metrics_path: '/metrics',
    ...serverTargets(watch.deployment, words),
    metric_relabel_configs: [DROP_CREATED],
  };
}

function gpuJob(words: readonly string[]): object {
  return { job_name: GPU_JOB, honor_labels: true, ...gpuTargets(words) };
}

function remarksOf(watch: Watch, jobs: number): Remark[] {
  const { value, because } = seriesCount(watch);
  const server = ['scrape_configs', 0];
  const remarks: Remark[] = [
    { path: [...server, 'job_name'], text: 'The rules find the server by this name.' },
    { path: [...server, 'metrics_path'], text: `About ${value} series of each server: ${because}.` },
    { path: [...server, 'metric_relabel_configs'], text: 'When each counter began: nothing reads it.' },
  ];
  if (watch.scope === 'host') {
    const text = 'Every server by its own address, never a load balancer in front of several: it would answer with one of them at random.';
    remarks.push({ path: [...server, 'static_configs'], text });
  }
  if (jobs > 1)
    remarks.push({
      path: ['scrape_configs', 1, 'honor_labels'],
      text: "The exporter's own pod and namespace labels are those of the GPU's user.",
    });
  return remarks;
}
