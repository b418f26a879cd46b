import type { GpuSpec } from '../catalog/gpu-spec.ts';
import type { ModelSpec } from '../model/model-spec.ts';
import { roundUp } from '../units/integers.ts';
import { architectureRefusal } from './architecture-support.ts';
import type { EngineSettings } from './engine-settings.ts';
import type { Finding } from './finding.ts';
import { namedDtype, supportsBfloat16 } from './resolve-dtype.ts';
import type { ServeArgs } from './serve-args.ts';
import { isAtLeast } from './version.ts';

export interface RefusalInput {
  readonly model: ModelSpec;
  readonly gpu: GpuSpec;
  /** GPUs in all. */
  readonly gpuCount: number;
  readonly args: ServeArgs;
  readonly settings: EngineSettings;
}

/**
 * Every reason why the engine would refuse this configuration before it touches memory, as fatal findings; empty when it
 * would not. The messages name the value and what to do (vllm-memory §9).
 */
export function refusals(input: RefusalInput): readonly Finding[] {
  const unknown = architectureRefusal(input.model, input.settings.version);
  return [...(unknown === null ? [] : [unknown]), ...parallelism(input), ...lengths(input), ...capabilities(input)];
}

function fatal(code: string, message: string, fix: string): Finding {
  return { code, message, fix, fatal: true };
}

/** @source vLLM config/model.py `verify_with_parallel_config`, layers/linear.py QKVParallelLinear, config/parallel.py */
function parallelism({ model, gpuCount, settings }: RefusalInput): readonly Finding[] {
  const { tensorParallelSize: tp, pipelineParallelSize: pp, dataParallelSize: dp, decodeContextParallelSize: dcp } = settings;
  const found: Finding[] = [];
  const needed = tp * pp * dp;
  if (needed > gpuCount) {
    const message = `tensor × pipeline × data parallel size ${tp} × ${pp} × ${dp} = ${needed} needs ${needed} GPUs, but ${gpuCount} are given.`;
    found.push(
      fatal('GPUS_TOO_FEW', message, `Lower the sizes until their product is at most ${gpuCount}, or plan with --gpus ${needed}.`),
    );
  }
  if (model.attentionHeads % tp !== 0) {
    const sizes = divisors(model.attentionHeads).filter((size) => size <= Math.max(tp, gpuCount));
    const message = `Total number of attention heads (${model.attentionHeads}) must be divisible by tensor parallel size (${tp}).`;
    found.push(fatal('TP_HEADS', message, `Use a tensor parallel size that divides ${model.attentionHeads}: ${sizes.join(', ')}.`));
  } else if (model.kvHeads > 0 && model.mla === null && model.kvHeads % tp !== 0 && tp % model.kvHeads !== 0) {
    const message = `Tensor parallel size ${tp} neither divides the ${model.kvHeads} KV heads nor is a multiple of them.`;
    const fix = `Use a tensor parallel size that divides ${model.kvHeads}, or a multiple of it that divides ${model.attentionHeads}.`;
    found.push(fatal('TP_KV_HEADS', message, fix));
  }
  const rows = roundUp(model.vocabSize, VOCABULARY_STEP);
  if (rows % tp !== 0) {
    found.push(
      fatal('TP_VOCABULARY', `The padded vocabulary (${rows} rows) is not divisible by tensor parallel size ${tp}.`, 'Use a power of two.'),
    );
  }
  if (settings.enableExpertParallel && model.experts === null) {
    found.push(fatal('EP_DENSE', `Expert parallelism is on, but ${model.id} has no experts.`, 'Remove --enable-expert-parallel.'));
  }
  if (pp > model.layers.length) {
    const fix = `Use at most ${model.layers.length}.`;
    found.push(fatal('PP_LAYERS', `Pipeline parallel size ${pp} exceeds the ${model.layers.length} layers.`, fix));
  }
  if (tp % dcp !== 0)
    found.push(fatal('DCP', `Decode context parallel size ${dcp} must divide tensor parallel size ${tp}.`, 'Use a divisor.'));
  return found;
}

/** @source vLLM model_executor/layers/vocab_parallel_embedding.py DEFAULT_VOCAB_PADDING_SIZE */
const VOCABULARY_STEP = 64;

function divisors(n: number): readonly number[] {
  return Array.from({ length: n }, (_, index) => index + 1).filter((candidate) => n % candidate === 0);
}

/** @source vLLM config/model.py `_get_and_verify_max_len`, config/scheduler.py `verify_max_model_len` */
function lengths({ args, settings }: RefusalInput): readonly Finding[] {
  const { maxModelLen, derivedMaxModelLen: limit, maxNumBatchedTokens: tokens, maxNumSeqs: seqs, gpuMemoryUtilization: share } = settings;
  const found: Finding[] = [];
  if (maxModelLen > limit && args.env['VLLM_ALLOW_LONG_MAX_MODEL_LEN'] !== '1') {
    const message = `User-specified max_model_len (${maxModelLen}) is greater than the derived max_model_len (${limit}) of the model's config.json.`;
    found.push(
      fatal('MAX_MODEL_LEN', message, `Use --max-model-len ${limit} or less, or set VLLM_ALLOW_LONG_MAX_MODEL_LEN=1 at your own risk.`),
    );
  }
  if (tokens < seqs) {
    const message = `max_num_batched_tokens (${tokens}) must be greater than or equal to max_num_seqs (${seqs}).`;
    found.push(fatal('BATCHED_TOKENS_SEQS', message, `Use --max-num-batched-tokens ${seqs} or more, or a smaller --max-num-seqs.`));
  }
  if (!settings.enableChunkedPrefill && tokens < maxModelLen) {
    const message = `max_num_batched_tokens (${tokens}) is smaller than max_model_len (${maxModelLen}) while chunked prefill is off.`;
    found.push(fatal('BATCHED_TOKENS_LEN', message, `Use --max-num-batched-tokens ${maxModelLen}, or leave chunked prefill on.`));
  }
  if (!(share > 0 && share <= 1)) {
    found.push(fatal('UTILIZATION', `gpu_memory_utilization (${share}) must be above 0 and at most 1.`, 'Use a value such as 0.9.'));
  }
  return found;
}

/** Lowest compute capability of a quantization method. @source vLLM `get_min_capability` of each method (vllm-memory §9) */
const MINIMUM_CAPABILITY: Readonly<Record<string, number>> = {
  awq: 7.5,
  gptq: 6,
  bitsandbytes: 7,
  'compressed-tensors': 7,
  moe_wna16: 7,
  torchao: 7.5,
  experts_int8: 8,
  mxfp4: 8,
  modelopt: 8.9,
};
/** FP8 checkpoints run weight-only in Marlin kernels below SM89: from SM80, and from SM75 since 0.15. @source vllm-memory §9 */
const FP8_METHODS = ['fp8', 'fbgemm_fp8'];
/** First compute capability that the V1 engine's kernels support. @source vLLM docs/getting_started/installation/gpu.md */
const ENGINE_MINIMUM = 7;

function capabilities(input: RefusalInput): readonly Finding[] {
  const { model, gpu, args, settings } = input;
  const capability = gpu.computeCapability === undefined ? null : Number(gpu.computeCapability);
  if (capability === null) return [];
  if (capability < ENGINE_MINIMUM) {
    const message = `${gpu.label} has compute capability ${gpu.computeCapability}; vLLM needs 7.0 or later.`;
    return [fatal('GPU_TOO_OLD', message, 'Plan for a newer GPU.')];
  }
  const found: Finding[] = [];
  if (namedDtype(args.dtype) === 'bfloat16' && !supportsBfloat16(gpu)) {
    const message = `Bfloat16 is only supported on GPUs with compute capability of at least 8.0. ${gpu.label} has compute capability ${gpu.computeCapability}.`;
    found.push(fatal('BFLOAT16', message, 'Use --dtype half.'));
  }
  const { method } = model.quantization;
  const minimum = FP8_METHODS.includes(method) ? (isAtLeast(settings.version, '0.15.0') ? 7.5 : 8) : (MINIMUM_CAPABILITY[method] ?? 0);
  if (capability < minimum) {
    const message = `The quantization method ${method} is not supported for the current GPU. Minimum capability: ${minimum}. Current capability: ${capability}.`;
    found.push(fatal('QUANTIZATION_GPU', message, 'Use a checkpoint of another format (AWQ or GPTQ run from 7.5 on), or a newer GPU.'));
  }
  if (lacksSparseBackend(input)) {
    const message = `vLLM ${settings.version.join('.')} has no backend for sparse latent attention on compute capability ${gpu.computeCapability}.`;
    const fix =
      Math.floor(capability) === 12
        ? 'Use vLLM 0.24.0 or newer, or a GPU of compute capability 9 or 10.'
        : 'Plan for a GPU of compute capability 9 or 10.';
    found.push(fatal('SPARSE_ATTENTION_GPU', message, fix));
  }
  return found;
}

/**
 * Sparse latent attention runs on Hopper and data-centre Blackwell, on SM 12.x from 0.24. Whoever names a backend brings a build of
 * his own.
 *
 * @source vLLM 0.12.0 to 0.33.0 v1/attention/backends/mla/*sparse*.py `supports_compute_capability`
 */
function lacksSparseBackend({ model, gpu, args, settings: { version } }: RefusalInput): boolean {
  const sparse = model.layers.some(({ caches }) => caches.some((cache) => cache.kind === 'latent' && cache.sparse));
  if (!sparse || args.attentionBackend !== null || !isAtLeast(version, '0.12.0')) return false;
  const generation = gpu.computeCapability?.split('.')[0] ?? '';
  return !(['9', '10'].includes(generation) || (generation === '12' && isAtLeast(version, '0.24.0')));
}
