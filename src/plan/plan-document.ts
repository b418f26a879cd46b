/**
 * The JSON document of `plan` and `check` (contract §4), snake_case, sizes in whole bytes where the name says `_bytes`;
 * `_gb` fields are GiB, as in the Python original. Fields may be added; none is renamed or dropped. A number that cannot
 * be known is null, and a warning says why.
 */
export interface PlanDocument {
  schema_version: 1;
  tool_version: string;
  vllm_version: string;
  mode: 'plan' | 'check';
  /** Where the command stands, with `check --file`. */
  command_file?: CommandFileSection | undefined;
  model: {
    id: string;
    revision: string | null;
    architecture: string;
    parameters: number;
    active_parameters: number | null;
    weight_bytes: number;
    dtype: string;
    quantization: string;
    context_limit: number | null;
    source: { kind: 'local' | 'cache' | 'catalog' | 'hub' | 'derived' | 'estimate'; detail: string };
  };
  hardware: {
    gpus: {
      name: string;
      id: string;
      vram_mib: number;
      total_bytes: number;
      compute_capability: string | null;
      driver_version: string | null;
      cuda_version: string | null;
    }[];
    count: number;
    nodes: number;
    interconnect: string;
    detected: boolean;
  };
  workload: WorkloadSection;
  policy: PolicySection;
  feasibility: FeasibilitySection;
  memory: MemorySection;
  config: ConfigSection;
  performance: PerformanceSection | null;
  artifacts: ArtifactsSection;
  warnings: Warning[];
}

export interface Warning {
  code: string;
  message: string;
  fix: string | null;
  /** `file:line:column` of the word that it is about, with `check --file`. */
  place?: string | undefined;
}

export interface CommandFileSection {
  file: string;
  kind: string;
  /** What `--service` takes. */
  name: string;
  line: number;
  /** The command as it was judged. */
  words: string[];
}

export interface WorkloadSection {
  prompt_tokens: number;
  gen_tokens: number;
  concurrency: number;
  streaming: boolean;
  batching_mode: string;
  request_rate: number | null;
  num_prompts: number;
  random_range_ratio: number;
  ttft_ms: number | null;
  tpot_ms: number | null;
  prefix_hit_rate: number;
  acceptance_length: number;
}

export interface PolicySection {
  gpu_memory_utilization: number;
  overhead_gb: number | null;
  fragmentation_factor: number | null;
  headroom_gb: number;
}

export interface FeasibilitySection {
  fits: boolean;
  oom_risk: 'low' | 'medium' | 'high';
  vram_total_gb: number;
  vram_target_alloc_gb: number;
  weights_gb: number;
  kv_cache_gb: number;
  overhead_gb: number;
  headroom_gb: number;
  max_concurrency_at_context: number;
  max_context_at_concurrency: number;
  warnings: string[];
}

export interface MemorySection {
  workers: {
    pp_rank: number;
    count: number;
    total_bytes: number;
    requested_bytes: number;
    weights_bytes: number;
    peak_activation_bytes: number;
    non_torch_bytes: number;
    cuda_graph_bytes: number;
    cuda_graph_in_budget: boolean;
    available_kv_cache_bytes: number;
    outside_budget_bytes: number;
  }[];
  kv_cache: {
    dtype: string;
    block_size: number;
    groups: { kind: string; layers: number; page_bytes: number; block_size: number }[];
    block_bytes: number;
    num_blocks: number;
    tokens: number;
    max_model_len: number;
    max_concurrency: number;
    bytes_per_request: number;
    estimated_max_model_len: number | null;
  } | null;
  verdict: 'starts' | 'fails';
  failure: { kind: string; message: string; fixes: { change: string; effect: string }[]; place?: string | undefined } | null;
  ranges: {
    peak_activation_bytes: [number, number];
    non_torch_bytes: [number, number];
    cuda_graph_bytes: [number, number];
    available_kv_cache_bytes: [number, number];
    tokens: [number, number];
  } | null;
  /** Memory of the hosts, over all nodes, beside what the processes need anyway; null when it was refused. */
  host_bytes?: { total: number; weight_offload: number; kv_offload: number; media_cache: number } | null | undefined;
}

/** The recommended (or judged) engine arguments, by vLLM's names, with the reason of each. */
export interface ConfigSection {
  model: string;
  tensor_parallel_size: number;
  pipeline_parallel_size: number;
  data_parallel_size: number;
  enable_expert_parallel: boolean;
  dtype: string;
  gpu_memory_utilization: number;
  max_model_len: number;
  kv_cache_dtype: string;
  quantization: string | null;
  /** Kept for readers of the original's documents; vLLM V1 never swaps, so always null. */
  swap_space: null;
  enforce_eager: boolean;
  max_num_seqs: number;
  max_num_batched_tokens: number;
  enable_prefix_caching: boolean;
  block_size: number;
  trust_remote_code: boolean;
  /** Why, by field name. */
  explanations: Record<string, string>;
}

export interface Distribution {
  mean: number;
  p50: number;
  p90: number;
  p99: number;
}

export interface PerformanceSection {
  decode_toks_per_s_range: [number, number];
  prefill_toks_per_s_range: [number, number];
  ttft_ms_range: [number, number];
  assumptions: string[];
  ttft_ms: Distribution;
  tpot_ms: Distribution;
  itl_ms: Distribution;
  e2e_ms: Distribution;
  output_tokens_per_s: number;
  total_tokens_per_s: number;
  requests_per_s: number;
  basis: 'measured' | 'interpolated' | 'roofline';
  /** How the time of the steps is known; adds up to 1. */
  basis_shares?: { measured: number; interpolated: number; roofline: number } | undefined;
  ranges: { ttft_ms: [number, number]; tpot_ms: [number, number]; output_tokens_per_s: [number, number] };
}

/** Filled by the command; null in documents that the library's `plan()` returns. */
export interface ArtifactsSection {
  serve_command: string | null;
  docker_command: string | null;
  docker_compose: string | null;
  k8s_values: string | null;
}
