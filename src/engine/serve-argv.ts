import { flagTable } from './flags.ts';
import type { OtherFlag, ServeArgs, SpeculationArgs } from './serve-args.ts';
import { isAtLeast, NEWEST_RELEASE, parseRelease, type Version } from './version.ts';

/**
 * The tokens that follow `vllm serve`: the model, then one flag after the other by vLLM's names.
 *
 *   serveArgv({ ...defaultServeArgs('a/b'), maxModelLen: 4096, enforceEager: true })
 *   // ['a/b', '--max-model-len', '4096', '--enforce-eager']
 *
 * Flag and value are separate tokens, as the engine's parser wants them; only a value that begins with a dash is joined
 * with `=`, since it would be read as the next flag. Environment variables are no tokens: see `args.env`.
 * `parseServeCommand` of the same version reads equal arguments back.
 */
export function serveArgv(args: ServeArgs, version: Version = parseRelease(NEWEST_RELEASE)): string[] {
  return [
    args.model,
    ...option('--served-model-name', args.servedModelName),
    ...option('--revision', args.revision),
    ...given('--trust-remote-code', args.trustRemoteCode),
    ...option('--runner', args.runner),
    ...option('--dtype', args.dtype),
    ...option('--quantization', args.quantization),
    ...parallelTokens(args),
    ...memoryTokens(args),
    ...schedulerTokens(args),
    ...executionTokens(args, version),
    ...featureTokens(args),
    ...otherTokens(args, version),
  ];
}

function parallelTokens(args: ServeArgs): string[] {
  return [
    ...option('--tensor-parallel-size', args.tensorParallelSize),
    ...option('--pipeline-parallel-size', args.pipelineParallelSize),
    ...option('--data-parallel-size', args.dataParallelSize),
    ...option('--decode-context-parallel-size', args.decodeContextParallelSize),
    ...toggle('--enable-expert-parallel', args.enableExpertParallel),
  ];
}

function memoryTokens(args: ServeArgs): string[] {
  return [
    ...option('--max-model-len', args.maxModelLen),
    ...option('--gpu-memory-utilization', args.gpuMemoryUtilization),
    ...option('--kv-cache-memory-bytes', args.kvCacheMemoryBytes),
    ...option('--kv-cache-dtype', args.kvCacheDtype),
    ...option('--block-size', args.blockSize),
    ...option('--num-gpu-blocks-override', args.numGpuBlocksOverride),
    ...option('--cpu-offload-gb', args.cpuOffloadGib),
    ...toggle('--disable-hybrid-kv-cache-manager', args.disableHybridKvCacheManager),
    ...given('--disable-sliding-window', args.disableSlidingWindow),
    ...option('--mamba-cache-mode', args.mambaCacheMode),
    ...option('--mamba-cache-dtype', args.mambaCacheDtype),
    ...option('--mamba-ssm-cache-dtype', args.mambaSsmCacheDtype),
    ...option('--mamba-block-size', args.mambaBlockSize),
  ];
}

function schedulerTokens(args: ServeArgs): string[] {
  return [
    ...option('--max-num-seqs', args.maxNumSeqs),
    ...option('--max-num-batched-tokens', args.maxNumBatchedTokens),
    ...toggle('--enable-prefix-caching', args.enablePrefixCaching),
    ...toggle('--enable-chunked-prefill', args.enableChunkedPrefill),
    ...toggle('--async-scheduling', args.asyncScheduling),
    ...option('--performance-mode', args.performanceMode),
  ];
}

function executionTokens(args: ServeArgs, version: Version): string[] {
  return [
    ...toggle('--enforce-eager', args.enforceEager),
    // `-O3` in one token is the only spelling of the level that all releases accept.
    ...(args.optimizationLevel === null ? [] : [`-O${args.optimizationLevel}`]),
    ...graphTokens(args, version),
    ...option('--attention-backend', args.attentionBackend),
    ...given('--disable-custom-all-reduce', args.disableCustomAllReduce),
  ];
}

function featureTokens(args: ServeArgs): string[] {
  return [
    ...(has(args, '--speculative-config') ? [] : json('--speculative-config', args.speculation && speculativeConfig(args.speculation))),
    ...given('--enable-lora', args.enableLora),
    ...option('--max-loras', args.maxLoras),
    ...option('--max-lora-rank', args.maxLoraRank),
    ...(has(args, '--limit-mm-per-prompt') ? [] : json('--limit-mm-per-prompt', args.limitMmPerPrompt)),
    ...given('--language-model-only', args.languageModelOnly),
    ...given('--skip-mm-profiling', args.skipMmProfiling),
    ...option('--mm-encoder-tp-mode', args.mmEncoderTpMode),
    ...given('--enable-sleep-mode', args.enableSleepMode),
  ];
}

/**
 * Graph settings that came in a compilation config are in `otherFlags`, with all its other keys; only what it does not say is added.
 *
 * @source `--cuda-graph-sizes` until 0.11.0, `--cudagraph-capture-sizes` since: vllm/engine/arg_utils.py
 */
function graphTokens(args: ServeArgs, version: Version): string[] {
  if (has(args, '--compilation-config')) return [];
  const renamed = isAtLeast(version, '0.11.1');
  const { cudagraphCaptureSizes: sizes, cudagraphMode, maxCudagraphCaptureSize } = args;
  return [
    ...json('--compilation-config', cudagraphMode === null ? null : { cudagraph_mode: cudagraphMode }),
    ...(sizes === null ? [] : [renamed ? '--cudagraph-capture-sizes' : '--cuda-graph-sizes', ...sizes.map(String)]),
    ...option('--max-cudagraph-capture-size', maxCudagraphCaptureSize),
  ];
}

function has({ otherFlags }: ServeArgs, name: string): boolean {
  return otherFlags.some((flag) => flag.name === name);
}

function speculativeConfig({ method, model, numSpeculativeTokens }: SpeculationArgs): Record<string, unknown> {
  return { ...(method !== null && { method }), ...(model !== null && { model }), num_speculative_tokens: numSpeculativeTokens };
}

function option(name: string, value: string | number | null): string[] {
  if (value === null) return [];
  const text = String(value);
  return text.startsWith('-') ? [`${name}=${text}`] : [name, text];
}

function json(name: string, value: object | null): string[] {
  return value === null ? [] : [name, JSON.stringify(value)];
}

function toggle(name: string, value: boolean | null): string[] {
  if (value === null) return [];
  return [value ? name : name.replace('--', '--no-')];
}

function given(name: string, value: boolean): string[] {
  return value ? [name] : [];
}

/** A flag with several values is one entry for each of them; the parser wants them behind one name. */
function otherTokens({ otherFlags }: ServeArgs, version: Version): string[] {
  const table = flagTable(version);
  const tokens: string[] = [];
  let open: string | null = null;
  for (const { name, value } of otherFlags) {
    const continues: boolean = name === open && value !== null && !value.startsWith('-');
    if (value !== null && continues) tokens.push(value);
    else tokens.push(...flagTokens({ name, value }));
    open = value !== null && !value.startsWith('-') && table.find(name)?.kind === 'words' ? name : null;
  }
  return tokens;
}

function flagTokens({ name, value }: OtherFlag): string[] {
  return value === null ? [name] : option(name, value);
}
