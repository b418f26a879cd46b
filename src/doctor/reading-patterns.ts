import { pattern } from './pattern.ts';
import type { Readings } from './readings.ts';

type NumberField = { [K in keyof Readings]: Readings[K] extends number | null ? K : never }[keyof Readings];
type TextField = { [K in keyof Readings]: Readings[K] extends string | null ? K : never }[keyof Readings];

export interface NumberPattern {
  readonly pattern: RegExp;
  /** Releases that print it so, for readers of this table. */
  readonly releases: string;
  /** Field to group name. */
  readonly fields: Readonly<Partial<Record<NumberField, string>>>;
  /** Divides what was read: MiB and KiB to GiB. */
  readonly divisor?: number;
}

/**
 * Log lines with figures, in the order in which they are believed: where two lines state one field, the first wins.
 *
 * @source vLLM v1/worker/gpu_worker.py, v1/worker/gpu_model_runner.py, v1/core/kv_cache_utils.py, v1/worker/utils.py at the
 *   release tags 0.8.0 to 0.21.0 and upstream main of 2026-08-07; V0: worker/worker.py at 0.6.6
 */
export const NUMBER_PATTERNS: readonly NumberPattern[] = [
  {
    pattern: pattern(
      'Free memory on device{*}({free:num}/{total:num} GiB) on startup is less than desired GPU memory utilization ({util:num}, {requested:num} GiB)',
    ),
    releases: '0.9.1+',
    fields: { freeGib: 'free', totalGib: 'total', utilization: 'util', requestedGib: 'requested' },
  },
  {
    pattern: pattern(
      'Free memory on device{*}({free:num}/{total:num} GiB) on startup. Desired GPU memory utilization is ({util:num}, {requested:num} GiB)',
    ),
    releases: '0.10.2+',
    fields: { freeGib: 'free', totalGib: 'total', utilization: 'util', requestedGib: 'requested' },
  },
  {
    pattern: pattern(
      'Actual usage is {weights:num} GiB for weight, {peak:num} GiB for peak activation, {other:num} GiB for non-torch memory, and {graphs:num} GiB for CUDAGraph memory',
    ),
    releases: '0.10.2 to 0.26',
    fields: { weightsGib: 'weights', peakActivationGib: 'peak', nonTorchGib: 'other', graphGib: 'graphs' },
  },
  {
    pattern: pattern(
      'Actual usage is {consumed:num} GiB for consumed memory (weights + non-torch), {peak:num} GiB for peak activation, and {graphs:num} GiB for CUDAGraph memory',
    ),
    releases: '0.27+',
    fields: { consumedGib: 'consumed', peakActivationGib: 'peak', graphGib: 'graphs' },
  },
  {
    pattern:
      /total_gpu_memory \((?<total>[\d.]+)\s*GiB\)\s*x\s*gpu_memory_utilization \((?<util>[\d.]+)\)\s*=\s*(?<requested>[\d.]+)\s*GiB/i,
    releases: 'V0, 0.6.5 to 0.10',
    fields: { totalGib: 'total', utilization: 'util', requestedGib: 'requested' },
  },
  {
    pattern:
      /model weights take (?<weights>[\d.]+)\s*GiB; non_torch_memory takes (?<other>-?[\d.]+)\s*GiB; PyTorch activation peak memory takes (?<peak>[\d.]+)\s*GiB; the rest of the memory reserved for KV Cache is (?<kv>-?[\d.]+)\s*GiB/i,
    releases: 'V0, 0.6.5 to 0.10',
    fields: { weightsGib: 'weights', nonTorchGib: 'other', peakActivationGib: 'peak', availableKvGib: 'kv' },
  },
  {
    pattern: pattern('GPU {*} has a total capacity of {total:num} GiB'),
    releases: 'torch 2.1+',
    fields: { totalGib: 'total' },
  },
  {
    pattern: /has a total capaci?t?y of (?<total>\d+(?:\.\d+)?) GiB/i,
    releases: 'torch, older wording',
    fields: { totalGib: 'total' },
  },
  { pattern: pattern('Tried to allocate {size:num} GiB'), releases: 'torch', fields: { triedToAllocateGib: 'size' } },
  { pattern: pattern('Tried to allocate {size:num} MiB'), releases: 'torch', fields: { triedToAllocateGib: 'size' }, divisor: 1024 },
  { pattern: pattern('Model loading took {weights:num} GiB'), releases: '0.8+', fields: { weightsGib: 'weights' } },
  {
    pattern: /(?:Loading model weights|Model loading) took (?<weights>[\d.]+) (?:GB|GiB)/i,
    releases: 'to 0.8.2, where GB means GiB',
    fields: { weightsGib: 'weights' },
  },
  { pattern: pattern('Available KV cache memory: {kv:num} GiB'), releases: '0.9.1+', fields: { availableKvGib: 'kv' } },
  { pattern: pattern('Initial free memory {free:num} GiB, current free memory'), releases: '0.9.1+', fields: { freeGib: 'free' } },
  {
    pattern:
      /max seq len \((?<max>\d+)\), \((?<needed>[\d.]+)\s+GiB\s+KV\s+cache\s+is\s+needed,\s+which\s+is\s+larger\s+than\s+the\s+available\s+KV\s+cache\s+memory\s+\((?<kv>-?[\d.]+)\s+GiB\)/i,
    releases: '0.8.2+',
    fields: { maxModelLen: 'max', neededKvGib: 'needed', availableKvGib: 'kv' },
  },
  { pattern: pattern('estimated maximum model length is {max:int}'), releases: '0.9.1+', fields: { estimatedMaxModelLen: 'max' } },
  {
    pattern: pattern('max seq len ({max:int}) is larger than the maximum number of tokens that can be stored in KV cache ({tokens:int})'),
    releases: 'V0',
    fields: { maxModelLen: 'max', tokens: 'tokens', estimatedMaxModelLen: 'tokens' },
  },
  { pattern: pattern('GPU KV cache size: {tokens:int} tokens'), releases: '0.8+', fields: { tokens: 'tokens' } },
  { pattern: /# (?:GPU|cuda) blocks: (?<blocks>\d+)/i, releases: 'V0, and V1 to 0.8', fields: { blocks: 'blocks' } },
  { pattern: pattern('initialization after num_gpu_blocks is: {blocks:int}'), releases: '0.9+', fields: { blocks: 'blocks' } },
  {
    pattern: pattern('Maximum concurrency for {max:int} tokens per request: {requests:num}x'),
    releases: '0.7+',
    fields: { maxModelLen: 'max', concurrency: 'requests' },
  },
  { pattern: /Graph capturing finished in [\d.]+ secs?, took (?<graphs>-?[\d.]+) GiB/i, releases: 'all', fields: { graphGib: 'graphs' } },
  {
    pattern: pattern('CUDA graph pool memory: {graphs:num} GiB (actual), {estimate:num} GiB (estimated)'),
    releases: '0.18+',
    fields: { graphGib: 'graphs', graphEstimateGib: 'estimate' },
  },
  { pattern: /Estimated CUDA graph memory:\s*(?<estimate>[\d.]+) GiB/i, releases: '0.18+', fields: { graphEstimateGib: 'estimate' } },
  { pattern: pattern('Using max model len {max:int}'), releases: '0.9+', fields: { maxModelLen: 'max' } },
  { pattern: /\bmax_seq_len=(?<max>\d+)/, releases: 'all', fields: { maxModelLen: 'max' } },
  { pattern: /\btensor_parallel_size=(?<tp>\d+)/, releases: 'all', fields: { tensorParallelSize: 'tp' } },
  { pattern: /\bpipeline_parallel_size=(?<pp>\d+)/, releases: 'all', fields: { pipelineParallelSize: 'pp' } },
  { pattern: /\bdata_parallel_size=(?<dp>\d+)/, releases: '0.9+', fields: { dataParallelSize: 'dp' } },
];

export interface TextPattern {
  readonly pattern: RegExp;
  readonly field: TextField;
}

/** Names, each in group 1. Versions and models may come from lines that people add by hand. */
export const TEXT_PATTERNS: readonly TextPattern[] = [
  { field: 'version', pattern: /vLLM API server version v?(\d+\.\d+[^\s,)]*)/i },
  { field: 'version', pattern: /LLM engine \(v(\d+\.\d+[^\s)]*)\)/ },
  { field: 'version', pattern: /█\s+version v?(\d+\.\d+[^\s]*)/ },
  { field: 'version', pattern: /vllm\/vllm-openai(?:-rocm)?:v(\d+\.\d+\.\d+\w*)/ },
  { field: 'version', pattern: /\bvllm[-_ ]?(?:version)?[\s*`]*[:=]{1,2}[\s*`]*v?(\d+\.\d+\.\d+[\w.+]*)/i },
  { field: 'version', pattern: /\bvllm[-@ ]v?(0\.\d+\.\d+[\w.+]*)/i },
  { field: 'model', pattern: /engine(?: \(v[^)]*\))? with config: model='([^'\n]+)'/ },
  { field: 'architecture', pattern: /Resolved architectures?: (\w+)/ },
  { field: 'architecture', pattern: /Model architectures? \['(\w+)'\]/ },
  { field: 'dtype', pattern: /\bdtype=torch\.(\w+)/ },
  { field: 'quantization', pattern: /\bquantization=(?!None)([\w-]+)/ },
  { field: 'kvCacheDtype', pattern: /\bkv_cache_dtype=(?!auto)'?([\w-]+)/ },
  { field: 'computeCapability', pattern: /has compute capability (\d+\.\d+)/ },
  { field: 'computeCapability', pattern: /Current capability: (\d+)\b/ },
];

/** Names of cards as drivers, torch and people print them; each hit is checked against the catalog. */
export const GPU_NAMES: readonly RegExp[] = [
  /Your ([\w ()/.-]{3,60}?) GPU (?:has|with)/g,
  /\bGPU \d+: ([\w ()/.-]{3,60})/g,
  /^\s*\|?\s*\d+:?\s+((?:NVIDIA|Tesla|Quadro|AMD|GeForce)[\w ()/.-]{2,50}?)(?:\s{2,}|\s+\d{4,6}\s?MiB|\s+On\b|\s+Off\b|$)/gm,
  /\bGPU\s*:\s*((?:NVIDIA |AMD |Intel )?[A-Z][\w /.-]{2,40})/g,
  /\b((?:NVIDIA |Tesla |AMD )(?:GeForce |Instinct |RTX )?[A-Z][\w -]{1,40}?)(?=[,;:)(\n]|\s{2,}|\s+\d{4,6}\s?MiB|$)/gm,
];

/** Lines that the engine prints when it is up. */
export const STARTED: readonly RegExp[] = [
  /Application startup complete/,
  /Uvicorn running on/,
  /Starting vLLM (?:API )?server (?:on|\d)/,
  /init engine \(profile, create kv cache, warmup model\) took/,
  /Available routes are:/,
];
