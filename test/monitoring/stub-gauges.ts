import type { Behaviour } from './behaviour.ts';
import type { Labels } from './exposition.ts';

type Rule = (behaviour: Behaviour, labels: Labels) => number;

/** Levels; whatever is not named here is 1, as information is. */
const RULES: Readonly<Record<string, Rule>> = {
  'vllm:num_requests_running': ({ running }) => running,
  'vllm:num_requests_waiting': ({ waiting }) => waiting,
  'vllm:num_requests_waiting_by_reason': ({ waiting }, { reason }) => (reason === 'capacity' ? waiting : 0),
  'vllm:num_requests_kv_fetch_by_stage': ({ waiting }, { stage }) => (stage === 'in_progress' ? waiting : 0),
  'vllm:kv_cache_usage_perc': ({ kvUsage }) => kvUsage,
  'vllm:gpu_cache_usage_perc': ({ kvUsage }) => kvUsage,
  'vllm:kv_offload_cpu_cache_usage_perc': ({ kvUsage }) => kvUsage,
  'vllm:engine_sleep_state': (_, { sleep_state }) => (sleep_state === 'awake' ? 1 : 0),
};

export function gaugeOf(name: string, labels: Labels, behaviour: Behaviour): number {
  return RULES[name]?.(behaviour, labels) ?? 1;
}
