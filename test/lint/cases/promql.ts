import { alert, type RuleCase, scaledObject } from '../rule-case.ts';

const dashboard = (expr: string, head = '"uid": "vllm-slo", '): string =>
  `{\n  ${head}"title": "vLLM", "schemaVersion": 39,\n  "panels": [\n    {"targets": [{"datasource": {"type": "prometheus"}, "expr": "${expr}"}]}\n  ]\n}\n`;

/** Queries of rules, dashboards, triggers and adapters. */
export const PROMQL_CASES: readonly RuleCase[] = [
  { rule: 'metric-removed', bad: alert('▸vllm:gpu_cache_usage_perc > 0.9'), good: alert('vllm:kv_cache_usage_perc > 0.9') },
  {
    rule: 'metric-removed',
    why: 'a dashboard, behind escaped quotes',
    file: 'dashboard.json',
    bad: dashboard('sum(rate(▸vllm:time_per_output_token_seconds_sum{model_name=\\"a\\"}[5m])) + ▸vllm:num_requests_swapped'),
    good: dashboard('sum(rate(vllm:inter_token_latency_seconds_sum{model_name=\\"a\\"}[5m]))'),
  },
  {
    rule: 'metric-removed',
    why: 'releases that still have it',
    bad: alert('▸vllm:gpu_cache_usage_perc > 0.9'),
    good: alert('vllm:num_requests_waiting > 5'),
    version: '0.12.0',
  },
  {
    rule: 'metric-removed',
    why: 'a dashboard inside a ConfigMap',
    bad: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: dashboards}\ndata:\n  a.json: |\n    {"schemaVersion": 39,\n     "panels": [{"targets": [{"expr": "▸vllm:cpu_cache_usage_perc"}]}]}\n',
    good: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: dashboards}\ndata:\n  a.json: |\n    {"schemaVersion": 39,\n     "panels": [{"targets": [{"expr": "vllm:kv_cache_usage_perc"}]}]}\n',
  },
  {
    rule: 'metric-removed',
    why: 'an AIBrix autoscaler',
    bad: 'apiVersion: autoscaling.aibrix.ai/v1alpha1\nkind: PodAutoscaler\nmetadata: {name: a}\nspec:\n  metricsSources:\n    - targetMetric: ▸gpu_cache_usage_perc\n      targetValue: "0.5"\n',
    good: 'apiVersion: autoscaling.aibrix.ai/v1alpha1\nkind: PodAutoscaler\nmetadata: {name: a}\nspec:\n  metricsSources:\n    - targetMetric: kv_cache_usage_perc\n      targetValue: "0.5"\n',
  },
  {
    rule: 'metric-too-new',
    bad: alert('▸vllm:num_requests_waiting_by_reason{reason="capacity"} > 5'),
    good: alert('vllm:num_requests_waiting > 5'),
    version: '0.12.0',
  },
  { rule: 'metric-unknown', bad: alert('▸vllm:num_request_waiting > 5'), good: alert('vllm:num_requests_waiting > 5') },
  {
    rule: 'metric-unknown',
    why: 'what a rule records is no name of the engine',
    bad: alert('▸vllm:queue_seconds_p95 > 5'),
    good: `${alert('vllm:queue_seconds_p95 > 5')}      - record: vllm:queue_seconds_p95\n        expr: max(vllm:num_requests_waiting)\n`,
  },
  { rule: 'metric-suffix', bad: alert('rate(▸vllm:num_preemptions[5m]) > 0'), good: alert('rate(vllm:num_preemptions_total[5m]) > 0') },
  {
    rule: 'metric-suffix',
    why: 'a histogram, in a block',
    bad: alert('|\n          histogram_quantile(0.95,\n            sum by (le) (rate(▸vllm:time_to_first_token_seconds[5m])))'),
    good: alert('|\n          histogram_quantile(0.95,\n            sum by (le) (rate(vllm:time_to_first_token_seconds_bucket[5m])))'),
  },
  {
    rule: 'metric-label',
    bad: scaledObject('query: sum(vllm:num_requests_waiting{▸model="a"})'),
    good: scaledObject('query: sum(vllm:num_requests_waiting{model_name="a"})'),
  },
  {
    rule: 'metric-label',
    why: 'a grouping',
    bad: alert('sum by (▸model) (vllm:num_requests_waiting) > 5'),
    good: alert('sum by (model_name) (vllm:num_requests_waiting) > 5'),
  },
  {
    rule: 'dcgm-label',
    bad: alert('avg by (▸node) (DCGM_FI_DEV_GPU_TEMP) > 85'),
    good: alert('avg by (Hostname) (DCGM_FI_DEV_GPU_TEMP) > 85'),
  },
  { rule: 'alert-on-gpu', bad: alert('▸DCGM_FI_DEV_FB_USED / 81920 > 0.9'), good: alert('vllm:kv_cache_usage_perc > 0.9') },
  {
    rule: 'alert-on-gpu',
    why: 'an idle GPU is worth an alert',
    bad: alert('avg(▸DCGM_FI_DEV_GPU_UTIL) > 95'),
    good: alert('avg_over_time(DCGM_FI_DEV_GPU_UTIL[2h]) < 10'),
  },
  {
    rule: 'quantile-without-le',
    bad: alert('▸histogram_quantile(0.95, sum(rate(vllm:time_to_first_token_seconds_bucket[5m]))) > 2'),
    good: alert('histogram_quantile(0.95, sum by (le, model_name) (rate(vllm:time_to_first_token_seconds_bucket[5m]))) > 2'),
  },
  {
    rule: 'rate-of-gauge',
    bad: alert('rate(▸vllm:num_requests_running[5m]) > 1'),
    good: alert('avg_over_time(vllm:num_requests_running[5m]) > 1'),
  },
  {
    rule: 'threshold-no-fraction',
    bad: alert('avg(vllm:kv_cache_usage_perc) > ▸90'),
    good: alert('avg(vllm:kv_cache_usage_perc) * 100 > 90'),
  },
  {
    rule: 'bucket-unknown',
    bad: alert('rate(vllm:e2e_request_latency_seconds_bucket{le=▸"0.2"}[5m]) > 0'),
    good: alert('rate(vllm:e2e_request_latency_seconds_bucket{le="0.3"}[5m]) > 0'),
  },
  {
    rule: 'promql-invalid',
    bad: alert('sum(rate(vllm:generation_tokens_total[5m]) ▸== 0').replace(' ▸== 0', ' == 0▸'),
    good: alert('sum(rate(vllm:generation_tokens_total[5m])) == 0'),
  },
  {
    rule: 'dashboard-uid-missing',
    file: 'dashboard.json',
    bad: dashboard('vllm:num_requests_waiting', '').replace('"title"', '▸"title"'),
    good: dashboard('vllm:num_requests_waiting'),
  },
];
