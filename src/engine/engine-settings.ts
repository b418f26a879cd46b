import type { DType } from '../model/model-spec.ts';
import type { Version } from './version.ts';

/** What the engine runs with once defaults are filled in for a version, a GPU and a model (vllm-memory §7). */
export interface EngineSettings {
  readonly version: Version;
  readonly dtype: DType;
  /** Bytes of one activation element. */
  readonly dtypeBytes: 2 | 4;
  /** As vLLM names it after resolution: "auto" is replaced by the dtype in use ("bfloat16", "fp8", "fp8_ds_mla" …). */
  readonly kvCacheDtype: string;
  readonly maxModelLen: number;
  /** The longest that the model's config allows. */
  readonly derivedMaxModelLen: number;
  readonly gpuMemoryUtilization: number;
  readonly tensorParallelSize: number;
  readonly pipelineParallelSize: number;
  readonly dataParallelSize: number;
  readonly decodeContextParallelSize: number;
  readonly enableExpertParallel: boolean;
  readonly maxNumSeqs: number;
  readonly maxNumBatchedTokens: number;
  /** Tokens of a KV block of an attention layer, after backend and hybrid rules. */
  readonly blockSize: number;
  readonly enablePrefixCaching: boolean;
  readonly enableChunkedPrefill: boolean;
  readonly asyncScheduling: boolean;
  /** false where the hybrid KV-cache manager is switched off and windows are stored like full attention. */
  readonly hybridKvCacheManager: boolean;
  readonly mambaCacheMode: 'none' | 'align' | 'all';
  readonly cudagraphMode: 'NONE' | 'PIECEWISE' | 'FULL' | 'FULL_DECODE_ONLY' | 'FULL_AND_PIECEWISE';
  /** Batch sizes for which graphs are captured, ascending; empty when eager. */
  readonly cudagraphCaptureSizes: readonly number[];
  /** Which model runner executes: it decides the sampler's memory and the graph estimate. */
  readonly modelRunner: 'v1' | 'v2';
  readonly numSpeculativeTokens: number;
  /** As given: "mtp", "eagle3", "ngram" …; null without speculation. */
  readonly speculativeMethod: string | null;
  /** `--disable-sliding-window`: windows become full attention, and cap the context. */
  readonly slidingWindowDisabled: boolean;
}
