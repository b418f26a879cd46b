import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { parseRelease, RELEASES } from '../../engine/version.ts';
import { buildDeployment, type Deployment } from '../deployment.ts';
import type { DeploymentOptions } from '../deployment-options.ts';
import { DCGM_LABELS, DCGM_METRICS } from '../metrics/dcgm-metrics.ts';
import { HTTP_METRICS } from '../metrics/http-metrics.ts';
import { seriesOf } from '../metrics/metric.ts';
import { metricOfSeries } from '../metrics/metrics-of.ts';
import { hostileText, type TestPlan, testPlan } from '../test-support.ts';
import { allQueries } from './all-queries.ts';
import { expandTemplate } from './expand-template.ts';
import { renderPrometheusRule } from './render-operator.ts';
import { renderRuleTests } from './render-rule-tests.ts';
import { renderRules } from './render-rules.ts';
import { ruleGroups } from './rule-groups.ts';
import { type Scope, watchOf } from './watch.ts';

interface Load {
  readonly prefixHitRate?: number;
  readonly acceptanceLength?: number;
  readonly concurrency?: number;
  readonly ttftTargetMs?: number;
  readonly tpotTargetMs?: number;
}

const PRICED: DeploymentOptions = { replicas: 1, gpuHourUsd: 3.6 };
const EVERYTHING: TestPlan = {
  args: {
    otherFlags: [
      { name: '--kv-transfer-config', value: '{"kv_connector":"NixlConnector","kv_role":"kv_both"}' },
      { name: '--speculative-config', value: '{"method":"ngram"}' },
    ],
    env: { VLLM_COMPUTE_NANS_IN_LOGITS: '1' },
  },
};
const FULL_LOAD: Load = { prefixHitRate: 0.4, acceptanceLength: 2.6, ttftTargetMs: 400, tpotTargetMs: 30 };

function deploymentOf(plan: TestPlan = {}, load: Load = {}, options?: DeploymentOptions): Deployment {
  const result = testPlan(plan);
  return buildDeployment({ ...result, request: { ...result.request, workload: { ...result.request.workload, ...load } } }, options);
}

const alertsOf = (deployment: Deployment, scope: Scope = 'host') => ruleGroups(watchOf(deployment, scope)).flatMap(({ alerts }) => alerts);
const alertNames = (deployment: Deployment, scope: Scope = 'host') => alertsOf(deployment, scope).map(({ alert }) => alert);
const exprOf = (deployment: Deployment, name: string, scope: Scope = 'host') =>
  allQueries(deployment, scope).find((query) => query.name === name)?.expr;

/** Of kube-state-metrics, the kubelet and Prometheus itself. */
const OTHERS = [
  'up',
  'kube_pod_container_status_ready',
  'kube_pod_container_status_restarts_total',
  'kubelet_volume_stats_used_bytes',
  'kubelet_volume_stats_capacity_bytes',
];

describe('allQueries', () => {
  // No query may select what the release never exposes, hides, or what the server was not told to feed.
  it.each(RELEASES)('selects only series that %s exposes', (version) => {
    const shipped = DCGM_METRICS.filter((metric) => metric.shipped).map(({ name }) => name);
    for (const plan of [{ version }, { ...EVERYTHING, version }]) {
      for (const scope of ['host', 'cluster'] as const) {
        const queries = allQueries(deploymentOf(plan, FULL_LOAD, PRICED), scope);
        const known = new Set([...OTHERS, ...shipped, ...HTTP_METRICS.flatMap(seriesOf), ...queries.map(({ name }) => name)]);
        const unknown = queries.flatMap(({ series }) => series).filter((series) => !known.has(series) && !exposed(version, series));
        expect([...new Set(unknown)]).toEqual([]);
      }
    }
  });

  function exposed(version: string, series: string): boolean {
    const metric = metricOfSeries(parseRelease(version), series);
    return metric !== null && !metric.hidden;
  }

  it('names every series of an expression, and nothing inside of strings', () => {
    const deployment = deploymentOf({ args: { servedModelName: 'x{y="vllm:fake{"' } });
    const stalled = allQueries(deployment).find(({ name }) => name === 'VllmEngineStalled');
    expect(stalled?.series).toEqual(['vllm:generation_tokens_total', 'vllm:num_requests_running']);
  });

  it('reads recordings only that were made before', () => {
    const made = new Set<string>();
    for (const { name, kind, series } of allQueries(deploymentOf(EVERYTHING, FULL_LOAD, PRICED), 'cluster')) {
      for (const read of series.filter((one) => one.startsWith('model:'))) expect(made).toContain(read);
      if (kind === 'recording') made.add(name);
    }
  });

  it('holds no name twice', () => {
    const names = allQueries(deploymentOf(EVERYTHING, FULL_LOAD, PRICED), 'cluster').map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('what a plan does not know, no rule asks', () => {
  const FROM_FORECAST = ['VllmFirstTokenBudgetBurnFast', 'VllmFirstTokenBudgetBurnSlow', 'VllmTokensSlow', 'VllmOutputBelowPlan'];

  it('without forecast and targets there are neither limits nor a floor', () => {
    const names = alertNames(deploymentOf({ p99Ms: null }));
    expect(names.filter((name) => FROM_FORECAST.includes(name))).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(['VllmDown', 'VllmEngineStalled', 'VllmQueueHigh', 'VllmErrorBudgetBurnFast']));
    expect(allQueries(deploymentOf({ p99Ms: null })).filter(({ name }) => /slo_|plan_output|plan_ttft/.test(name))).toEqual([]);
  });

  it('a limit that is only forecast wakes nobody', () => {
    const severityOf = (deployment: Deployment) =>
      alertsOf(deployment).find(({ alert }) => alert === 'VllmFirstTokenBudgetBurnFast')?.severity;
    expect([severityOf(deploymentOf()), severityOf(deploymentOf({}, { ttftTargetMs: 400 }))]).toEqual(['warning', 'critical']);
  });

  it('nor does a target that the plan itself does not keep', () => {
    const result = testPlan();
    const { performance } = result.document;
    const slow = { mean: 300, p50: 280, p90: 380, p99: 612 };
    const document = { ...result.document, performance: performance === null ? null : { ...performance, ttft_ms: slow } };
    const request = { ...result.request, workload: { ...result.request.workload, ttftTargetMs: 400 } };
    const burn = alertsOf(buildDeployment({ ...result, document, request })).find(({ alert }) => alert === 'VllmFirstTokenBudgetBurnFast');
    expect(burn).toMatchObject({
      severity: 'warning',
      because: expect.stringContaining("expect it, as the forecast's own 99th percentile is 612 ms"),
    });
  });

  it('targets alone make limits', () => {
    const names = alertNames(deploymentOf({ p99Ms: null }, { ttftTargetMs: 400, tpotTargetMs: 30 }));
    expect(names.filter((name) => FROM_FORECAST.includes(name))).toEqual(FROM_FORECAST.slice(0, 3));
  });

  it.each([
    { why: 'a price', name: 'model:vllm_cost_per_1m_tokens', plan: {}, load: {}, options: { replicas: 1, gpuHourUsd: null } },
    { why: 'GPUs that DCGM knows', name: 'VllmGpuXid', plan: { gpu: 'mi300x-192gb' } as const, load: {}, options: PRICED },
    { why: 'NIXL', name: 'VllmKvTransferFailing', plan: {}, load: {}, options: PRICED },
    { why: 'drafts', name: 'model:vllm_spec_acceptance:ratio5m', plan: {}, load: { acceptanceLength: 2 }, options: PRICED },
    { why: 'a prefix in the plan', name: 'VllmPrefixHitsBelowPlan', plan: {}, load: { prefixHitRate: 0 }, options: PRICED },
    { why: 'the reason "error" of 0.13', name: 'VllmEngineErrors', plan: { version: '0.12.0' }, load: {}, options: PRICED },
    { why: 'a second replica', name: 'VllmReplicaDown', plan: {}, load: {}, options: PRICED },
    {
      why: 'text generation',
      name: 'VllmEngineStalled',
      plan: { args: { otherFlags: [{ name: '--runner', value: 'pooling' }] } },
      load: {},
      options: PRICED,
    },
  ])('$name needs $why', ({ name, plan, load, options }) => {
    expect(exprOf(deploymentOf(plan, load, options), name)).toBeUndefined();
  });
});

describe('thresholds', () => {
  it.each([
    // 0.4 requests/s x 0.4 s is less than one request.
    { why: 'the least queue is one', plan: {}, load: { ttftTargetMs: 400 }, want: '> 1' },
    { why: '0.4/s x 10 s', plan: {}, load: { ttftTargetMs: 10_000 }, want: '> 4' },
    { why: '100 clients of which 64 run wait by plan, + 1', plan: {}, load: { concurrency: 100, ttftTargetMs: 400 }, want: '> 37' },
    { why: 'a quarter of a batch of 64', plan: { p99Ms: null }, load: {}, want: '> 16' },
  ])('of the queue: $why', ({ plan, load, want }) => {
    expect(exprOf(deploymentOf(plan, load), 'VllmQueueHigh')).toMatch(new RegExp(`${want}$`));
  });

  it('of the output: 60 % of 100 tokens/s, below the lower end of 80', () => {
    expect(exprOf(deploymentOf(), 'VllmOutputBelowPlan')).toContain('} < 60 and on (model_name)');
  });

  it('of waiting follow the time to start', () => {
    const deployment = deploymentOf();
    const down = alertsOf(deployment).find(({ alert }) => alert === 'VllmDown');
    // 161 s download + 81 s load + 180 s compile + 60 s = 482 s; x 1.5 = 723 s, in whole minutes.
    expect([deployment.startup.value, down?.forSeconds]).toEqual([482, 780]);
  });

  it.each([
    { limit: 400, le: 'le="0.5"', says: 'counted at the next bucket that there is, le="0.5"' },
    { limit: 500, le: 'le="0.5"', says: 'a bucket of its own' },
    { limit: 900, le: 'le="1.0"', says: 'le="1.0"' },
  ])('of the first token are counted at an existing bucket: $limit ms', ({ limit, le, says }) => {
    const deployment = deploymentOf({}, { ttftTargetMs: limit });
    expect(exprOf(deployment, 'model:vllm_slo_ttft_good:ratio1h')).toContain(le);
    expect(alertsOf(deployment).find(({ alert }) => alert === 'VllmFirstTokenBudgetBurnFast')?.because).toContain(says);
  });

  it('use the buckets that the server is told to have', () => {
    const flag = { name: '--custom-histogram-buckets', value: '{"time_to_first_token":[0.1,0.42,1]}' };
    const deployment = deploymentOf({ args: { otherFlags: [flag] } }, { ttftTargetMs: 420 });
    expect(exprOf(deployment, 'model:vllm_slo_ttft_good:ratio1h')).toContain('le="0.42"');
    const old = deploymentOf({ version: '0.30.0', args: { otherFlags: [flag] } }, { ttftTargetMs: 420 });
    expect(exprOf(old, 'model:vllm_slo_ttft_good:ratio1h')).toContain('le="0.5"');
  });

  it('has no limit past the last bucket', () => {
    expect(alertNames(deploymentOf({}, { ttftTargetMs: 3_000_000 }))).not.toContain('VllmFirstTokenBudgetBurnFast');
  });

  it('counts money by the price', () => {
    // 1 GPU at 3.6 USD/h is 0.001 USD/s; a million tokens at x tokens/s take 1e6 / x seconds.
    expect(exprOf(deploymentOf({}, {}, PRICED), 'model:vllm_cost_per_1m_tokens')).toMatch(/^1000 \* sum\(up\{/);
  });
});

describe('versions', () => {
  it.each([
    { version: '0.9.1', series: 'vllm:gpu_cache_usage_perc' },
    { version: '0.9.2', series: 'vllm:kv_cache_usage_perc' },
    { version: '0.33.0', series: 'vllm:kv_cache_usage_perc' },
  ])('asks $version for $series', ({ version, series }) => {
    expect(exprOf(deploymentOf({ version }), 'model:vllm_kv_cache_usage:max')).toContain(series);
  });

  it.each([
    { version: '0.19.1', series: 'vllm:num_requests_waiting{' },
    { version: '0.20.0', series: 'vllm:num_requests_waiting_by_reason{' },
  ])('counts the queue of $version by $series', ({ version, series }) => {
    expect(exprOf(deploymentOf({ version }), 'VllmQueueHigh')).toContain(series);
  });
});

describe('clusters', () => {
  it('know restarts, readiness and volumes, and GPUs by the pods that use them', () => {
    const deployment = deploymentOf();
    const more = alertNames(deployment, 'cluster').filter((name) => !alertNames(deployment).includes(name));
    expect(more).toEqual(['VllmNoReadyReplica', 'VllmContainerRestarts', 'VllmCacheVolumeFull']);
    expect(exprOf(deployment, 'VllmGpuHot', 'cluster')).toContain('exported_pod=~"llama-3-1-8b-instruct-vllm-.*"');
  });
});

describe('alerts', () => {
  it('speak only of labels that their series have', () => {
    const pods = ['pod', 'namespace', 'persistentvolumeclaim'];
    const known = new Set<string>([...DCGM_LABELS, ...pods, 'model_name', 'engine', 'instance', 'job']);
    for (const { summary, fires } of alertsOf(deploymentOf(EVERYTHING, FULL_LOAD, PRICED), 'cluster')) {
      const named = [...summary.matchAll(/\$labels\.(\w+)/g)].map(([, label = '']) => label);
      expect(named.filter((label) => !known.has(label) || !(label in fires.labels))).toEqual([]);
    }
  });
});

describe('rules files', () => {
  it('give every alert what a person needs', () => {
    const { groups } = parse(renderRules(deploymentOf(EVERYTHING, FULL_LOAD, PRICED)));
    const alerts = groups.flatMap((group: { rules: Record<string, unknown>[] }) => group.rules).filter((rule: object) => 'alert' in rule);
    expect(alerts.length).toBeGreaterThan(20);
    for (const { alert, labels, annotations } of alerts) {
      expect(labels).toMatchObject({
        severity: expect.stringMatching(/^(critical|warning)$/),
        model_name: 'meta-llama/Llama-3.1-8B-Instruct',
      });
      expect(annotations.runbook_url).toBe(`RUNBOOK.md#${alert.toLowerCase()}`);
    }
    const told = alerts.filter(({ annotations }: { annotations: { summary: string } }) =>
      annotations.summary.includes('{{ $value | humanize'),
    );
    // Whether a target is up, and whether one is scraped at all, have no number worth telling.
    expect(alerts.length - told.length).toBeLessThanOrEqual(2);
  });

  it('says why, above every rule', () => {
    const deployment = deploymentOf({}, { ttftTargetMs: 400 });
    const text = renderRules(deployment);
    expect(text).toContain(`
      - alert: VllmQueueHigh
        # 1: what 0.400 requests/s finish within the first token's limit of 400 ms, at least 1
        expr: avg by (model_name) (sum by (model_name, instance) (vllm:num_requests_waiting_by_reason{model_name="meta-llama/Llama-3.1-8B-Instruct", reason="capacity"})) > 1
        for: 5m
        labels:
          severity: warning
          model_name: meta-llama/Llama-3.1-8B-Instruct
        annotations:
          summary: "{{ $value | humanize }} requests for meta-llama/Llama-3.1-8B-Instruct wait in each server."
          runbook_url: RUNBOOK.md#vllmqueuehigh
`);
    expect(renderRules(deployment)).toBe(text);
  });

  it('keep hostile names whole, and out of templates', () => {
    const seen = fc.oneof(hostileText, fc.constantFrom('{{ $value }}', '{{{x}}} }}', '{{- end -}}', '{{', '{ {{ "{{" }}'));
    fc.assert(
      fc.property(seen, (name) => {
        const deployment = deploymentOf({ args: { servedModelName: name } });
        for (const text of [renderRules(deployment), renderPrometheusRule(deployment)]) {
          const value = parse(text);
          const rules = (value.groups ?? value.spec.groups).flatMap((group: { rules: object[] }) => group.rules);
          for (const rule of rules) {
            if (rule.record !== undefined && rule.labels !== undefined) expect(rule.labels.model_name).toBe(name);
            if (rule.alert !== undefined) expect(expandTemplate(rule.labels.model_name, { labels: {}, value: 0 })).toBe(name);
            for (const [, found = ''] of rule.expr.matchAll(/model_name="((?:[^"\\]|\\.)*)"/g)) expect(JSON.parse(`"${found}"`)).toBe(name);
          }
        }
        expect(parse(renderRuleTests(deployment)).tests.length).toBeGreaterThan(50);
      }),
      { numRuns: 20 },
    );
  });
});

describe('rule tests', () => {
  it('name every rule, and have every alert fire and be quiet', () => {
    const deployment = deploymentOf(EVERYTHING, FULL_LOAD, PRICED);
    const { tests } = parse(renderRuleTests(deployment));
    const exprs = tests
      .flatMap((one: { promql_expr_test?: { expr: string }[] }) => one.promql_expr_test ?? [])
      .map(({ expr }: { expr: string }) => expr);
    const expected = new Map<string, number[]>();
    for (const { alert_rule_test: cases = [] } of tests) {
      for (const { alertname, exp_alerts: alerts } of cases) expected.set(alertname, [...(expected.get(alertname) ?? []), alerts.length]);
    }
    for (const { name, kind } of allQueries(deployment)) {
      if (kind === 'recording') expect(exprs).toContain(`round(${name} * 1e6)`);
      else expect(new Set(expected.get(name))).toEqual(new Set([0, 1]));
    }
  });
});

describe('expandTemplate', () => {
  // As Prometheus' own functions write them.
  test.each([
    { template: '{{ $value | humanize }}', value: 0, text: '0' },
    { template: '{{ $value | humanize }}', value: 79, text: '79' },
    { template: '{{ $value | humanize }}', value: 1234.5, text: '1.234k' },
    { template: '{{ $value | humanize }}', value: 0.05, text: '50m' },
    { template: '{{ $value | humanizePercentage }}', value: 0.14449, text: '14.45%' },
    { template: '{{ $labels.instance }}: {{ "{{" }} x }}', value: 0, text: 'a:1: {{ x }}' },
  ])('$template of $value', ({ template, value, text }) => {
    expect(expandTemplate(template, { labels: { instance: 'a:1' }, value })).toBe(text);
  });
});
