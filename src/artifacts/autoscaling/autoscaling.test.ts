import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { buildDeployment, type Deployment } from '../deployment.ts';
import { manifestFile } from '../kubernetes/manifests.ts';
import { checkSeries } from '../metrics/check-series.ts';
import { hostileText, type TestPlan, testPlan } from '../test-support.ts';
import { adapterValues } from './adapter-values.ts';
import { ADAPTER_METRIC, hpaManifest } from './hpa-manifest.ts';
import { hpaKind, kedaKind } from './kinds.ts';
import { scaledObjectManifest } from './scaled-object-manifest.ts';

const deploymentOf = (plan: TestPlan = {}, replicas = 1): Deployment =>
  buildDeployment(testPlan({ count: 4, ...plan }), { replicas, gpuHourUsd: null });
const scaledText = (deployment: Deployment): string => manifestFile('f', deployment, scaledObjectManifest(deployment)).text;
const scaledSpec = (deployment: Deployment) => parse(scaledText(deployment)).spec;
const hpaSpec = (deployment: Deployment) => parse(manifestFile('f', deployment, hpaManifest(deployment)).text).spec;

describe('autoscaling', () => {
  it('reads like this with KEDA', () => {
    expect(scaledText(deploymentOf())).toMatchInlineSnapshot(`
      "# meta-llama/Llama-3.1-8B-Instruct on 1 x NVIDIA H100 SXM 80 GB, vLLM 0.33.0; written by vllm-wizard 1.0.0.
      # For KEDA 2.16 and newer. Not beside a HorizontalPodAutoscaler: two of one Deployment undo each other.

      apiVersion: keda.sh/v1alpha1
      kind: ScaledObject
      metadata:
        name: llama-3-1-8b-instruct-vllm
        labels:
          app.kubernetes.io/name: vllm
          app.kubernetes.io/instance: llama-3-1-8b-instruct-vllm
          app.kubernetes.io/managed-by: vllm-wizard
      spec:
        scaleTargetRef:
          apiVersion: apps/v1
          kind: Deployment
          name: llama-3-1-8b-instruct-vllm
        pollingInterval: 15
        # a start (482 s), 300 s at least
        initialCooldownPeriod: 482
        cooldownPeriod: 482
        # at least the planned replicas, since nothing measures the load of a server that is not there; at most 4: 4 x 1 of the 4 GPUs in the plan
        minReplicaCount: 1
        maxReplicaCount: 4
        # While Prometheus does not answer, or knows no such series: no fewer than now.
        fallback:
          failureThreshold: 4
          replicas: 1
          behavior: currentReplicasIfHigher
        advanced:
          horizontalPodAutoscalerConfig:
            behavior:
              # one pod in 482 s: 482 s to start: download 16.1 GB at 100 MB/s 161 s, load at 200 MB/s 81 s, compile and capture graphs 180 s, margin 60 s
              scaleUp:
                stabilizationWindowSeconds: 60
                policies:
                  - type: Pods
                    value: 1
                    periodSeconds: 482
              # only what was too much for 600 s, since a pod that is missed takes 482 s to start
              scaleDown:
                stabilizationWindowSeconds: 600
                policies:
                  - type: Pods
                    value: 1
                    periodSeconds: 482
        triggers:
          - type: prometheus
            name: requests-in-flight
            metricType: AverageValue
            metadata:
              # The Service that prometheus-operator makes, in its usual namespace: change it to yours.
              serverAddress: http://prometheus-operated.monitoring.svc:9090
              query: sum(vllm:num_requests_running{model_name="meta-llama/Llama-3.1-8B-Instruct"} + vllm:num_requests_waiting{model_name="meta-llama/Llama-3.1-8B-Instruct"})
              # 0.8 x the planned load of a replica (1 requests at once), at least 1
              threshold: "1"
              ignoreNullValues: "false"
          - type: prometheus
            name: kv-cache-usage
            metricType: AverageValue
            metadata:
              serverAddress: http://prometheus-operated.monitoring.svc:9090
              query: sum(max by (namespace, pod) (vllm:kv_cache_usage_perc{model_name="meta-llama/Llama-3.1-8B-Instruct"}))
              # 80 % of the KV cache: when it is full, running requests are preempted
              threshold: "0.8"
              ignoreNullValues: "false"
      "
    `);
  });

  it('reads like this with a HorizontalPodAutoscaler', () => {
    const deployment = deploymentOf();
    expect(adapterValues(deployment)).toMatchInlineSnapshot(`
      "# meta-llama/Llama-3.1-8B-Instruct on 1 x NVIDIA H100 SXM 80 GB, vLLM 0.33.0; written by vllm-wizard 1.0.0.
      # Values for the chart prometheus-adapter of prometheus-community; where it is installed already, add the rule to its own.

      # The Service that prometheus-operator makes, in its usual namespace: change it to yours.
      prometheus:
        url: http://prometheus-operated.monitoring.svc
        port: 9090
      rules:
        default: false
        # Requests in the batch and in the queue of one pod, all its engines together.
        custom:
          - seriesQuery: vllm:num_requests_running{namespace!="",pod!=""}
            resources:
              overrides:
                namespace:
                  resource: namespace
                pod:
                  resource: pod
            name:
              matches: .*
              as: vllm_requests_in_flight
            metricsQuery: sum(vllm:num_requests_running{<<.LabelMatchers>>} + vllm:num_requests_waiting{<<.LabelMatchers>>}) by (<<.GroupBy>>)
      "
    `);
    expect(hpaSpec(deployment)).toMatchObject({
      scaleTargetRef: { kind: 'Deployment', name: deployment.service },
      minReplicas: 1,
      maxReplicas: 4,
      metrics: [{ type: 'Pods', pods: { metric: { name: ADAPTER_METRIC }, target: { type: 'AverageValue', averageValue: '1' } } }],
    });
  });

  test.each([
    { why: 'closed loop', load: { concurrency: 16 }, want: 12 },
    { why: 'no more than the engine runs at once', load: { concurrency: 1000 }, want: 51 },
    { why: 'one request', load: { concurrency: 1 }, want: 1 },
    { why: '5 requests/s of 4 s each', load: { concurrency: 1, requestRate: 5 }, want: 16 },
  ])('wants $want requests a replica: $why', ({ load, want }) => {
    const deployment = deploymentOf();
    const { forecast } = deployment;
    const slow = forecast && { ...forecast, e2eMs: { ...forecast.e2eMs, mean: 4000 } };
    const loaded = { ...deployment, load: { ...deployment.load, ...load }, forecast: slow };
    expect(scaledSpec(loaded).triggers[0].metadata.threshold).toBe(String(want));
    expect(hpaSpec(loaded).metrics[0].pods.target.averageValue).toBe(String(want));
  });

  it('stays within the planned replicas and GPUs', () => {
    expect(scaledSpec(deploymentOf({ count: 8, args: { tensorParallelSize: 2 } }, 2))).toMatchObject({
      minReplicaCount: 2,
      maxReplicaCount: 4,
      fallback: { replicas: 2 },
    });
    for (const kind of [hpaKind, kedaKind]) {
      const result = testPlan();
      expect(() => kind.files(buildDeployment(result), { result, words: [] })).toThrow(/nothing to scale/);
    }
  });

  it('gives each new pod the time to start', () => {
    const { advanced, cooldownPeriod } = scaledSpec(deploymentOf({ moe: true }));
    const { scaleUp, scaleDown } = advanced.horizontalPodAutoscalerConfig.behavior;
    const start = deploymentOf({ moe: true }).startup.value;
    expect([scaleUp.policies[0].periodSeconds, scaleDown.stabilizationWindowSeconds, cooldownPeriod]).toEqual([start, start, start]);
  });

  it('asks for series that the release has', () => {
    for (const version of ['0.8.5', '0.10.2', '0.18.0', '0.33.0']) {
      const deployment = deploymentOf({ version });
      const queries = scaledSpec(deployment).triggers.map(({ metadata }: { metadata: { query: string } }) => metadata.query);
      for (const series of queries.join(' ').match(/vllm:[a-z_]+/g) ?? []) {
        expect(checkSeries(deployment.version, series)).toMatchObject({ kind: 'exposed' });
      }
      expect(queries).toHaveLength(2);
      expect(queries.every((query: string) => /^sum\(.*\)$/s.test(query))).toBe(true);
    }
  });

  it('keeps any model name inside its quotes', () => {
    fc.assert(
      fc.property(hostileText, (servedModelName) => {
        const [{ metadata }] = scaledSpec(deploymentOf({ args: { servedModelName } })).triggers;
        const matchers = metadata.query.match(/model_name=("(?:[^"\\]|\\.)*")/g) ?? [];
        expect(matchers.map((matcher: string) => JSON.parse(matcher.slice('model_name='.length)))).toEqual([
          servedModelName,
          servedModelName,
        ]);
      }),
    );
  });

  it('says that one of the two is enough', () => {
    const result = testPlan({ count: 4 });
    const words = ['hpa', 'keda'] as const;
    for (const kind of [hpaKind, kedaKind]) {
      const [section] = kind.steps?.(buildDeployment(result), { result, words }) ?? [];
      expect(section?.lines[0]).toMatch(/^Either this or .*, never both/);
    }
  });
});
