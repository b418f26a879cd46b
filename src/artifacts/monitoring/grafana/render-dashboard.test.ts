import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildDeployment, type Deployment } from '../../deployment.ts';
import type { DeploymentOptions } from '../../deployment-options.ts';
import { DCGM_METRICS } from '../../metrics/dcgm-metrics.ts';
import { HTTP_METRICS } from '../../metrics/http-metrics.ts';
import { seriesOf } from '../../metrics/metric.ts';
import { isFed } from '../../metrics/metric-need.ts';
import { metricOfSeries } from '../../metrics/metrics-of.ts';
import { hostileText, type TestPlan, testPlan } from '../../test-support.ts';
import type { DashboardJson, GridPosition } from './dashboard-json.ts';
import { UNITS } from './panel-spec.ts';
import { engineSeries } from './promql.ts';
import { dashboardOf, renderDashboard } from './render-dashboard.ts';
import { fillVariables, panelsOf, promqlErrors, queriesOf, SOME_CHOICES } from './test-support.ts';

function board(plan: TestPlan = {}, options?: DeploymentOptions): { deployment: Deployment; dashboard: DashboardJson } {
  const result = testPlan(plan);
  const deployment = buildDeployment(result, options);
  return { deployment, dashboard: dashboardOf(deployment, result) };
}

function flags(...names: readonly string[]): TestPlan['args'] {
  return { otherFlags: names.map((name) => ({ name, value: null })) };
}

const NIXL = { name: '--kv-transfer-config', value: '{"kv_connector":"NixlConnector","kv_role":"kv_both"}' };
const EVERYTHING: TestPlan['args'] = {
  speculation: { method: 'ngram', model: null, numSpeculativeTokens: 3 },
  dataParallelSize: 2,
  otherFlags: [{ name: '--kv-cache-metrics', value: null }, { name: '--enable-mfu-metrics', value: null }, NIXL],
};

const CASES: readonly { readonly name: string; readonly plan: TestPlan }[] = [
  { name: 'newest', plan: {} },
  { name: 'everything switched on', plan: { args: EVERYTHING } },
  { name: 'AMD', plan: { gpu: 'mi300x-192gb' } },
  { name: 'no forecast', plan: { p99Ms: null } },
  { name: 'a pooling model', plan: { args: { runner: 'pooling' } } },
  ...['0.8.5', '0.9.2', '0.10.0', '0.11.0', '0.12.0', '0.16.0', '0.20.0', '0.24.0', '0.30.0', '0.32.0'].map((version) => ({
    name: version,
    plan: { version },
  })),
];

describe.each(CASES)('dashboard of $name', ({ plan }) => {
  const { deployment, dashboard } = board(plan, { replicas: 1, gpuHourUsd: 2.5 });
  const queries = queriesOf(dashboard);

  it('holds PromQL only', () => {
    const errors = queries.flatMap(({ expr }) => promqlErrors(fillVariables(expr, SOME_CHOICES)));
    expect(errors).toEqual([]);
    expect(queries.filter(({ expr }) => /\$/.test(fillVariables(expr, SOME_CHOICES)))).toEqual([]);
  });

  it('asks for series that this server has', () => {
    const series = new Set(queries.flatMap(({ expr }) => engineSeries(expr)));
    const missing = [...series].filter((name) => {
      const metric = metricOfSeries(deployment.version, name);
      return metric === null || !isFed(metric, deployment);
    });
    expect(missing).toEqual([]);
    expect(series.size).toBeGreaterThan(20);
  });

  it('asks for fields of the other exporters that they ship', () => {
    const known = [...HTTP_METRICS.flatMap(seriesOf), ...DCGM_METRICS.filter(({ shipped }) => shipped).map(({ name }) => name)];
    const asked = queries.flatMap(({ expr }) => expr.match(/\b(DCGM_\w+|http_\w+)/g) ?? []);
    expect(asked.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('is laid out without gaps in a line and without overlaps', () => {
    const places = dashboard.panels.map(({ gridPos }) => gridPos);
    expect(overlaps(places)).toEqual([]);
    const widths = new Map<number, number>();
    for (const { y, w } of places) widths.set(y, (widths.get(y) ?? 0) + w);
    expect([...new Set(widths.values())]).toEqual([24]);
  });

  it('gives each panel an id, each query a letter, each number a unit', () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(ids).toEqual(ids.map((_, index) => index + 1));
    for (const { targets, fieldConfig } of panelsOf(dashboard)) {
      expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
      expect(Object.values(UNITS)).toContain(fieldConfig.defaults.unit);
    }
  });

  it('says of each panel what to do', () => {
    for (const { description } of panelsOf(dashboard)) expect(description).toMatch(/^.{20,}\*\*What to do:\*\* .{20,}$/s);
  });
});

function overlaps(places: readonly GridPosition[]): (readonly [GridPosition, GridPosition])[] {
  const meet = (a: GridPosition, b: GridPosition): boolean => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
  return places.flatMap((a, index) => places.slice(index + 1).flatMap((b) => (meet(a, b) ? [[a, b] as const] : [])));
}

describe('dashboardOf', () => {
  const titles = (dashboard: DashboardJson): string[] => dashboard.panels.filter(({ type }) => type === 'row').map(({ title }) => title);

  it('has a row for what is there, and none for what is not', () => {
    expect(titles(board().dashboard)).toEqual([
      'At a glance',
      'Latency against its limits',
      'Plan against actual',
      'Load and queue',
      'KV cache',
      'Throughput',
      'Prefix cache',
      'Preemption',
      'Capacity and headroom',
      'GPU',
    ]);
    const all = titles(board({ args: EVERYTHING }, { replicas: 1, gpuHourUsd: 2 }).dashboard);
    expect(all).toEqual(expect.arrayContaining(['Speculative decoding', 'KV transfer', 'Cost']));
    expect(titles(board({ gpu: 'mi300x-192gb' }).dashboard)).not.toContain('GPU');
    expect(titles(board({ p99Ms: null }).dashboard)).not.toContain('Plan against actual');
    expect(titles(board({ args: { enablePrefixCaching: false } }).dashboard)).not.toContain('Prefix cache');
  });

  it('asks old releases by the names that they have', () => {
    const old = JSON.stringify(board({ version: '0.9.0' }).dashboard);
    expect(old).toContain('vllm:time_per_output_token_seconds_bucket');
    expect(old).toContain('vllm:gpu_cache_usage_perc');
    expect(old).not.toContain('vllm:kv_cache_usage_perc');
    const now = JSON.stringify(board().dashboard);
    expect(now).toContain('vllm:num_requests_waiting_by_reason');
    expect(now).not.toContain('vllm:gpu_cache_usage_perc');
  });

  it('shows a metric behind a flag only with the flag', () => {
    const lifetimes = 'vllm:kv_block_lifetime_seconds_sum';
    expect(JSON.stringify(board({ args: { ...flags('--kv-cache-metrics') } }).dashboard)).toContain(lifetimes);
    expect(JSON.stringify(board().dashboard)).not.toContain(lifetimes);
  });

  it('leaves out the output of a model that writes none', () => {
    const { dashboard } = board({ args: { runner: 'pooling' } });
    expect(queriesOf(dashboard).filter(({ expr }) => /generation_tokens|inter_token/.test(expr))).toEqual([]);
    expect(panelsOf(dashboard).map(({ title }) => title)).not.toContain('Time between two tokens');
  });

  it('draws the limits of the plan and its forecast', () => {
    const { deployment, dashboard } = board();
    const panel = (title: string) => panelsOf(dashboard).find((candidate) => candidate.title === title);
    const limit = deployment.limits.ttftMs?.value ?? 0;
    expect(panel('Time to the first token')?.fieldConfig.defaults.thresholds?.steps.at(-1)).toEqual({ color: 'red', value: limit / 1000 });
    const exprs = panel('Output tokens per second')?.targets.map(({ expr }) => expr) ?? [];
    // 100 tokens/s, 80 to 120, as the plan of the test forecasts.
    expect(exprs.slice(1).map((expr) => Number(expr.split(' ')[0]))).toEqual([100, 80, 120]);
  });

  it('counts what is within a limit at a bound that the histogram has', () => {
    // The forecast's p99 of 1 ms, times 40 for the upper end of its range over its mean: 40 ms, a bound of the histogram.
    const { dashboard } = board();
    const [ttft = ''] = queriesOf(dashboard)
      .filter(({ panel }) => panel === 'Share within the limits')
      .map(({ expr }) => expr);
    expect(ttft).toMatch(/time_to_first_token_seconds_bucket\{[^}]*le="0\.04"\}/);
  });

  it('counts at the bounds that the server was given', () => {
    const value = '{"time_to_first_token": [0.05, 0.2]}';
    const { dashboard } = board({ version: '0.33.0', args: { otherFlags: [{ name: '--custom-histogram-buckets', value }] } });
    const within = queriesOf(dashboard).filter(({ panel }) => panel === 'Share within the limits');
    expect(within[0]?.expr).toContain('le="0.05"');
  });

  it('keeps the name of the model out of its queries, whatever it is', () => {
    const queriesOfPlain = queriesOf(board().dashboard);
    fc.assert(
      fc.property(hostileText, (name) => {
        const result = testPlan({ args: { servedModelName: name } });
        const deployment = buildDeployment(result);
        const dashboard = dashboardOf(deployment, result);
        expect(JSON.parse(renderDashboard(deployment, result))).toEqual(dashboard);
        expect(queriesOf(dashboard)).toEqual(queriesOfPlain);
        expect(dashboard.templating.list.find(({ name: variable }) => variable === 'model_name')?.current?.value).toBe(name);
        expect(dashboard.uid).toMatch(/^[a-z0-9-]{1,40}$/);
        expect(promqlErrors(fillVariables('{model_name="$model_name"}', { ...SOME_CHOICES, model: name.replaceAll('\n', ' ') }))).toEqual(
          [],
        );
      }),
    );
  });

  it('has the same address for every plan of a name, and another for another name', () => {
    const uid = (plan: TestPlan): string => board(plan).dashboard.uid;
    expect(uid({ version: '0.24.0', args: { tensorParallelSize: 2 } })).toBe(uid({}));
    expect(uid({ args: { servedModelName: 'a/x' } })).not.toBe(uid({ args: { servedModelName: 'b/x' } }));
  });
});
