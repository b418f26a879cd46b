import { z } from 'zod';
import type { PlanDocument } from './plan-document.ts';

const whole = z.int();
const bytes = z.int().min(0).describe('bytes');
const share = z.number().min(0).max(1);
const text = z.string();
const place = text.describe('file:line:column, with check --file');
const range = z.tuple([z.number(), z.number()]).describe('low and high end of a 90 % range');
/** Fields may be added to any object of the document, so readers must allow for more. */
const object = z.looseObject;

const model = object({
  id: text,
  revision: text.nullable(),
  architecture: text,
  parameters: whole,
  active_parameters: whole.nullable(),
  weight_bytes: bytes,
  dtype: text,
  quantization: text,
  context_limit: whole.nullable(),
  source: object({ kind: z.enum(['local', 'cache', 'catalog', 'hub', 'derived', 'estimate']), detail: text }),
});

const hardware = object({
  gpus: z.array(
    object({
      name: text,
      id: text,
      vram_mib: whole,
      total_bytes: bytes,
      compute_capability: text.nullable(),
      driver_version: text.nullable(),
      cuda_version: text.nullable(),
    }),
  ),
  count: whole,
  nodes: whole,
  interconnect: text,
  detected: z.boolean(),
});

const workload = object({
  prompt_tokens: whole,
  gen_tokens: whole,
  concurrency: whole,
  streaming: z.boolean(),
  batching_mode: text,
  request_rate: z.number().nullable(),
  num_prompts: whole,
  random_range_ratio: z.number(),
  ttft_ms: z.number().nullable(),
  tpot_ms: z.number().nullable(),
  prefix_hit_rate: share,
  acceptance_length: z.number(),
});

const policy = object({
  gpu_memory_utilization: share,
  overhead_gb: z.number().nullable(),
  fragmentation_factor: z.number().nullable(),
  headroom_gb: z.number(),
});

const feasibility = object({
  fits: z.boolean(),
  oom_risk: z.enum(['low', 'medium', 'high']),
  vram_total_gb: z.number().describe('GiB of the GPUs of one tensor-parallel group'),
  vram_target_alloc_gb: z.number(),
  weights_gb: z.number(),
  kv_cache_gb: z.number(),
  overhead_gb: z.number(),
  headroom_gb: z.number(),
  max_concurrency_at_context: z.number(),
  max_context_at_concurrency: whole,
  warnings: z.array(text),
});

const worker = object({
  pp_rank: whole,
  count: whole.describe('ranks that are exactly like this one'),
  total_bytes: bytes,
  requested_bytes: bytes,
  weights_bytes: bytes,
  peak_activation_bytes: bytes,
  non_torch_bytes: bytes,
  cuda_graph_bytes: bytes,
  cuda_graph_in_budget: z.boolean(),
  available_kv_cache_bytes: whole.describe('bytes; negative when nothing is left'),
  outside_budget_bytes: bytes,
});

const kvCache = object({
  dtype: text,
  block_size: whole,
  groups: z.array(object({ kind: text, layers: whole, page_bytes: bytes, block_size: whole })),
  block_bytes: bytes,
  num_blocks: whole,
  tokens: whole,
  max_model_len: whole,
  max_concurrency: z.number(),
  bytes_per_request: bytes.describe("one worker's need for one request of max_model_len"),
  estimated_max_model_len: whole.nullable(),
});

const memory = object({
  workers: z.array(worker).describe('one entry for each distinct rank; entry 0 is rank 0'),
  kv_cache: kvCache.nullable(),
  verdict: z.enum(['starts', 'fails']),
  failure: object({
    kind: text,
    message: text,
    fixes: z.array(object({ change: text, effect: text })),
    place: place.optional(),
  }).nullable(),
  ranges: object({
    peak_activation_bytes: range,
    non_torch_bytes: range,
    cuda_graph_bytes: range,
    available_kv_cache_bytes: range,
    tokens: range,
  }).nullable(),
  host_bytes: object({ total: bytes, weight_offload: bytes, kv_offload: bytes, media_cache: bytes })
    .nullable()
    .optional()
    .describe('memory of the hosts, over all nodes, beside what the processes need anyway'),
});

const config = object({
  model: text,
  tensor_parallel_size: whole,
  pipeline_parallel_size: whole,
  data_parallel_size: whole,
  enable_expert_parallel: z.boolean(),
  dtype: text,
  gpu_memory_utilization: share,
  max_model_len: whole,
  kv_cache_dtype: text,
  quantization: text.nullable(),
  swap_space: z.null(),
  enforce_eager: z.boolean(),
  max_num_seqs: whole,
  max_num_batched_tokens: whole,
  enable_prefix_caching: z.boolean(),
  block_size: whole,
  trust_remote_code: z.boolean(),
  explanations: z.record(z.string(), text),
});

const distribution = object({ mean: z.number(), p50: z.number(), p90: z.number(), p99: z.number() });

const performance = object({
  decode_toks_per_s_range: range,
  prefill_toks_per_s_range: range,
  ttft_ms_range: range,
  assumptions: z.array(text),
  ttft_ms: distribution,
  tpot_ms: distribution,
  itl_ms: distribution,
  e2e_ms: distribution,
  output_tokens_per_s: z.number(),
  total_tokens_per_s: z.number(),
  requests_per_s: z.number(),
  basis: z.enum(['measured', 'interpolated', 'roofline']),
  basis_shares: object({ measured: z.number(), interpolated: z.number(), roofline: z.number() }).optional(),
  ranges: object({ ttft_ms: range, tpot_ms: range, output_tokens_per_s: range }),
});

const artifacts = object({
  serve_command: text.nullable(),
  docker_command: text.nullable(),
  docker_compose: text.nullable(),
  k8s_values: text.nullable(),
});

/** The document of `plan` and `check`. */
export const planDocumentSchema = object({
  schema_version: z.literal(1),
  tool_version: text,
  vllm_version: text,
  mode: z.enum(['plan', 'check']),
  command_file: object({ file: text, kind: text, name: text, line: whole, words: z.array(text) }).optional(),
  model,
  hardware,
  workload,
  policy,
  feasibility,
  memory,
  config,
  performance: performance.nullable(),
  artifacts,
  warnings: z.array(object({ code: text, message: text, fix: text.nullable(), place: place.optional() })),
}) satisfies z.ZodType<PlanDocument>;
