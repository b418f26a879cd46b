import type { Bytes } from '../units/bytes.ts';
import type { HostMemory } from './host-memory.ts';

/** 90 % range of an estimated quantity, in the unit of the quantity. */
export type Range = readonly [low: number, high: number];

/** Memory of one distinct rank (pipeline stage, uneven experts). Entry 0 of a plan is rank 0, whose log people read. */
export interface WorkerMemory {
  readonly ppRank: number;
  /** Ranks that are exactly like this one. */
  readonly count: number;
  /** What the driver reports to CUDA. */
  readonly totalBytes: Bytes;
  /** total × gpu_memory_utilization. */
  readonly requestedBytes: Bytes;
  /** "Model loading took". */
  readonly weightsBytes: Bytes;
  /** Weights that the host keeps (`--cpu-offload-gb`). */
  readonly offloadedBytes: Bytes;
  readonly peakActivationBytes: Bytes;
  /** Growth of memory outside torch between the first snapshot and the end of profiling. */
  readonly nonTorchBytes: Bytes;
  /** Graph memory: the estimate that the budget subtracts, or what capture takes afterwards. */
  readonly cudaGraphBytes: Bytes;
  readonly cudaGraphInBudget: boolean;
  /** "Available KV cache memory"; negative when nothing is left. */
  readonly availableKvCacheBytes: number;
  /** Held outside the budget: context, communicators, graphs that the budget does not count. */
  readonly outsideBudgetBytes: Bytes;
}

export interface KvCacheGroup {
  /** full, sliding, chunked, latent, indexer, state or cross. */
  readonly kind: string;
  readonly layers: number;
  /** Bytes of one block of one layer. */
  readonly pageBytes: Bytes;
  readonly blockSize: number;
}

/** The cache as the engine lays it out. Token and concurrency figures are null when no block fits. */
export interface KvCachePlan {
  readonly dtype: string;
  readonly blockSize: number;
  readonly groups: readonly KvCacheGroup[];
  /** Bytes that one block id takes over all layers of a rank. */
  readonly blockBytes: Bytes;
  readonly numBlocks: number;
  /** "GPU KV cache size: N tokens", in the meaning of that version. */
  readonly tokens: number;
  readonly maxModelLen: number;
  /** "Maximum concurrency for L tokens per request". */
  readonly maxConcurrency: number;
  /** Need of one request of max_model_len on one worker, as the start-up error prints it. */
  readonly bytesPerRequest: Bytes;
  /** Longest context that one request can have in the available memory (the error's estimate); null: not one token. */
  readonly estimatedMaxModelLen: number | null;
}

export type FailureKind =
  | 'no_kv_memory'
  | 'max_model_len_exceeds_kv'
  | 'free_memory_below_requested'
  | 'out_of_memory'
  | 'weights_exceed_budget'
  | 'invalid_configuration'
  | 'unsupported';

export interface Fix {
  readonly change: string;
  readonly effect: string;
}

export interface Failure {
  readonly kind: FailureKind;
  /** As vLLM words it. */
  readonly message: string;
  readonly fixes: readonly Fix[];
}

export interface MemoryRanges {
  readonly peakActivationBytes: Range;
  readonly nonTorchBytes: Range;
  readonly cudaGraphBytes: Range;
  readonly availableKvCacheBytes: Range;
  readonly tokens: Range;
}

/** One configuration's memory on its ranks, the verdict, and how sure the estimated terms are. */
export interface MemoryPlan {
  readonly workers: readonly WorkerMemory[];
  /** null for models that keep no cache (encoders). */
  readonly kvCache: KvCachePlan | null;
  readonly verdict: 'starts' | 'fails';
  readonly failure: Failure | null;
  readonly ranges: MemoryRanges;
  readonly host: HostMemory;
}
