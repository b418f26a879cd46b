import type { GpuSpec } from '../catalog/gpu-spec.ts';
import type { ServeArgs } from '../engine/serve-args.ts';
import type { ModelSpec } from '../model/model-spec.ts';

/** A step away from the engine's defaults that makes room, taken only where nothing fits without it. */
export interface Concession {
  readonly name: string;
  /** Why the plan took it, for `config.explanations`. */
  readonly reason: string;
  /** The same object where it does not apply, or the user pinned what it would change. */
  readonly apply: (args: ServeArgs, model: ModelSpec, gpu: GpuSpec) => ServeArgs;
}

/** Utilisation up to which the plan goes by itself; the rest is for context, communicators and graphs outside the budget. */
const HIGHEST_UTILIZATION = 0.95;
/** Token budget of the smallest tier. @source vLLM engine/arg_utils.py `get_batch_defaults` */
const SMALL_TOKEN_BUDGET = 2048;
/** First capability with native fp8 arithmetic (Ada). @source vllm-memory §9 */
const FP8_CAPABILITY = 8.9;

/** From the least to the most intrusive; a plan may have to take several, so each builds on those before it. */
export const CONCESSIONS: readonly Concession[] = [
  { name: 'none', reason: '', apply: (args) => args },
  {
    name: 'tokens',
    reason: `lowered to ${SMALL_TOKEN_BUDGET}: a larger prefill batch leaves too little memory for the KV cache`,
    apply: (args) => (args.maxNumBatchedTokens === null ? { ...args, maxNumBatchedTokens: SMALL_TOKEN_BUDGET } : args),
  },
  {
    name: 'utilization',
    reason: `raised to ${HIGHEST_UTILIZATION}: at the default nothing fits`,
    apply: (args) => (args.gpuMemoryUtilization === null ? { ...args, gpuMemoryUtilization: HIGHEST_UTILIZATION } : args),
  },
  {
    name: 'fp8-kv',
    reason: 'fp8: the KV cache of the asked load does not fit in the model dtype; check the quality on your own prompts',
    apply: (args, model, gpu) => {
      if (args.kvCacheDtype !== null) return args;
      return takesFp8Cache(model, gpu) ? { ...args, kvCacheDtype: 'fp8' } : args;
    },
  },
  {
    name: 'eager',
    reason: 'on: CUDA graphs do not fit beside weights and cache; decoding is slower without them',
    apply: (args) => (args.enforceEager === null ? { ...args, enforceEager: true } : args),
  },
];

export function takesFp8Cache(model: ModelSpec, gpu: GpuSpec): boolean {
  const capable = gpu.computeCapability === undefined ? gpu.gfxTarget !== undefined : Number(gpu.computeCapability) >= FP8_CAPABILITY;
  return capable && model.quantization.kvCacheDtype === null;
}
