import type { GpuSpec } from '../catalog/gpu-spec.ts';
import type { ModelSpec } from '../model/model-spec.ts';
import { batchDefaults } from './batch-defaults.ts';
import { backendBlockSize } from './block-size.ts';
import { captureSizes } from './capture-sizes.ts';
import { deriveMaxModelLen } from './derive-max-model-len.ts';
import type { EngineSettings } from './engine-settings.ts';
import { hasRecurrentState, modelRunnerOf } from './model-runner.ts';
import { isPrefixLm } from './prefix-lm.ts';
import { resolveDtype } from './resolve-dtype.ts';
import { resolveKvDtype } from './resolve-kv-dtype.ts';
import type { EngineRules } from './rules.ts';
import type { ServeArgs } from './serve-args.ts';
import { speculativeMethod } from './speculative-method.ts';

/**
 * Fills in what the arguments leave open, as `vllm serve` of that version does on that card. Says nothing about whether
 * the engine accepts the result: see engine/refusals.ts. The block of hybrid models is settled with their cache
 * (memory/hybrid-block.ts), since it depends on page sizes.
 */
export function resolveSettings(model: ModelSpec, gpu: GpuSpec, args: ServeArgs, rules: EngineRules): EngineSettings {
  const dtype = resolveDtype(args.dtype, model, gpu);
  const kvCacheDtype = resolveKvDtype(args.kvCacheDtype, model, gpu, dtype, rules);
  const modelRunner = modelRunnerOf(model, args, rules);
  const speculativeTokens = args.speculation?.numSpeculativeTokens ?? 0;
  const derived = deriveMaxModelLen(model.context, model.modelType, rules, args.disableSlidingWindow);
  const maxModelLen = typeof args.maxModelLen === 'number' ? args.maxModelLen : derived.defaultTokens;
  const enablePrefixCaching = cachesPrefixes(model, args, rules);
  const enableChunkedPrefill = args.enableChunkedPrefill ?? prefillsInChunks(model);
  const batch = batchLimits({ model, gpu, args, rules, maxModelLen, enableChunkedPrefill });
  const cudagraphMode = graphMode(args, rules);
  return {
    version: rules.version,
    dtype,
    dtypeBytes: dtype === 'float32' ? 4 : 2,
    kvCacheDtype,
    maxModelLen,
    derivedMaxModelLen: derived.limitTokens,
    gpuMemoryUtilization: args.gpuMemoryUtilization ?? rules.defaultUtilization,
    tensorParallelSize: args.tensorParallelSize ?? 1,
    pipelineParallelSize: args.pipelineParallelSize ?? 1,
    dataParallelSize: args.dataParallelSize ?? 1,
    decodeContextParallelSize: args.decodeContextParallelSize ?? 1,
    enableExpertParallel: args.enableExpertParallel ?? false,
    ...batch,
    blockSize: args.blockSize ?? backendBlockSize(model, gpu, rules, { backend: args.attentionBackend, kvCacheDtype }),
    enablePrefixCaching,
    enableChunkedPrefill,
    asyncScheduling: args.asyncScheduling ?? (rules.asyncScheduling && model.task === 'generate'),
    hybridKvCacheManager: hybridManager(model, args, rules),
    mambaCacheMode: recurrentMode(model, args, rules, enablePrefixCaching),
    cudagraphMode,
    cudagraphCaptureSizes: cudagraphMode === 'NONE' ? [] : graphSizes({ model, gpu, args, rules, ...batch, speculativeTokens }),
    modelRunner,
    numSpeculativeTokens: speculativeTokens,
    speculativeMethod: speculativeMethod(args.speculation),
    slidingWindowDisabled: args.disableSlidingWindow,
  };
}

/** Recurrent layers without aligned states can cache prefixes only where the model stores a state for every block. */
function cachesPrefixes(model: ModelSpec, args: ServeArgs, rules: EngineRules): boolean {
  if (hasRecurrentState(model) && !rules.mambaAlignMode && !isMamba2(model)) return false;
  return args.enablePrefixCaching ?? prefixCachingByDefault(model, rules);
}

function prefixCachingByDefault(model: ModelSpec, rules: EngineRules): boolean {
  if (!prefillsInChunks(model)) return false;
  if (!hasRecurrentState(model)) return true;
  return model.task === 'generate' && rules.hybridPrefixCaching;
}

/**
 * A prompt can come in chunks where each token sees only those before it: not in encoders, not with cross-attention, and not where
 * the answer is pooled at every step. Decoders pool the last token unless the checkpoint says otherwise.
 *
 * @source vLLM 0.33.0 config/model.py `is_chunked_prefill_supported`; 0.9.2 to 0.11 engine/arg_utils.py `incremental_prefill_supported`
 */
function prefillsInChunks(model: ModelSpec): boolean {
  const caches = model.layers.flatMap((layer) => layer.caches);
  if (caches.some((cache) => cache.kind === 'cross')) return false;
  return model.task === 'generate' || (caches.length > 0 && !model.architecture.includes('ForProcessReward'));
}

interface BatchInput {
  readonly model: ModelSpec;
  readonly gpu: GpuSpec;
  readonly args: ServeArgs;
  readonly rules: EngineRules;
  readonly maxModelLen: number;
  readonly enableChunkedPrefill: boolean;
}

/** @source vLLM engine/arg_utils.py `_set_default_max_num_seqs_and_batched_tokens_args` */
function batchLimits({ model, gpu, args, rules, maxModelLen, enableChunkedPrefill }: BatchInput): {
  maxNumSeqs: number;
  maxNumBatchedTokens: number;
} {
  const defaults = batchDefaults(gpu, rules);
  const factor = args.performanceMode === 'throughput' ? 2 : 1;
  const seqs = args.maxNumSeqs ?? defaults.maxNumSeqs * factor;
  let tokens = args.maxNumBatchedTokens ?? defaults.maxNumBatchedTokens * factor;
  if (args.maxNumBatchedTokens === null) {
    if (!enableChunkedPrefill) tokens = Math.max(maxModelLen, tokens);
    if (rules.raisesTokensForPrefixLm) tokens = Math.max(tokens, prefixLmItemTokens(model, args));
    if (rules.tokensCappedBySeqs) tokens = Math.min(tokens, seqs * maxModelLen);
  }
  return { maxNumSeqs: args.maxNumSeqs ?? Math.min(seqs, tokens), maxNumBatchedTokens: tokens };
}

/** A whole item must fit in one batch. */
function prefixLmItemTokens(model: ModelSpec, args: ServeArgs): number {
  if (!isPrefixLm(model) || args.languageModelOnly) return 0;
  return Math.max(0, ...model.towers.map((tower) => tower.maxTokensPerItem ?? 0));
}

function graphMode(args: ServeArgs, rules: EngineRules): EngineSettings['cudagraphMode'] {
  if (args.enforceEager === true || args.optimizationLevel === 0) return 'NONE';
  const named = GRAPH_MODES.find((mode) => mode === args.cudagraphMode);
  if (named !== undefined) return named;
  return args.optimizationLevel === 1 ? 'PIECEWISE' : rules.cudagraphMode;
}

const GRAPH_MODES = ['NONE', 'PIECEWISE', 'FULL', 'FULL_DECODE_ONLY', 'FULL_AND_PIECEWISE'] as const;

interface GraphInput {
  readonly model: ModelSpec;
  readonly gpu: GpuSpec;
  readonly args: ServeArgs;
  readonly rules: EngineRules;
  readonly maxNumSeqs: number;
  readonly maxNumBatchedTokens: number;
  readonly speculativeTokens: number;
}

function graphSizes({ model, gpu, args, rules, maxNumSeqs, maxNumBatchedTokens, speculativeTokens }: GraphInput): readonly number[] {
  return captureSizes({
    rules,
    computeCapability: gpu.computeCapability ?? null,
    architecture: model.architecture,
    maxNumSeqs,
    maxNumBatchedTokens,
    speculativeTokens,
    performanceMode: args.performanceMode,
    sizes: args.cudagraphCaptureSizes,
    maxSize: args.maxCudagraphCaptureSize,
  });
}

/** Chunked local attention and (before 0.22) KV connectors switch the hybrid manager off. @source vLLM config/vllm.py */
function hybridManager(model: ModelSpec, args: ServeArgs, rules: EngineRules): boolean {
  if (!rules.hybridManager || args.disableHybridKvCacheManager === true) return false;
  if (args.disableHybridKvCacheManager === false) return true;
  if (args.kvTransferConfig && !hasRecurrentState(model)) return false;
  const chunked = model.layers.some((layer) => layer.caches.some((cache) => cache.kind === 'chunked'));
  const allowed = args.env['VLLM_ALLOW_CHUNKED_LOCAL_ATTN_WITH_HYBRID_KV_CACHE'];
  return !chunked || (allowed === undefined ? rules.chunkedInHybridManager : allowed === '1');
}

function recurrentMode(model: ModelSpec, args: ServeArgs, rules: EngineRules, prefixCaching: boolean): 'none' | 'align' | 'all' {
  if (!hasRecurrentState(model)) return 'none';
  if (args.mambaCacheMode !== null) return args.mambaCacheMode;
  if (!prefixCaching) return 'none';
  if (!rules.mambaAlignMode) return 'all';
  return rules.mambaAllMode && isMamba2(model) ? 'all' : 'align';
}

/** Models whose layers can store a state for every block. @source vLLM model_executor/models, `SupportsMambaPrefixCaching` */
function isMamba2(model: ModelSpec): boolean {
  return model.layers.some((layer) => layer.caches.some((cache) => cache.kind === 'state' && cache.recurrence === 'mamba2'));
}
