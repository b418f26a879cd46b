/** The time between two tokens, by its names: the newest that a release has. */
export const TOKEN_GAP = ['vllm:inter_token_latency_seconds', 'vllm:time_per_output_token_seconds'] as const;

/** KV cache usage, by its names. */
export const KV_USAGE = ['vllm:kv_cache_usage_perc', 'vllm:gpu_cache_usage_perc'] as const;

/** Looked-up and found tokens of the prefix cache, by their names. */
export const PREFIX_CACHE = [
  { hits: 'vllm:prefix_cache_hits_total', queries: 'vllm:prefix_cache_queries_total' },
  { hits: 'vllm:gpu_prefix_cache_hits_total', queries: 'vllm:gpu_prefix_cache_queries_total' },
] as const;
