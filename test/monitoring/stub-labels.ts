import type { Metric } from '../../src/artifacts/metrics/metric.ts';
import type { Labels } from './exposition.ts';

/** Values of labels that the engine fixes; of several metrics with one label, by "metric.label" first. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  finished_reason: ['stop', 'length', 'abort', 'error', 'repetition'],
  'vllm:num_requests_waiting_by_reason.reason': ['capacity', 'deferred'],
  'vllm:admission_rejections_total.reason': ['max_num_queued_reqs', 'max_num_queued_tokens'],
  'vllm:prompt_tokens_by_source_total.source': ['local_compute', 'local_cache_hit', 'external_kv_transfer'],
  'vllm:prompt_tokens_cached_by_source_total.source': ['device', 'host', 'p2p', 'disk', 'external_unspecified'],
  sleep_state: ['awake', 'weights_offloaded', 'discard_all'],
  stage: ['waiting_to_start', 'in_progress', 'completed_waiting'],
  position: ['0', '1', '2'],
  transfer_type: ['CPU_to_GPU', 'GPU_to_CPU'],
  max_lora: ['1'],
  running_lora_adapters: ['sql'],
  waiting_lora_adapters: [''],
  'http_requests_total.status': ['2xx', '4xx', '5xx'],
  'http_requests_total.method': ['POST'],
  method: ['POST'],
  handler: ['/v1/chat/completions'],
};

/** Fields of the configuration that `vllm:cache_config_info` carries as labels. @source vllm/config/cache.py 0.33.0 */
const CACHE_CONFIG: Labels = {
  block_size: '16',
  num_gpu_blocks: '28533',
  cache_dtype: 'auto',
  gpu_memory_utilization: '0.9',
  enable_prefix_caching: 'True',
};

/** Every combination of label values that a metric has on one engine. */
export function labelSets({ name, labels }: Metric, base: Labels): Labels[] {
  let sets: Labels[] = [{}];
  for (const label of labels) {
    if (label === '*') {
      sets = sets.map((set) => ({ ...set, ...CACHE_CONFIG }));
      continue;
    }
    const values = base[label] === undefined ? (VALUES[`${name}.${label}`] ?? VALUES[label] ?? ['some']) : [base[label]];
    sets = sets.flatMap((set) => values.map((value) => ({ ...set, [label]: value })));
  }
  return sets;
}
