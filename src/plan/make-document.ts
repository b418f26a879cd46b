import { cudaTotalOf } from '../catalog/cuda-total.ts';
import type { Finding } from '../engine/finding.ts';
import type { Fix, MemoryPlan } from '../memory/memory-plan.ts';
import { countParameters } from '../model/count-parameters.ts';
import type { ModelSpec } from '../model/model-spec.ts';
import type { Forecast } from '../performance/forecast-types.ts';
import { MIB } from '../units/bytes.ts';
import { remembered } from '../units/remembered.ts';
import { feasibility } from './feasibility.ts';
import type { ConfigSection, MemorySection, PerformanceSection, PlanDocument, Warning } from './plan-document.ts';
import type { PlanRequest } from './plan-request.ts';
import type { TimedEvaluation } from './timed-evaluation.ts';
import { TOOL_VERSION } from './tool-version.ts';

export interface DocumentInput {
  readonly request: PlanRequest;
  readonly evaluation: TimedEvaluation;
  readonly reasons: Readonly<Record<string, string>>;
  readonly fixes: readonly Fix[];
}

/** The public document (contract §4) of a judged configuration. Figures are rounded here and nowhere else. */
export function makeDocument(input: DocumentInput): PlanDocument {
  const { request, evaluation } = input;
  const refused = [...request.findings.filter((finding) => finding.fatal), ...evaluation.refused];
  return {
    schema_version: 1,
    tool_version: TOOL_VERSION,
    vllm_version: request.vllm.text,
    mode: request.mode,
    model: modelSection(input),
    hardware: hardwareSection(request),
    workload: workloadSection(request),
    policy: {
      gpu_memory_utilization: evaluation.settings.gpuMemoryUtilization,
      overhead_gb: request.policy.overheadGib,
      fragmentation_factor: request.policy.fragmentationFactor,
      headroom_gb: request.policy.headroomGib,
    },
    feasibility: refused.length > 0 ? { ...feasibility(evaluation, request), fits: false } : feasibility(evaluation, request),
    memory: memorySection(evaluation.answer?.memory ?? null, refused, input.fixes),
    config: configSection(input),
    performance: refused.length > 0 || evaluation.forecast === null ? null : performanceSection(evaluation.forecast),
    artifacts: { serve_command: null, docker_command: null, docker_compose: null, k8s_values: null },
    warnings: warnings(input),
  };
}

function modelSection({ request, evaluation }: DocumentInput): PlanDocument['model'] {
  const { model } = request;
  const weights = evaluation.answer?.memory.workers ?? [];
  const onDevices = weights.reduce((total, worker) => total + worker.weightsBytes * worker.count, 0) / evaluation.settings.dataParallelSize;
  return {
    id: model.id,
    revision: model.revision,
    architecture: model.architecture,
    parameters: parametersOf(model),
    active_parameters: model.activeParameters,
    weight_bytes: model.checkpointBytes ?? Math.round(onDevices),
    dtype: evaluation.settings.dtype,
    quantization: model.quantization.method,
    context_limit: model.context.isKnown ? evaluation.settings.derivedMaxModelLen : null,
    source: { ...model.source },
  };
}

/** A model has one number, and a batch names few models many times. */
const parametersOf = remembered<ModelSpec, void, number>(
  (model) => countParameters(model).total,
  () => '',
);

function hardwareSection({ hardware }: PlanRequest): PlanDocument['hardware'] {
  const { gpu } = hardware;
  const total = hardware.totalBytesOverride ?? cudaTotalOf(gpu)?.value ?? 0;
  const one = {
    name: gpu.label,
    id: gpu.id,
    vram_mib: Math.round((gpu.nvmlTotalBytes?.value ?? total) / MIB),
    total_bytes: Math.round(total),
    compute_capability: gpu.computeCapability ?? null,
    driver_version: hardware.driverVersion,
    cuda_version: hardware.cudaVersion,
  };
  return {
    gpus: Array.from({ length: hardware.count }, () => ({ ...one })),
    count: hardware.count,
    nodes: hardware.nodes,
    interconnect: hardware.interconnect,
    detected: hardware.detected,
  };
}

function workloadSection({ workload }: PlanRequest): PlanDocument['workload'] {
  return {
    prompt_tokens: workload.promptTokens,
    gen_tokens: workload.genTokens,
    concurrency: workload.concurrency,
    streaming: workload.streaming,
    batching_mode: workload.batchingMode,
    request_rate: workload.requestRate,
    num_prompts: workload.numPrompts,
    random_range_ratio: workload.randomRangeRatio,
    ttft_ms: workload.ttftTargetMs,
    tpot_ms: workload.tpotTargetMs,
    prefix_hit_rate: workload.prefixHitRate,
    acceptance_length: workload.acceptanceLength,
  };
}

function memorySection(memory: MemoryPlan | null, refused: readonly Finding[], fixes: readonly Fix[]): MemorySection {
  const first = refused[0];
  const failure =
    first === undefined
      ? (memory?.failure ?? null)
      : { kind: 'invalid_configuration', message: first.message, fixes: refusalFixes(refused) };
  return {
    workers: (memory?.workers ?? []).map((worker) => ({
      pp_rank: worker.ppRank,
      count: worker.count,
      total_bytes: worker.totalBytes,
      requested_bytes: worker.requestedBytes,
      weights_bytes: worker.weightsBytes,
      peak_activation_bytes: worker.peakActivationBytes,
      non_torch_bytes: worker.nonTorchBytes,
      cuda_graph_bytes: worker.cudaGraphBytes,
      cuda_graph_in_budget: worker.cudaGraphInBudget,
      available_kv_cache_bytes: worker.availableKvCacheBytes,
      outside_budget_bytes: worker.outsideBudgetBytes,
    })),
    kv_cache: kvSection(memory),
    verdict: failure === null ? 'starts' : 'fails',
    failure:
      failure === null
        ? null
        : { kind: failure.kind, message: failure.message, fixes: (first === undefined ? fixes : failure.fixes).map((fix) => ({ ...fix })) },
    ranges: memory === null ? null : rangesSection(memory),
    host_bytes: memory === null ? null : hostSection(memory),
  };
}

function hostSection({ host }: MemoryPlan): MemorySection['host_bytes'] {
  const { totalBytes, weightOffloadBytes, kvOffloadBytes, mediaCacheBytes } = host;
  return { total: totalBytes, weight_offload: weightOffloadBytes, kv_offload: kvOffloadBytes, media_cache: mediaCacheBytes };
}

function refusalFixes(refused: readonly Finding[]): readonly Fix[] {
  return refused.flatMap((finding) => (finding.fix === null ? [] : [{ change: finding.fix, effect: 'removes this refusal' }]));
}

function kvSection(memory: MemoryPlan | null): MemorySection['kv_cache'] {
  const cache = memory?.kvCache ?? null;
  if (cache === null) return null;
  return {
    dtype: cache.dtype,
    block_size: cache.blockSize,
    groups: cache.groups.map((group) => ({
      kind: group.kind,
      layers: group.layers,
      page_bytes: group.pageBytes,
      block_size: group.blockSize,
    })),
    block_bytes: cache.blockBytes,
    num_blocks: cache.numBlocks,
    tokens: cache.tokens,
    max_model_len: cache.maxModelLen,
    max_concurrency: cache.maxConcurrency,
    bytes_per_request: cache.bytesPerRequest,
    estimated_max_model_len: cache.estimatedMaxModelLen,
  };
}

function rangesSection({ ranges }: MemoryPlan): NonNullable<MemorySection['ranges']> {
  return {
    peak_activation_bytes: [...ranges.peakActivationBytes],
    non_torch_bytes: [...ranges.nonTorchBytes],
    cuda_graph_bytes: [...ranges.cudaGraphBytes],
    available_kv_cache_bytes: [...ranges.availableKvCacheBytes],
    tokens: [...ranges.tokens],
  };
}

function configSection({ request, evaluation, reasons }: DocumentInput): ConfigSection {
  const { settings, args } = evaluation;
  return {
    model: args.model,
    tensor_parallel_size: settings.tensorParallelSize,
    pipeline_parallel_size: settings.pipelineParallelSize,
    data_parallel_size: settings.dataParallelSize,
    enable_expert_parallel: settings.enableExpertParallel,
    dtype: settings.dtype,
    gpu_memory_utilization: settings.gpuMemoryUtilization,
    max_model_len: settings.maxModelLen,
    kv_cache_dtype: settings.kvCacheDtype,
    quantization: request.model.quantization.method === 'none' ? null : request.model.quantization.method,
    swap_space: null,
    enforce_eager: settings.cudagraphMode === 'NONE',
    max_num_seqs: settings.maxNumSeqs,
    max_num_batched_tokens: settings.maxNumBatchedTokens,
    enable_prefix_caching: settings.enablePrefixCaching,
    block_size: settings.blockSize,
    trust_remote_code: args.trustRemoteCode,
    explanations: { ...reasons },
  };
}

function performanceSection(forecast: Forecast): PerformanceSection {
  return {
    decode_toks_per_s_range: [...forecast.decodeTokensPerSRange],
    prefill_toks_per_s_range: [...forecast.prefillTokensPerSRange],
    ttft_ms_range: [...forecast.ttftMsRange],
    assumptions: [...forecast.assumptions],
    ttft_ms: { ...forecast.ttftMs },
    tpot_ms: { ...forecast.tpotMs },
    itl_ms: { ...forecast.itlMs },
    e2e_ms: { ...forecast.e2eMs },
    output_tokens_per_s: forecast.outputTokensPerS,
    total_tokens_per_s: forecast.totalTokensPerS,
    requests_per_s: forecast.requestsPerS,
    basis: forecast.basis,
    basis_shares: { ...forecast.basisShares },
    ranges: {
      ttft_ms: [...forecast.ranges.ttftMs],
      tpot_ms: [...forecast.ranges.tpotMs],
      output_tokens_per_s: [...forecast.ranges.outputTokensPerS],
    },
  };
}

function warnings({ request, evaluation }: DocumentInput): Warning[] {
  const findings = [...request.findings, ...evaluation.refused].map(({ code, message, fix }) => ({ code, message, fix }));
  const caveats = request.model.caveats.map((message) => ({ code: 'MODEL_CAVEAT', message, fix: null }));
  const total = request.hardware.totalBytesOverride === null ? cudaTotalOf(request.hardware.gpu) : undefined;
  const estimated = total?.basis === 'estimated' ? [totalWarning(total.source)] : [];
  const silent =
    evaluation.forecast === null
      ? [{ code: 'NO_PERFORMANCE', message: 'No performance is given, because the engine would not start.', fix: null }]
      : [];
  return [...findings, ...caveats, ...contextWarnings(request), ...estimated, ...silent];
}

function contextWarnings({ model, args }: PlanRequest): Warning[] {
  if (model.context.isKnown || args.maxModelLen !== null) return [];
  const message = `The longest context of ${model.id} is not known, so 8192 tokens were planned with.`;
  return [{ code: 'CONTEXT_UNKNOWN', message, fix: 'Pass --max-model-len.' }];
}

function totalWarning(source: string): Warning {
  const message = `The memory that CUDA reports on this card is estimated (${source}).`;
  return { code: 'GPU_TOTAL_ESTIMATED', message, fix: 'Pass --gpu-total-gib with the total that the driver reports.' };
}
