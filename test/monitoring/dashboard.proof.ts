import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dashboardOf } from '../../src/artifacts/monitoring/grafana/render-dashboard.ts';
import { type Choices, fillVariables, panelsOf, queriesOf } from '../../src/artifacts/monitoring/grafana/test-support.ts';
import { filesOf, records, rulesIn } from './live-files.ts';
import { EVERYTHING, livePlan } from './live-plan.ts';
import { Monitor, RATE_INTERVAL } from './monitor.ts';
import { PATIENCE } from './patience.ts';
import { Scene } from './scene.ts';

const CASES = [
  { name: 'the newest release with everything on', version: '0.33.0', args: EVERYTHING },
  { name: 'the newest release as it is', version: '0.33.0', args: {} },
  { name: 'an old release', version: '0.10.0', args: {} },
];

/** Marks that are there only when something happened. */
const ANNOTATIONS: readonly string[] = ['Alerts', 'Restarts'];
/** Panels that show, in this order: actual, plan, lower end, upper end. */
const PLAN_PANELS: readonly string[] = ['Output tokens per second', 'Mean time to the first token', 'Mean time per output token'];

describe.each(CASES)('a Prometheus that watches $name', ({ version, args }) => {
  const live = livePlan(version, args);
  const dashboard = dashboardOf(live.deployment, live.result);
  const fileOf = filesOf(live, ['prometheus', 'grafana']);
  const rules = rulesIn(fileOf('rules.yaml'));
  const scene = new Scene(live.deployment, args.dataParallelSize ?? 1);
  let monitor: Monitor;
  let choices: Choices;

  beforeAll(async () => {
    const { server, gpus } = await scene.listen();
    choices = { model: scene.servedName, instances: [server], gpuHosts: ['gpu-host'], rateInterval: RATE_INTERVAL };
    monitor = await Monitor.start({ config: fileOf('prometheus.yml'), rules }, { 8000: server, 9400: gpus });
  });

  afterAll(async () => {
    await monitor.stop();
    await scene.close();
  });

  it('has a number for every query of the dashboard', async () => {
    const queries = queriesOf(dashboard).filter(({ panel }) => !ANNOTATIONS.includes(panel));
    expect(queries.length).toBeGreaterThan(60);
    await expect.poll(() => monitor.unanswered(queries.map(({ expr }) => fillVariables(expr, choices))), PATIENCE).toEqual([]);
  });

  it('has a number for every recording rule', async () => {
    expect(records(rules).length).toBeGreaterThan(20);
    await expect.poll(() => monitor.unanswered(records(rules)), PATIENCE).toEqual([]);
    expect(await monitor.ruleErrors()).toEqual([]);
  });

  it('measures what the plan forecast, where the server does what was forecast', async () => {
    const compared = panelsOf(dashboard).filter(({ title }) => PLAN_PANELS.includes(title));
    expect(compared).toHaveLength(PLAN_PANELS.length);
    const outside = async (): Promise<string[]> => {
      const rows = await Promise.all(
        compared.map(async ({ title, targets }) => {
          const values = await Promise.all(targets.map(({ expr }) => monitor.valuesOf(fillVariables(expr, choices))));
          const [actual, , low, high] = values.map(([value = Number.NaN]) => value);
          return actual !== undefined && low !== undefined && high !== undefined && low <= actual && actual <= high ? [] : [title];
        }),
      );
      return rows.flat();
    };
    await expect.poll(outside, PATIENCE).toEqual([]);
  });

  it('is quiet where all goes as planned', async () => {
    expect(await monitor.firing()).toEqual([]);
  });
});
