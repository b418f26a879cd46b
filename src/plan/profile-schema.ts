import { z } from 'zod';

const tokens = z.int().min(1);
const count = z.int().min(1);
const gibibytes = z.number().positive();
const share = z.number().min(0).max(1);
const name = z.string().min(1);

/** Every key may be left out or null: the command line or the default then speaks. */
const optional = <T extends z.ZodType>(schema: T) => schema.nullish();

const model = {
  id: optional(name).describe('Hub model id, or a folder with config.json'),
  revision: optional(name).describe('branch, tag or commit'),
  dtype: optional(name).describe('element type of the weights: auto, or a name that vLLM or the option knows'),
  quantization: optional(name).describe('how the weights are stored: none, awq, gptq, int8, fp8, nvfp4 …'),
  kv_cache_dtype: optional(name),
  max_model_len: optional(tokens),
  params_b: optional(z.number().positive()).describe('parameters in billions'),
};

const hardware = {
  gpu_name: optional(name).describe('GPU name as people write it, or auto'),
  gpus: optional(count),
  vram_gb: optional(gibibytes).describe('GiB per GPU'),
  interconnect: optional(z.enum(['pcie', 'nvlink', 'unknown'])),
  tp_size: optional(count),
};

const workload = {
  prompt_tokens: optional(tokens),
  gen_tokens: optional(tokens),
  concurrency: optional(count),
  streaming: optional(z.boolean()),
  mode: optional(z.enum(['throughput', 'latency', 'balanced'])),
};

const policy = {
  gpu_memory_utilization: optional(z.number().gt(0).max(1)),
  overhead_gb: optional(z.number().min(0)),
  fragmentation_factor: optional(z.number().min(1).max(2)),
  headroom_gb: optional(z.number().min(0)),
};

const flagValue = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z.array(z.union([z.string(), z.number()])),
  z.record(z.string(), z.json()),
]);

const outputs = {
  emit: optional(z.array(name)).describe('artifacts that generate writes'),
  vllm_args: optional(z.record(z.string(), flagValue)).describe('vLLM flags by name, passed on to every artifact and pinned in the plan'),
};

/** The profile of the Python original, unchanged. */
export const profileV1Schema = z.strictObject({
  profile_version: z.literal(1),
  model: optional(z.strictObject(model)),
  hardware: optional(z.strictObject(hardware)),
  workload: optional(z.strictObject(workload)),
  policy: optional(z.strictObject(policy)),
  outputs: optional(z.strictObject(outputs)),
});

const sections = {
  vllm_version: optional(z.string('write it in quotes: YAML reads 0.10 as 0.1').min(1)).describe('vLLM release to plan for'),
  model: optional(z.strictObject({ ...model, trust_remote_code: optional(z.boolean()) })),
  hardware: optional(
    z.strictObject({
      ...hardware,
      nodes: optional(count),
      gpu_total_gib: optional(gibibytes).describe('total that the driver reports, GiB per GPU'),
      pp_size: optional(count),
      dp_size: optional(count),
      expert_parallel: optional(z.boolean()),
    }),
  ),
  workload: optional(
    z.strictObject({
      ...workload,
      request_rate: optional(z.number().positive()).describe('requests per second, open loop'),
      num_prompts: optional(count),
      random_range_ratio: optional(z.number().min(0).lt(1)),
      prefix_hit_rate: optional(share),
      acceptance_length: optional(z.number().min(1)),
      ttft_ms: optional(z.number().positive()).describe('target: time to first token'),
      tpot_ms: optional(z.number().positive()).describe('target: time per output token'),
    }),
  ),
  policy: optional(z.strictObject(policy)),
  outputs: optional(
    z.strictObject({
      ...outputs,
      replicas: optional(count).describe('copies of the server that the files start'),
      gpu_hour_usd: optional(z.number().positive()).describe('price of one GPU for an hour, in US dollars'),
    }),
  ),
};

/** Version 2: the options that version 1 lacks, and overrides by environment, chosen with `--env`. */
export const profileV2Schema = z.strictObject({
  profile_version: z.literal(2),
  ...sections,
  overrides: optional(z.record(z.string().min(1), z.strictObject(sections))).describe('changes by environment'),
});

/** A profile as the planner reads it, with overrides applied; version 1 has fewer keys. */
export type Profile = Omit<z.infer<typeof profileV2Schema>, 'overrides'>;
