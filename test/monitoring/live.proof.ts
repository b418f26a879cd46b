import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dashboardOf } from '../../src/artifacts/monitoring/grafana/render-dashboard.ts';
import { type Choices, fillVariables, panelsOf, queriesOf } from '../../src/artifacts/monitoring/grafana/test-support.ts';
import { EVERYTHING, livePlan } from './live-plan.ts';
import { type Monitor, monitor, RATE_INTERVAL, Scene } from './live-setup.ts';
import { isRecord } from './prometheus.ts';

const CASES = [
  { name: 'the newest release with everything on', version: '0.33.0', args: EVERYTHING },
  { name: 'the newest release as it is', version: '0.33.0', args: {} },
  { name: 'an old release', version: '0.10.0', args: {} },
];

const ANNOTATIONS: readonly string[] = ['Alerts', 'Restarts'];
/** Panels that show, in this order: actual, plan, lower end, upper end. */
const PLAN_PANELS: readonly string[] = ['Output tokens per second', 'Mean time to the first token', 'Mean time per output token'];

describe.each(CASES)('a Prometheus that scrapes $name', ({ version, args }) => {
  const { result, deployment } = livePlan(version, args);
  const scene = new Scene(deployment, args.dataParallelSize ?? 1);
  const dashboard = dashboardOf(deployment, result);
  let running: Monitor;
  let choices: Choices;

  beforeAll(async () => {
    const { server, gpus } = await scene.listen();
    choices = { model: deployment.servedName, instances: [server], gpuHosts: ['gpu-host'], rateInterval: RATE_INTERVAL };
    const jobs = [
      { job_name: 'vllm', static_configs: [{ targets: [server] }] },
      { job_name: 'dcgm', static_configs: [{ targets: [gpus] }] },
    ];
    running = await monitor({ scrape_configs: jobs }, null);
  });

  afterAll(async () => {
    await running.stop();
    await scene.close();
  });

  /** Values of all series of a query, NaN where there is nothing to divide by. */
  const valuesOf = async (query: string): Promise<readonly number[]> => {
    const data = await running.prometheus.get('v1/query', { query });
    const series = isRecord(data) && Array.isArray(data.result) ? data.result : [];
    return series.map((one: unknown) => (isRecord(one) && Array.isArray(one.value) ? Number(one.value[1]) : Number.NaN));
  };

  it('has a number for every query of the dashboard', async () => {
    const queries = queriesOf(dashboard).filter(({ panel }) => !ANNOTATIONS.includes(panel));
    const unanswered = async (): Promise<string[]> => {
      const answers = await Promise.all(
        queries.map(async ({ panel, expr }) => {
          const values = await valuesOf(fillVariables(expr, choices));
          return values.some(Number.isFinite) ? [] : [`${panel}: ${expr}`];
        }),
      );
      return answers.flat();
    };
    await expect.poll(unanswered, { timeout: 30_000 }).toEqual([]);
    expect(queries.length).toBeGreaterThan(60);
  });

  it('measures what the plan forecast, where the server does what was forecast', async () => {
    const outside = async (): Promise<string[]> => {
      const compared = panelsOf(dashboard).filter(({ title }) => PLAN_PANELS.includes(title));
      const rows = await Promise.all(
        compared.map(async ({ title, targets }) => {
          const values = await Promise.all(targets.map(({ expr }) => valuesOf(fillVariables(expr, choices))));
          const [actual, , low, high] = values.map(([value = Number.NaN]) => value);
          return actual !== undefined && low !== undefined && high !== undefined && low <= actual && actual <= high ? [] : [title];
        }),
      );
      return rows.length === PLAN_PANELS.length ? rows.flat() : ['panels are missing'];
    };
    await expect.poll(outside, { timeout: 30_000 }).toEqual([]);
  });
});
