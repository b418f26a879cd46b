import { deployment, type RuleCase, scaledObject } from '../rule-case.ts';

const hpa = (name: string, metrics: string): string =>
  `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: ${name}}\nspec:\n  scaleTargetRef: {kind: Deployment, name: llama}\n  maxReplicas: 4\n  metrics:\n${metrics}`;

const GOOD_QUERY = 'query: sum(vllm:num_requests_waiting{model_name="a"} + vllm:num_requests_running{model_name="a"})';
const GOOD = scaledObject(`${GOOD_QUERY}\nthreshold: "50"\nignoreNullValues: "false"`);

/** HPA and KEDA. */
export const SCALING_CASES: readonly RuleCase[] = [
  {
    rule: 'autoscaler-on-cpu',
    bad: hpa('a', '    - type: Resource\n      resource: {name: ▸cpu, target: {type: Utilization, averageUtilization: 70}}\n'),
    good: hpa(
      'a',
      '    - type: Pods\n      pods: {metric: {name: vllm_num_requests_waiting}, target: {type: AverageValue, averageValue: "5"}}\n',
    ),
    others: { 'pod.yaml': deployment() },
  },
  {
    rule: 'autoscaler-on-gpu',
    bad: scaledObject('query: avg(▸DCGM_FI_DEV_GPU_UTIL)\nthreshold: "80"'),
    good: GOOD,
  },
  {
    rule: 'autoscaler-conflict',
    bad: `${GOOD}---\n${hpa('other', '    []\n').replace('name: llama', 'name: ▸llama')}`,
    good: `${GOOD}---\n${hpa('other', '    []\n').replace('name: llama', 'name: qwen')}`,
  },
  {
    rule: 'keda-types',
    bad: scaledObject(`${GOOD_QUERY}\nthreshold: ▸50\nignoreNullValues: ▸false`),
    good: GOOD,
  },
  {
    rule: 'keda-query-not-single',
    bad: scaledObject('query: ▸vllm:num_requests_waiting\nthreshold: "5"'),
    good: GOOD,
  },
  {
    rule: 'keda-query-not-single',
    why: 'a grouping has one element a group',
    bad: scaledObject('query: \'▸sum by (pod) (vllm:num_requests_waiting)\'\nthreshold: "5"'),
    good: scaledObject('query: \'sum(vllm:num_requests_waiting) or vector(0)\'\nthreshold: "5"'),
  },
  {
    rule: 'keda-ignores-nothing',
    bad: scaledObject(`▸${GOOD_QUERY}\nthreshold: "50"`),
    good: GOOD,
  },
  {
    rule: 'keda-ignores-nothing',
    why: 'said in so many words',
    bad: scaledObject(`${GOOD_QUERY}\nignoreNullValues: ▸"true"`),
    good: GOOD,
  },
  {
    rule: 'keda-scales-to-zero',
    bad: scaledObject(GOOD_QUERY, 'minReplicaCount: ▸0'),
    good: scaledObject('query: sum(rate(vllm:num_incoming_requests_total[1m]))', 'minReplicaCount: 0'),
  },
  {
    rule: 'keda-default-query',
    bad: 'servingEngineSpec:\n  modelSpec:\n    - name: a\n      modelURL: Qwen/Qwen3-8B\n      ▸keda:\n        enabled: true\n        maxReplicaCount: 3\n',
    good: 'servingEngineSpec:\n  modelSpec:\n    - name: a\n      modelURL: Qwen/Qwen3-8B\n      keda:\n        enabled: true\n        triggers:\n          - type: prometheus\n            metadata: {serverAddress: "http://p:9090", query: sum(vllm:num_requests_waiting)}\n',
  },
];
