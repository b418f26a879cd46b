import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { generateFiles } from '../../src/artifacts/generate-files.ts';
import { dashboardOf } from '../../src/artifacts/monitoring/grafana/render-dashboard.ts';
import { type Choices, fillVariables, panelsOf, queriesOf } from '../../src/artifacts/monitoring/grafana/test-support.ts';
import { EVERYTHING, livePlan } from './live-plan.ts';
import { Monitor, RATE_INTERVAL } from './monitor.ts';
import { Pager } from './pager.ts';
import { PHASES } from './phases.ts';
import { Scene } from './scene.ts';
import type { Rule, RulesFile } from './time-lapse.ts';

/** `full`: through all phases, which takes a minute. */
const CASES = [
  { name: 'the newest release with everything on', version: '0.33.0', args: EVERYTHING, full: true },
  { name: 'the newest release as it is', version: '0.33.0', args: {}, full: false },
  { name: 'an old release', version: '0.10.0', args: {}, full: false },
];

const ANNOTATIONS: readonly string[] = ['Alerts', 'Restarts'];
/** Panels that show, in this order: actual, plan, lower end, upper end. */
const PLAN_PANELS: readonly string[] = ['Output tokens per second', 'Mean time to the first token', 'Mean time per output token'];

/** Several times as long as the longest window and wait in the time lapse, for busy machines. */
const PATIENCE = { timeout: 90_000, interval: 200 };

describe.each(CASES)('a Prometheus that watches $name', ({ version, args, full }) => {
  const { result, deployment, options } = livePlan(version, args);
  const dashboard = dashboardOf(deployment, result);
  const files = new Map(
    generateFiles(result, result.document, ['prometheus', 'alertmanager', 'grafana'], options).map(({ path, text }) => [path, text]),
  );
  const fileOf = (name: string): string => files.get(`monitoring/${name}`) ?? '';
  const rulesFile: RulesFile = parse(fileOf('rules.yaml'));
  const rules = rulesFile.groups.flatMap((group) => group.rules);
  const scene = new Scene(deployment, args.dataParallelSize ?? 1);
  let monitor: Monitor;
  let pager: Pager;
  let choices: Choices;

  beforeAll(async () => {
    const { server, gpus } = await scene.listen();
    pager = await Pager.start(fileOf('alertmanager.yml'));
    choices = { model: deployment.servedName, instances: [server], gpuHosts: ['gpu-host'], rateInterval: RATE_INTERVAL };
    const addresses = { 8000: server, 9400: gpus, 9093: pager.address };
    monitor = await Monitor.start({ config: fileOf('prometheus.yml'), rules: fileOf('rules.yaml') }, addresses);
  });

  afterAll(async () => {
    await monitor.stop();
    await pager.stop();
    await scene.close();
  });

  /** Those of the queries that no series with a number answers. */
  const unanswered = async (queries: readonly string[]): Promise<readonly string[]> => {
    const answers = await Promise.all(queries.map(async (query) => ((await monitor.valuesOf(query)).some(Number.isFinite) ? [] : [query])));
    return answers.flat();
  };

  it('has a number for every query of the dashboard', async () => {
    const queries = queriesOf(dashboard).filter(({ panel }) => !ANNOTATIONS.includes(panel));
    expect(queries.length).toBeGreaterThan(60);
    await expect.poll(() => unanswered(queries.map(({ expr }) => fillVariables(expr, choices))), PATIENCE).toEqual([]);
  });

  it('has a number for every recording rule', async () => {
    const records = rules.flatMap(({ record }) => (record === undefined ? [] : [record]));
    expect(records.length).toBeGreaterThan(20);
    await expect.poll(() => unanswered(records), PATIENCE).toEqual([]);
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

  it.runIf(full)('has a phase for every alert of the file', () => {
    const inPhases = PHASES.flatMap(({ alerts }) => alerts);
    expect(alertNames(rules).filter((alert) => !inPhases.includes(alert))).toEqual([]);
  });

  /** What the dashboard marks over its panels: alerts that fire, and restarts of the last minutes. */
  const marks = (): string[] => {
    const exprs = queriesOf(dashboard).filter(({ panel }) => ANNOTATIONS.includes(panel));
    return exprs.map(({ expr }) => fillVariables(expr, { ...choices, rateInterval: '30s' }));
  };

  it.runIf(full).each(PHASES)(
    'fires these alerts and no others, tells them, and ends them: $name',
    async ({ begin, end, alerts, lingers }) => {
      const stage = { scene, monitor, job: deployment.service };
      await begin(stage);
      await expect.poll(() => monitor.firing(), PATIENCE).toEqual(alerts);
      if (alerts.includes('VllmRestartLoop')) await expect.poll(() => unanswered(marks()), PATIENCE).toEqual([]);
      const notices = noticesOf(rules.filter(({ alert = '' }) => alerts.includes(alert)));
      await expect.poll(() => notices.filter((notice) => !pager.open().includes(notice)), PATIENCE).toEqual([]);
      await end(stage);
      if (lingers) return;
      await expect.poll(() => monitor.firing(), PATIENCE).toEqual([]);
      // An alert that ends while another holds it back is never told to have ended; so each phase waits for this.
      await expect.poll(() => pager.open(), PATIENCE).toEqual([]);
    },
  );
});

/** Receiver and alert, as they are told. A slow burn is held back while the fast one fires. */
function noticesOf(rules: readonly Rule[]): string[] {
  const told = rules.filter(({ alert }) => alert !== undefined && !alert.endsWith('BurnSlow'));
  return told.map(({ alert, labels }) => `${labels?.severity === 'critical' ? 'pages' : 'notes'} ${alert}`);
}

function alertNames(rules: readonly Rule[]): string[] {
  return rules.flatMap(({ alert }) => (alert === undefined ? [] : [alert]));
}
