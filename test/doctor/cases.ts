import type { Readings } from '../../src/doctor/readings.ts';

/** A real log, shortened to the lines that matter, and what must be read from it. */
export interface LogCase {
  /** `logs/<name>.txt`. */
  readonly name: string;
  readonly url: string;
  /** Whether the log was collected before the patterns were written, or held out. */
  readonly collected: 'before' | 'after';
  /** Id of the cause; null: a start-up without failure; `unknown`: the excerpt shows neither. */
  readonly cause: string | null;
  /** Further ids that would be right too. */
  readonly or?: readonly string[];
  readonly readings?: Partial<Readings>;
  /** What a user would add. */
  readonly gpu?: string;
  readonly version?: string;
  readonly model?: string;
}

/** A held-out log. */
export function held(name: string, url: string, cause: LogCase['cause'], more: Partial<LogCase> = {}): LogCase {
  return { name, url, collected: 'after', cause, ...more };
}

const vllm = (issue: number): string => `https://github.com/vllm-project/vllm/issues/${issue}`;

export const BEFORE: readonly LogCase[] = [
  {
    name: 'free-memory-ray-l4',
    url: 'https://github.com/pytorch/pytorch/issues/175666',
    collected: 'before',
    cause: 'free-memory-below-requested',
    readings: { freeGib: 19.77, totalGib: 22.05, utilization: 0.9, requestedGib: 19.84, engine: 'V1' },
  },
  {
    name: 'free-memory-multiproc',
    url: vllm(20305),
    collected: 'before',
    cause: 'free-memory-below-requested',
    readings: { freeGib: 31.44, totalGib: 47.38, utilization: 0.95, requestedGib: 45.01 },
    version: '0.9.1',
    model: 'Qwen/Qwen3-8B',
  },
  {
    name: 'free-memory-omni-a100',
    url: 'https://github.com/vllm-project/vllm-omni/issues/276',
    collected: 'before',
    cause: 'free-memory-below-requested',
    readings: { freeGib: 0.49, totalGib: 79.32, utilization: 0.6 },
  },
  {
    name: 'free-memory-4gib',
    url: vllm(25837),
    collected: 'before',
    cause: 'free-memory-below-requested',
    readings: { freeGib: 3.22, totalGib: 4, utilization: 0.9 },
  },
  { name: 'no-cache-memory-v0', url: vllm(10439), collected: 'before', cause: 'no-cache-memory' },
  {
    name: 'no-cache-memory-h100-gpt-oss',
    url: vllm(27508),
    collected: 'before',
    cause: 'no-cache-memory',
    gpu: 'h100',
    version: '0.11.0',
    model: 'openai/gpt-oss-120b',
  },
  {
    name: 'max-len-wrapped-arc',
    url: 'https://github.com/SergiioB/intel-arc-pro-b70-inference-cookbook/issues/4',
    collected: 'before',
    cause: 'max-model-len-exceeds-kv',
    readings: { maxModelLen: 100_000, neededKvGib: 4.26, availableKvGib: 4.25 },
  },
  {
    name: 'max-len-v0',
    url: vllm(2418),
    collected: 'before',
    cause: 'max-model-len-exceeds-kv',
    readings: { maxModelLen: 4096, tokens: 3664, blocks: 229, engine: 'V0', dtype: 'float16' },
  },
  {
    name: 'max-len-pp-5070ti',
    url: vllm(34076),
    collected: 'before',
    cause: 'max-model-len-exceeds-kv',
    readings: {
      version: '0.15.2rc1.dev93+g11a4c9d30.cu128',
      gpuName: 'NVIDIA GeForce RTX 5070 Ti',
      maxModelLen: 262_144,
      neededKvGib: 24,
      availableKvGib: 3.18,
      estimatedMaxModelLen: 34_736,
    },
  },
  {
    name: 'max-len-h100-gpt-oss',
    url: vllm(27508),
    collected: 'before',
    cause: 'max-model-len-exceeds-kv',
    readings: { maxModelLen: 131_072, neededKvGib: 4.54, availableKvGib: 1.71 },
    gpu: 'h100',
    version: '0.11.0',
    model: 'openai/gpt-oss-120b',
  },
  {
    name: 'max-len-3090-offload',
    url: 'https://github.com/wtdcode/vllm-backport/issues/15',
    collected: 'before',
    cause: 'max-model-len-exceeds-kv',
    readings: { maxModelLen: 250_000, neededKvGib: 1.8, availableKvGib: 0.35, estimatedMaxModelLen: 856 },
  },
  {
    name: 'oom-sampler-0-8',
    url: vllm(14452),
    collected: 'before',
    cause: 'oom-sampler',
    gpu: '5090',
    version: '0.8.0',
    model: 'Qwen/Qwen2.5-7B-Instruct',
  },
  {
    name: 'oom-graphs-ray-v0',
    url: vllm(15598),
    collected: 'before',
    cause: 'oom-graphs',
    readings: { totalGib: 44.53, utilization: 0.98, weightsGib: 20.64, nonTorchGib: 0.28, peakActivationGib: 1.52, availableKvGib: 21.2 },
  },
  { name: 'heads-tp3-deepseek', url: vllm(52435), collected: 'before', cause: 'heads-not-divisible' },
  {
    name: 'bf16-t4',
    url: 'https://github.com/substratusai/vllm-docker/issues/37',
    collected: 'before',
    cause: 'bf16-unsupported',
    readings: { gpuName: 'Tesla T4', computeCapability: '7.5' },
    model: 'Qwen/Qwen2.5-1.5B-Instruct',
  },
  {
    name: 'bf16-v100-old',
    url: vllm(946),
    collected: 'before',
    cause: 'bf16-unsupported',
    readings: { gpuName: 'Tesla V100-SXM2-32GB', computeCapability: '7.0' },
  },
  { name: 'flag-omni', url: 'https://github.com/vllm-project/vllm-omni/issues/1364', collected: 'before', cause: 'flag-unknown' },
  { name: 'flag-model-positional', url: vllm(27389), collected: 'before', cause: 'flag-unknown', gpu: 'a10' },
  {
    name: 'architecture-qwen3-old',
    url: vllm(22231),
    collected: 'before',
    cause: 'architecture-unsupported',
    readings: { architecture: 'Qwen3ForCausalLM' },
  },
  { name: 'gated-llama', url: 'https://github.com/sgl-project/sglang/pull/14644', collected: 'before', cause: 'model-gated' },
  { name: 'nccl-shm', url: 'https://github.com/MiniMax-AI/MiniMax-01/issues/42', collected: 'before', cause: 'shared-memory' },
  { name: 'no-kernel-image', url: vllm(14452), collected: 'before', cause: 'no-kernel-image', readings: { engine: 'V1' } },
  { name: 'vllm-port-kubernetes', url: vllm(34199), collected: 'before', cause: 'vllm-port-uri' },
  { name: 'getpwuid-openshift', url: vllm(44548), collected: 'before', cause: 'user-unknown' },
  { name: 'c-compiler', url: vllm(15329), collected: 'before', cause: 'compiler-missing' },
  {
    name: 'flashinfer-nvcc-option',
    url: 'https://github.com/flashinfer-ai/flashinfer/issues/1532',
    collected: 'before',
    cause: 'flashinfer-jit',
  },
  { name: 'ray-node-without-gpu', url: vllm(29265), collected: 'before', cause: 'ray-cluster', gpu: 't4', version: '0.11.1' },
  { name: 'ray-tp-exceeds', url: 'https://github.com/gpustack/gpustack/issues/5056', collected: 'before', cause: 'tp-exceeds-gpus' },
  { name: 'fp8-block-tp', url: vllm(45784), collected: 'before', cause: 'quantized-shard-not-aligned' },
  {
    name: 'derived-length',
    url: 'https://github.com/xorbitsai/inference/issues/1715',
    collected: 'before',
    cause: 'max-model-len-above-derived',
  },
  {
    name: 'profiling-memory-rose',
    url: vllm(56830),
    collected: 'before',
    cause: 'memory-rose-while-profiling',
    readings: { version: '0.29.0', gpuName: 'NVIDIA H100 NVL', freeGib: 82.94 },
    model: 'Qwen/Qwen3-8B',
  },
  { name: 'killed-worker', url: 'https://github.com/snowflakedb/ArcticInference/issues/37', collected: 'before', cause: 'host-memory' },
  {
    name: 'healthy-scout',
    url: 'https://github.com/vllm-project/vllm/pull/20707',
    collected: 'before',
    cause: null,
    readings: { availableKvGib: 112.61, tokens: 922_496, maxModelLen: 40_000, concurrency: 23.06, blocks: 57_656 },
  },
  {
    name: 'healthy-windows',
    url: 'https://github.com/aivrar/vllm-windows-build/issues/4',
    collected: 'before',
    cause: null,
    readings: { tokens: 396_928, maxModelLen: 131_072, concurrency: 3.03, graphGib: 0.11, graphEstimateGib: 0.14 },
  },
  { name: 'spec-tokens-missing', url: 'https://github.com/vllm-project/vllm/pull/20375', collected: 'before', cause: 'speculation-config' },
  {
    name: 'awq-v100',
    url: vllm(4202),
    collected: 'before',
    cause: 'quantization-capability',
    readings: { version: '0.4.0.post1', computeCapability: '7.0' },
  },
  { name: 'scheme-t4', url: vllm(14040), collected: 'before', cause: 'quantization-capability', readings: { computeCapability: '7.5' } },
  {
    name: 'trust-remote-code',
    url: 'https://github.com/runpod-workers/worker-vllm/issues/43',
    collected: 'before',
    cause: 'trust-remote-code',
  },
];
