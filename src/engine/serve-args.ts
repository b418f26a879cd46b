/**
 * What the user pinned, in vLLM's own terms: from a `vllm serve` command, from options of ours, or from a profile.
 * `null` means "not given": the engine's default for that version, GPU and model applies (engine/resolve-settings.ts).
 */
export interface ServeArgs {
  readonly model: string;
  readonly servedModelName: string | null;
  readonly revision: string | null;
  readonly trustRemoteCode: boolean;
  /** vLLM's words: auto, half, float16, bfloat16, float, float32. */
  readonly dtype: string | null;
  readonly quantization: string | null;
  readonly kvCacheDtype: string | null;
  /** Tokens; 'auto' is vLLM's `--max-model-len auto` (0.14+). */
  readonly maxModelLen: number | 'auto' | null;
  readonly tensorParallelSize: number | null;
  readonly pipelineParallelSize: number | null;
  readonly dataParallelSize: number | null;
  readonly enableExpertParallel: boolean | null;
  readonly decodeContextParallelSize: number | null;
  readonly gpuMemoryUtilization: number | null;
  /** Bytes per GPU, `--kv-cache-memory-bytes`. */
  readonly kvCacheMemoryBytes: number | null;
  readonly numGpuBlocksOverride: number | null;
  readonly cpuOffloadGib: number | null;
  readonly maxNumSeqs: number | null;
  readonly maxNumBatchedTokens: number | null;
  readonly blockSize: number | null;
  readonly enablePrefixCaching: boolean | null;
  readonly enableChunkedPrefill: boolean | null;
  readonly asyncScheduling: boolean | null;
  readonly enforceEager: boolean | null;
  readonly cudagraphCaptureSizes: readonly number[] | null;
  readonly maxCudagraphCaptureSize: number | null;
  /** `cudagraph_mode` of `--compilation-config`, upper case; null: the default of the version. */
  readonly cudagraphMode: string | null;
  /** Level of `-O` / `--optimization-level`; null: the default (2). */
  readonly optimizationLevel: number | null;
  readonly attentionBackend: string | null;
  readonly disableHybridKvCacheManager: boolean | null;
  readonly disableSlidingWindow: boolean;
  readonly disableCustomAllReduce: boolean;
  readonly performanceMode: 'balanced' | 'interactivity' | 'throughput' | null;
  readonly speculation: SpeculationArgs | null;
  readonly enableLora: boolean;
  readonly maxLoras: number | null;
  readonly maxLoraRank: number | null;
  /** Items per prompt and modality; null: not given. A modality set to 0 is switched off. */
  readonly limitMmPerPrompt: Readonly<Record<string, number>> | null;
  readonly languageModelOnly: boolean;
  readonly skipMmProfiling: boolean;
  readonly mmEncoderTpMode: 'weights' | 'data' | null;
  readonly mambaCacheMode: 'none' | 'align' | 'all' | null;
  readonly mambaCacheDtype: string | null;
  readonly mambaSsmCacheDtype: string | null;
  readonly mambaBlockSize: number | null;
  readonly kvTransferConfig: boolean;
  readonly enableSleepMode: boolean;
  readonly runner: string | null;
  /** Environment variables written before the command (`VLLM_USE_V1=1 vllm serve …`). */
  readonly env: Readonly<Record<string, string>>;
  /** Every other flag as given, in order; carried into artifacts, without effect on the plan. */
  readonly otherFlags: readonly OtherFlag[];
}

export interface SpeculationArgs {
  readonly method: string | null;
  readonly model: string | null;
  readonly numSpeculativeTokens: number;
}

export interface OtherFlag {
  readonly name: string;
  /** null for a switch. */
  readonly value: string | null;
}

/** Nothing pinned but the model. */
export function defaultServeArgs(model: string): ServeArgs {
  return {
    model,
    servedModelName: null,
    revision: null,
    trustRemoteCode: false,
    dtype: null,
    quantization: null,
    kvCacheDtype: null,
    maxModelLen: null,
    tensorParallelSize: null,
    pipelineParallelSize: null,
    dataParallelSize: null,
    enableExpertParallel: null,
    decodeContextParallelSize: null,
    gpuMemoryUtilization: null,
    kvCacheMemoryBytes: null,
    numGpuBlocksOverride: null,
    cpuOffloadGib: null,
    maxNumSeqs: null,
    maxNumBatchedTokens: null,
    blockSize: null,
    enablePrefixCaching: null,
    enableChunkedPrefill: null,
    asyncScheduling: null,
    enforceEager: null,
    cudagraphCaptureSizes: null,
    maxCudagraphCaptureSize: null,
    cudagraphMode: null,
    optimizationLevel: null,
    attentionBackend: null,
    disableHybridKvCacheManager: null,
    disableSlidingWindow: false,
    disableCustomAllReduce: false,
    performanceMode: null,
    speculation: null,
    enableLora: false,
    maxLoras: null,
    maxLoraRank: null,
    limitMmPerPrompt: null,
    languageModelOnly: false,
    skipMmProfiling: false,
    mmEncoderTpMode: null,
    mambaCacheMode: null,
    mambaCacheDtype: null,
    mambaSsmCacheDtype: null,
    mambaBlockSize: null,
    kvTransferConfig: false,
    enableSleepMode: false,
    runner: null,
    env: {},
    otherFlags: [],
  };
}
