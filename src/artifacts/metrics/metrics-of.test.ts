import { describe, expect, it, test } from 'vitest';
import { parseRelease, RELEASES, type Version } from '../../engine/version.ts';
import { checkSeries } from './check-series.ts';
import { bucketAtLeast, bucketLabel, seriesOf } from './metric.ts';
import { isFed } from './metric-need.ts';
import { findMetric, labelValues, METRIC_ROWS, metricOfSeries, metricsOf } from './metrics-of.ts';
import { REMOVED, removedMetric } from './removed-metric.ts';

const at = (text: string): Version => parseRelease(text);

describe('metricsOf', () => {
  // Read by hand in the releases' v1/metrics/loggers.py, spec_decode/metrics.py and connectors.
  test.each([
    { name: 'vllm:kv_cache_usage_perc', absent: '0.9.1', present: '0.9.2' },
    { name: 'vllm:inter_token_latency_seconds', absent: '0.10.1', present: '0.10.2' },
    { name: 'vllm:prompt_tokens_by_source_total', absent: '0.15.1', present: '0.16.0' },
    { name: 'vllm:num_requests_waiting_by_reason', absent: '0.19.1', present: '0.20.0' },
    { name: 'vllm:nixl_num_kv_expired_reqs_total', absent: '0.14.1', present: '0.15.0' },
    { name: 'vllm:request_num_preemptions', absent: '0.29.0', present: '0.30.0' },
    { name: 'vllm:admission_rejections_total', absent: '0.31.0', present: '0.32.0' },
  ])('$name came with $present', ({ name, absent, present }) => {
    expect(findMetric(at(absent), name)).toBeNull();
    expect(findMetric(at(present), name)).toMatchObject({ name, hidden: false });
  });

  test.each([
    { name: 'vllm:gpu_cache_usage_perc', shown: '0.10.2', hidden: '0.11.2', gone: '0.12.0' },
    { name: 'vllm:gpu_prefix_cache_hits_total', shown: '0.10.2', hidden: '0.11.2', gone: '0.12.0' },
    { name: 'vllm:time_per_output_token_seconds', shown: '0.11.2', hidden: '0.14.1', gone: '0.15.1' },
  ])('$name is hidden in $hidden and gone in $gone', ({ name, shown, hidden, gone }) => {
    expect(findMetric(at(shown), name)?.hidden).toBe(false);
    expect(findMetric(at(hidden), name)?.hidden).toBe(true);
    expect(findMetric(at(gone), name)).toBeNull();
    expect(removedMetric(name)).toMatchObject({ until: shown, hiddenUntil: hidden, v0: false });
  });

  it('knows types, labels and buckets', () => {
    expect(findMetric(at('0.33.0'), 'vllm:request_success_total')).toEqual({
      name: 'vllm:request_success_total',
      type: 'counter',
      labels: ['model_name', 'engine', 'finished_reason'],
      needs: [],
      hidden: false,
      buckets: null,
      family: null,
    });
    expect(findMetric(at('0.33.0'), 'vllm:request_queue_time_seconds')).toMatchObject({ type: 'histogram', family: 'request_latency' });
    expect(findMetric(at('0.10.2'), 'vllm:request_queue_time_seconds')?.buckets).toEqual([
      0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680,
    ]);
    expect(findMetric(at('0.33.0'), 'vllm:iteration_tokens_total')?.type).toBe('histogram');
    expect(findMetric(at('0.24.0'), 'vllm:request_prompt_tokens')?.buckets).toBe('max_model_len');
    expect(findMetric(at('0.24.0'), 'vllm:nixl_bytes_transferred')?.buckets).toContain(2048);
    expect(findMetric(at('0.24.0'), 'vllm:cache_config_info')?.labels).toEqual(['engine', '*']);
  });

  it('takes an unread release for its nearest relative', () => {
    expect(metricsOf(at('0.8.0'))).toEqual(metricsOf(at('0.8.5')));
    expect(metricsOf(at('0.14.0'))).toEqual(metricsOf(at('0.14.1')));
    expect(metricsOf(at('0.99.0'))).toEqual(metricsOf(at('0.33.0')));
  });

  it('gives every release metrics of the same type, counters with their suffix, unique series', () => {
    const types = new Map(METRIC_ROWS.map(({ name, type }) => [name, type]));
    for (const release of RELEASES) {
      const metrics = metricsOf(at(release));
      expect(metrics.length).toBeGreaterThan(25);
      for (const { name, type, buckets, labels } of metrics) {
        expect(type).toBe(types.get(name));
        expect(type === 'counter' ? name.endsWith('_total') : true).toBe(true);
        expect((buckets !== null) === (type === 'histogram')).toBe(true);
        expect(new Set(labels).size).toBe(labels.length);
        if (Array.isArray(buckets)) expect(buckets).toEqual([...buckets].sort((a, b) => a - b));
      }
      const series = metrics.flatMap(seriesOf);
      expect(new Set(series).size).toBe(series.length);
    }
  });

  it('knows the values of labels', () => {
    expect(labelValues(at('0.12.0'), 'finished_reason')).toEqual(['stop', 'length', 'abort']);
    expect(labelValues(at('0.13.0'), 'finished_reason')).toEqual(['stop', 'length', 'abort', 'error']);
    expect(labelValues(at('0.24.0'), 'prompt_tokens_by_source.source')).toEqual([
      'local_compute',
      'local_cache_hit',
      'external_kv_transfer',
    ]);
    expect(labelValues(at('0.12.0'), 'prompt_tokens_by_source.source')).toEqual([]);
  });
});

describe('metricOfSeries', () => {
  test.each([
    { series: 'vllm:e2e_request_latency_seconds_bucket', metric: 'vllm:e2e_request_latency_seconds' },
    { series: 'vllm:iteration_tokens_total_sum', metric: 'vllm:iteration_tokens_total' },
    { series: 'vllm:iteration_tokens_total', metric: null },
    { series: 'vllm:num_preemptions', metric: null },
  ])('$series', ({ series, metric }) => {
    expect(metricOfSeries(at('0.33.0'), series)?.name ?? null).toBe(metric);
  });
});

describe('checkSeries', () => {
  test.each([
    { version: '0.24.0', series: 'vllm:num_requests_running', want: { kind: 'exposed' } },
    { version: '0.24.0', series: 'vllm:num_preemptions', want: { kind: 'suffix', series: ['vllm:num_preemptions_total'] } },
    { version: '0.24.0', series: 'vllm:iteration_tokens_total', want: { kind: 'suffix' } },
    { version: '0.24.0', series: 'vllm:e2e_request_latency_seconds', want: { kind: 'suffix' } },
    {
      version: '0.24.0',
      series: 'vllm:gpu_cache_usage_perc',
      want: { kind: 'removed', removed: { replacement: 'vllm:kv_cache_usage_perc' } },
    },
    { version: '0.11.0', series: 'vllm:gpu_cache_usage_perc', want: { kind: 'hidden', removed: { until: '0.10.2' } } },
    { version: '0.24.0', series: 'vllm:time_per_output_token_seconds_bucket', want: { kind: 'removed', removed: { until: '0.11.2' } } },
    { version: '0.24.0', series: 'vllm:num_requests_swapped', want: { kind: 'removed', removed: { v0: true, replacement: null } } },
    { version: '0.24.0', series: 'vllm:avg_prompt_throughput_toks_per_s', want: { kind: 'removed', removed: { until: null } } },
    { version: '0.19.1', series: 'vllm:num_requests_waiting_by_reason', want: { kind: 'later', since: '0.20.0' } },
    { version: '0.24.0', series: 'vllm:num_request_running', want: { kind: 'unknown', nearest: 'vllm:num_requests_running' } },
    {
      version: '0.24.0',
      series: 'ray_vllm_num_requests_running',
      want: { kind: 'exposed', metric: { name: 'vllm:num_requests_running' } },
    },
    { version: '0.24.0', series: 'ray_vllm_gpu_cache_usage_perc', want: { kind: 'removed' } },
    { version: '0.24.0', series: 'up', want: { kind: 'unknown', nearest: null } },
  ])('$series in $version', ({ version, series, want }) => {
    expect(checkSeries(at(version), series)).toMatchObject(want);
  });

  it('finds every name that it was made from', () => {
    for (const { name } of REMOVED) expect(checkSeries(at('0.33.0'), name)).toMatchObject({ kind: 'removed', removed: { name } });
    for (const metric of metricsOf(at('0.33.0'))) {
      for (const series of seriesOf(metric)) expect(checkSeries(at('0.33.0'), series)).toMatchObject({ kind: 'exposed', metric });
    }
  });
});

describe('bucketLabel', () => {
  // As prometheus_client 0.26.0 writes them.
  test.each([
    [0.001, '0.001'],
    [0.3, '0.3'],
    [1, '1.0'],
    [2560, '2560.0'],
    [100_000, '100000.0'],
    [1_000_000, '1e+06'],
    [5_000_000, '5e+06'],
    [1_048_576, '1.048576e+06'],
    [0.00001, '1e-05'],
    [0.0005, '0.0005'],
  ])('%d is %s', (bound, text) => {
    expect(bucketLabel(bound)).toBe(text);
  });
});

describe('bucketAtLeast', () => {
  const ttft = { buckets: [0.1, 0.25, 0.5] };
  it('takes the smallest bound that holds the target', () => {
    expect([0.05, 0.25, 0.2500000001, 0.26, 0.5, 0.6].map((target) => bucketAtLeast(ttft, target))).toEqual([
      0.1,
      0.25,
      0.25,
      0.5,
      0.5,
      null,
    ]);
    expect(bucketAtLeast({ buckets: null }, 1)).toBeNull();
  });
});

describe('isFed', () => {
  const nixl = ['m', '--kv-transfer-config', '{"kv_connector":"NixlConnector","kv_role":"kv_both"}'];
  test.each([
    { needs: [] as const, argv: [], fed: true },
    { needs: ['lora'] as const, argv: ['m', '--enable-lora'], fed: true },
    { needs: ['lora'] as const, argv: ['m'], fed: false },
    { needs: ['speculative'] as const, argv: ['m', '--speculative-config.method=ngram'], fed: true },
    { needs: ['nixl'] as const, argv: nixl, fed: true },
    { needs: ['kv-consumer'] as const, argv: nixl, fed: true },
    { needs: ['mooncake'] as const, argv: nixl, fed: false },
    { needs: ['nixl'] as const, argv: ['m', '--kv-transfer-config={"kv_connector":"NixlConnector"}'], fed: true },
    { needs: ['kv-offload'] as const, argv: ['m', '--kv_offloading_size', '8'], fed: true },
  ])('$needs with $argv', ({ needs, argv, fed }) => {
    expect(isFed({ needs }, { argv, env: [] })).toBe(fed);
  });
});
