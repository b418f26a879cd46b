import type { EngineSettings } from '../engine/engine-settings.ts';
import { GIB } from '../units/bytes.ts';
import type { FailureKind, WorkerMemory } from './memory-plan.ts';

/** A start-up failure in the engine's words, before fixes are looked for. */
export interface StartUpError {
  readonly kind: FailureKind;
  readonly message: string;
}

/** As Python prints `round(n / GiB, 2)`: ties to the even digit, at least one decimal. @source vLLM utils/mem_utils.py `format_gib` */
export function gibText(n: number): string {
  const hundredths = (n / GIB) * 100;
  const floor = Math.floor(hundredths);
  const isTie = hundredths - floor === 0.5;
  const rounded = isTie ? floor + (floor % 2) : Math.round(hundredths);
  const text = String(rounded / 100);
  return text.includes('.') ? text : `${text}.0`;
}

/** @source vLLM v1/worker/utils.py `request_memory` */
export function freeMemoryError(worker: WorkerMemory, freeBytes: number, utilization: number): StartUpError {
  return {
    kind: 'free_memory_below_requested',
    message:
      `Free memory on device (${gibText(freeBytes)}/${gibText(worker.totalBytes)} GiB) on startup is less than desired GPU memory ` +
      `utilization (${utilization}, ${gibText(worker.requestedBytes)} GiB). Decrease GPU memory utilization or reduce GPU memory used by other processes.`,
  };
}

/** @source torch OutOfMemoryError while weights are loaded */
export function weightsError(worker: WorkerMemory, freeBytes: number): StartUpError {
  return {
    kind: 'weights_exceed_budget',
    message: `CUDA out of memory while loading the weights: they take ${gibText(worker.weightsBytes)} GiB on this rank and ${gibText(freeBytes)} GiB are free.`,
  };
}

/** @source vLLM v1/core/kv_cache_utils.py `check_enough_kv_cache_memory` */
export function noCacheMemoryError(): StartUpError {
  return {
    kind: 'no_kv_memory',
    message: 'No available memory for the cache blocks. Try increasing `gpu_memory_utilization` when initializing the engine.',
  };
}

export interface ShortCache {
  readonly settings: EngineSettings;
  readonly neededBytes: number;
  readonly availableBytes: number;
  /** null: not even one token fits. */
  readonly estimatedMaxModelLen: number | null;
}

/** @source vLLM v1/core/kv_cache_utils.py `check_enough_kv_cache_memory` */
export function shortCacheError({ settings, neededBytes, availableBytes, estimatedMaxModelLen }: ShortCache): StartUpError {
  const estimate =
    estimatedMaxModelLen === null ? '' : `Based on the available memory, the estimated maximum model length is ${estimatedMaxModelLen}. `;
  return {
    kind: 'max_model_len_exceeds_kv',
    message:
      `To serve at least one request with the model's max seq len (${settings.maxModelLen}), (${gibText(neededBytes)} GiB KV cache is needed, ` +
      `which is larger than the available KV cache memory (${gibText(availableBytes)} GiB). ${estimate}` +
      'Try increasing `gpu_memory_utilization` or decreasing `max_model_len` when initializing the engine.',
  };
}

/** Graphs and communicators that the budget does not count no longer fit beside it. */
export function outsideBudgetError(worker: WorkerMemory): StartUpError {
  const over = worker.requestedBytes + worker.outsideBudgetBytes - worker.totalBytes;
  return {
    kind: 'out_of_memory',
    message:
      `CUDA out of memory after the KV cache was allocated: ${gibText(worker.requestedBytes)} GiB are requested and another ` +
      `${gibText(worker.outsideBudgetBytes)} GiB (context, communicators, CUDA graphs) are held outside that budget, ${gibText(over)} GiB more than the device has.`,
  };
}
