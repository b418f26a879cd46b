import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { buildDeployment } from '../deployment.ts';
import { generateFiles } from '../generate-files.ts';
import { objectLabels } from '../kubernetes/object-names.ts';
import { hostileText, type TestPlan, testPlan } from '../test-support.ts';
import { durationText, numberText, quoted, regexText, selector, templateText } from './promql.ts';
import { renderAlertmanager } from './render-alertmanager.ts';
import { renderPodMonitor, renderPrometheusRule, renderServiceMonitor } from './render-operator.ts';
import { renderPrometheus } from './render-prometheus.ts';
import { scopeOf } from './scrape-targets.ts';
import { seriesCount } from './series-count.ts';
import { watchOf } from './watch.ts';

const deploymentOf = (plan: TestPlan = {}) => buildDeployment(testPlan(plan));
const prometheus = (words: readonly string[], plan: TestPlan = {}) => parse(renderPrometheus(deploymentOf(plan), words));

describe('renderPrometheus', () => {
  test.each([
    { words: ['prometheus'], server: '127.0.0.1:8000', gpu: '127.0.0.1:9400' },
    { words: ['compose', 'prometheus'], server: 'llama-3-1-8b-instruct-vllm:8000', gpu: 'dcgm-exporter:9400' },
    { words: ['compose', 'manifests', 'prometheus'], server: 'llama-3-1-8b-instruct-vllm:8000', gpu: 'dcgm-exporter:9400' },
  ])('finds the server of $words at $server', ({ words, server, gpu }) => {
    const { scrape_configs: jobs, rule_files: rules } = prometheus(words);
    expect(jobs.map((job: { job_name: string }) => job.job_name)).toEqual(['llama-3-1-8b-instruct-vllm', 'dcgm']);
    expect(
      jobs.flatMap((job: { static_configs: { targets: string[] }[] }) => job.static_configs.flatMap(({ targets }) => targets)),
    ).toEqual([server, gpu]);
    expect(rules).toEqual(['rules.yaml']);
  });

  it('finds pods by label and port name where only a cluster runs the server', () => {
    const [server] = prometheus(['manifests', 'prometheus']).scrape_configs;
    expect(server.kubernetes_sd_configs).toEqual([{ role: 'pod' }]);
    expect(server.relabel_configs[0]).toEqual({
      source_labels: ['__meta_kubernetes_pod_label_app_kubernetes_io_instance', '__meta_kubernetes_pod_container_port_name'],
      regex: 'llama-3-1-8b-instruct-vllm;http',
      action: 'keep',
    });
  });

  it('alerts only through an Alertmanager that is there, and asks only GPUs that DCGM knows', () => {
    expect(prometheus(['compose', 'prometheus']).alerting).toBeUndefined();
    expect(prometheus(['compose', 'prometheus', 'alertmanager']).alerting.alertmanagers[0].static_configs[0].targets).toEqual([
      'alertmanager:9093',
    ]);
    expect(prometheus(['prometheus'], { gpu: 'mi300x-192gb' }).scrape_configs).toHaveLength(1);
  });

  it('takes the port of the server', () => {
    const [server] = prometheus(['prometheus'], { args: { otherFlags: [{ name: '--port', value: '9001' }] } }).scrape_configs;
    expect(server.static_configs).toEqual([{ targets: ['127.0.0.1:9001'] }]);
  });
});

describe('seriesCount', () => {
  // Counted in the text of the stat logger itself, with a context of 8192 and without `_created`: 334 and 317 series, three
  // of them about FLOPs that stay 0, and one about the cache that comes with the engine.
  test.each([
    { version: '0.33.0', want: 334 - 3 + 1 },
    { version: '0.24.0', want: 317 - 3 + 1 },
  ])('$version', ({ version, want }) => {
    expect(seriesCount(watchOf(deploymentOf({ version }), 'host')).value).toBe(want);
  });

  it('counts every data-parallel engine', () => {
    const one = seriesCount(watchOf(deploymentOf(), 'host')).value;
    expect(seriesCount(watchOf(deploymentOf({ args: { dataParallelSize: 4 } }), 'host')).value).toBe(4 * one);
  });
});

describe('scopeOf', () => {
  test.each([
    { words: [], scope: 'host' },
    { words: ['prometheus', 'grafana'], scope: 'host' },
    { words: ['command', 'manifests'], scope: 'host' },
    { words: ['manifests', 'prometheus'], scope: 'cluster' },
    { words: ['lws', 'prometheus-operator'], scope: 'cluster' },
  ])('$words run on a $scope', ({ words, scope }) => {
    expect(scopeOf(words)).toBe(scope);
  });
});

describe('renderAlertmanager', () => {
  const value = parse(renderAlertmanager(deploymentOf()));

  it('routes by severity to receivers that exist', () => {
    const names = value.receivers.map(({ name }: { name: string }) => name);
    const routes = [value.route, ...value.route.routes].map(({ receiver }: { receiver: string }) => receiver);
    expect(routes.every((receiver) => names.includes(receiver))).toBe(true);
    expect(value.route.routes.map(({ matchers }: { matchers: string[] }) => matchers)).toEqual([
      ['severity="critical"'],
      ['severity="warning"'],
    ]);
  });

  it('holds no address, only files that hold them', () => {
    expect(renderAlertmanager(deploymentOf())).not.toMatch(/https?:/);
    const hooks = value.receivers.flatMap((receiver: { webhook_configs: object[] }) => receiver.webhook_configs);
    for (const hook of hooks)
      expect(hook).toEqual({ url_file: expect.stringMatching(/^\/etc\/alertmanager\/secrets\//), send_resolved: true });
  });

  it('inhibits within one model only', () => {
    for (const { equal } of value.inhibit_rules) expect(equal).toEqual(['model_name']);
  });
});

describe('objects of the operator', () => {
  const deployment = deploymentOf();

  it('select by label and name the port', () => {
    const service = parse(renderServiceMonitor(deployment));
    const pod = parse(renderPodMonitor(deployment));
    for (const { spec } of [service, pod]) {
      for (const [label, value] of Object.entries(spec.selector.matchLabels))
        expect(objectLabels(deployment)).toHaveProperty([label], value);
      expect(spec.jobLabel).toBe('app.kubernetes.io/instance');
    }
    expect([service.spec.endpoints[0].port, pod.spec.podMetricsEndpoints[0].port]).toEqual(['http', 'http']);
    for (const text of [renderServiceMonitor(deployment), renderPodMonitor(deployment), renderPrometheusRule(deployment)]) {
      expect(parse(text).metadata.labels.release).toBe('kube-prometheus-stack');
    }
  });
});

describe('the runbook', () => {
  test.each([
    { words: ['prometheus'] as const },
    { words: ['prometheus', 'prometheus-operator'] as const },
    { words: ['prometheus-operator'] as const },
  ])('of $words has a heading for every alert', ({ words }) => {
    const plan = testPlan({ args: { servedModelName: '`x` | *y*' } });
    const files = generateFiles(plan, plan.document, words);
    const textOf = (path: RegExp): string =>
      files
        .filter((file) => path.test(file.path))
        .map(({ text }) => text)
        .join('\n');
    const anchors = [...textOf(/RUNBOOK/).matchAll(/^### (\w+)$/gm)].map(([, name = '']) => name.toLowerCase());
    const asked = [...textOf(/rule.*yaml$/).matchAll(/RUNBOOK\.md#(\w+)/g)].map(([, name = '']) => name);
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.filter((name) => !anchors.includes(name))).toEqual([]);
    expect(new Set(anchors).size).toBe(anchors.length);
  });
});

describe('promql', () => {
  test.each([
    { text: 'plain', want: '"plain"' },
    { text: 'a"b\\c', want: '"a\\"b\\\\c"' },
    { text: 'a\nb\tc', want: '"a\\nb\\tc"' },
    { text: 'lone \ud800', want: '"lone \ufffd"' },
  ])('quotes $want', ({ text, want }) => {
    expect(quoted(text)).toBe(want);
  });

  it('quotes nothing that could end the string', () => {
    fc.assert(fc.property(hostileText, (text) => /^"(?:[^"\\\n]|\\.)*"$/u.test(quoted(text)) && !/[\n\r]/.test(quoted(text))));
  });

  it('writes selectors, regular expressions, numbers, durations and templates', () => {
    expect(selector('m', { a: 'x', b: { op: '=~', value: 'y.*' } })).toBe('m{a="x", b=~"y.*"}');
    expect(regexText('a.b+c')).toBe('a\\.b\\+c');
    expect([numberText(0.1 + 0.2), numberText(123.4567891)]).toEqual(['0.3', '123.457']);
    expect([durationText(90), durationText(300), durationText(7200), durationText(0.5)]).toEqual(['90s', '5m', '2h', '1s']);
    expect(templateText('a {{ b }}')).toBe('a {{ "{{" }} b }}');
  });
});
