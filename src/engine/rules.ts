import { isAtLeast, type Release, type Version } from './version.ts';

/**
 * What changed between releases of the engine, as data: each rule is a list of [first release, value], oldest first.
 * A release uses the last entry that is not newer than itself. Sources are files of the vLLM package at those releases.
 */
type Timeline<T> = readonly [readonly ['0.8.0', T], ...(readonly (readonly [Release, T])[])];

function at<T>(timeline: Timeline<T>, version: Version): T {
  let value = timeline[0][1];
  for (const [since, later] of timeline) if (isAtLeast(version, since)) value = later;
  return value;
}

/** How the KV budget is found (`v1/worker/gpu_worker.py` determine_available_memory, `utils/mem_utils.py`). */
type BudgetRule =
  /** total × util − (torch peak + everything else on the device, other processes and the context included) */
  | 'absolute'
  /** requested − (weights + peak increase + non-torch increase) */
  | 'increase'
  /** requested − (free memory consumed since the snapshot + transient peak) */
  | 'consumed';

const DEFAULT_UTILIZATION: Timeline<number> = [
  ['0.8.0', 0.9],
  ['0.20.0', 0.92],
]; // config/cache.py

const BUDGET: Timeline<BudgetRule> = [
  ['0.8.0', 'absolute'],
  ['0.9.1', 'increase'],
  ['0.27.0', 'consumed'],
]; // v1/worker/gpu_worker.py

/** Whether NCCL and all-reduce buffers are made before the first snapshot, hence outside the budget. */
const DISTRIBUTED_BEFORE_SNAPSHOT: Timeline<boolean> = [
  ['0.8.0', false],
  ['0.11.0', true],
]; // v1/worker/gpu_worker.py init_device

/** requested = ceil(total × util); a float before. */
const REQUESTED_ROUNDS_UP: Timeline<boolean> = [
  ['0.8.0', false],
  ['0.15.0', true],
]; // v1/worker/utils.py request_memory

/** `free < requested` at start is an error. */
const CHECKS_FREE_MEMORY: Timeline<boolean> = [
  ['0.8.0', false],
  ['0.9.1', true],
]; // v1/worker/utils.py request_memory

/** Whether the profiled CUDA-graph estimate is taken from the budget by default. */
const GRAPHS_IN_BUDGET: Timeline<boolean> = [
  ['0.8.0', false],
  ['0.20.0', true],
]; // envs.py VLLM_MEMORY_PROFILER_ESTIMATE_CUDAGRAPHS

/** Whether model runner V2 estimates its graphs at all; it returned 0 before. */
const V2_ESTIMATES_GRAPHS: Timeline<boolean> = [
  ['0.8.0', false],
  ['0.29.0', true],
]; // v1/worker/gpu/model_runner.py profile_cudagraph_memory

/** Graphs are profiled before the closing snapshot, so what capture leaves outside torch is charged. */
const PROFILES_GRAPHS_IN_WINDOW: Timeline<boolean> = [
  ['0.8.0', false],
  ['0.18.0', true],
  ['0.27.0', false],
]; // v1/worker/gpu_worker.py determine_available_memory

/** The allocator's split size is limited while profiling, so little is held back. */
const LIMITS_ALLOCATOR_SPLIT: Timeline<boolean> = [
  ['0.8.0', false],
  ['0.28.0', true],
]; // v1/worker/gpu_worker.py _scoped_allocator_max_split

/** "GPU KV cache size: N tokens" (vllm-memory §2.7). */
const TOKENS_REPORTED: Timeline<'blocks' | 'blocks-per-group' | 'concurrency'> = [
  ['0.8.0', 'blocks'],
  ['0.9.1', 'blocks-per-group'],
  ['0.20.1', 'concurrency'],
]; // v1/core/kv_cache_utils.py

/** How a request's need turns into blocks for the concurrency figure. */
const CONCURRENCY: Timeline<'tokens' | 'joint-ceil' | 'ceil-per-group'> = [
  ['0.8.0', 'tokens'],
  ['0.9.1', 'joint-ceil'],
  ['0.27.0', 'ceil-per-group'],
]; // v1/core/kv_cache_utils.py get_max_concurrency_for_kv_cache_config

/** What the "at least one request" check adds up: bare layer needs, or needs of padded groups. */
const NEED_CHECK: Timeline<'layers' | 'groups'> = [
  ['0.8.0', 'layers'],
  ['0.14.0', 'groups'],
]; // v1/core/kv_cache_utils.py check_enough_kv_cache_memory

/** The hybrid KV-cache manager exists; before it, windows were stored like full attention. */
const HYBRID_MANAGER: Timeline<boolean> = [
  ['0.8.0', false],
  ['0.9.1', true],
]; // v1/core/kv_cache_utils.py

/** Layers of one type but unequal pages share one group. */
const UNEVEN_UNIFORM_GROUP: Timeline<boolean> = [
  ['0.8.0', false],
  ['0.11.0', true],
]; // v1/kv_cache_interface.py UniformTypeKVCacheSpecs

/** Largest ratio of bucket sizes at which the larger bucket sets the group size. */
const GROUP_SIZE_RATIO: Timeline<number> = [
  ['0.8.0', 0],
  ['0.12.0', 1.25],
  ['0.18.0', 1.5],
]; // v1/core/kv_cache_utils.py _get_kv_cache_groups_uniform_page_size

/** Pages of unequal layers are made equal by larger blocks or padding. */
const UNIFIES_PAGES: Timeline<boolean> = [
  ['0.8.0', false],
  ['0.12.0', true],
]; // v1/core/kv_cache_utils.py unify_kv_cache_spec_page_size

/** A window must hold this many prefill batches: one, or one for each batch in flight. */
const WINDOW_COUNTS_BATCHES_IN_FLIGHT: Timeline<boolean> = [
  ['0.8.0', false],
  ['0.26.0', true],
]; // v1/kv_cache_interface.py SlidingWindowSpec.max_memory_usage_bytes

/** `num_gpu_blocks_override` also decides the check and the automatic length. */
const OVERRIDE_IN_CHECK: Timeline<boolean> = [
  ['0.8.0', false],
  ['0.20.1', true],
]; // v1/core/kv_cache_utils.py get_kv_cache_configs

/** The check leaves out the null block that the pool always holds back. */
const CHECK_LEAVES_NULL_BLOCK: Timeline<boolean> = [
  ['0.8.0', false],
  ['0.29.0', true],
]; // v1/core/kv_cache_utils.py get_kv_cache_configs, later kv_cache_planning.py

/** GB10 keeps the small token budget whatever its memory query says. */
const GB10_SMALL_TIER: Timeline<boolean> = [
  ['0.8.0', false],
  ['0.33.0', true],
]; // engine/arg_utils.py get_batch_defaults

/** How a card gets the large token budget: by name, by memory, or by memory unless it is an A100. */
const LARGE_BATCH_TIER: Timeline<'hopper-name' | 'memory' | 'memory-but-a100'> = [
  ['0.8.0', 'hopper-name'],
  ['0.8.5', 'memory'],
  ['0.9.0', 'memory-but-a100'],
]; // engine/arg_utils.py

/** YaRN starts from the original length and multiplies; later the config's length stands as it is. */
const YARN_MULTIPLIES: Timeline<boolean> = [
  ['0.8.0', true],
  ['0.30.0', false],
]; // config/model.py _get_and_verify_max_len

/** A default max_num_batched_tokens is capped at max_num_seqs × max_model_len. */
const TOKENS_CAPPED_BY_SEQS: Timeline<boolean> = [
  ['0.8.0', false],
  ['0.10.0', true],
]; // engine/arg_utils.py

/** Which batch sizes get CUDA graphs (vllm-memory §6.1). */
const CAPTURE_GRID: Timeline<'67-sizes' | 'step-8' | 'step-16'> = [
  ['0.8.0', '67-sizes'],
  ['0.10.0', 'step-8'],
  ['0.11.1', 'step-16'],
]; // config/vllm.py _set_cudagraph_sizes

/** The ceiling of captured sizes grows with speculative tokens. */
const CAPTURE_COUNTS_SPECULATION: Timeline<boolean> = [
  ['0.8.0', false],
  ['0.18.0', true],
]; // config/vllm.py _set_cudagraph_sizes

/** max_num_batched_tokens itself is captured when it lies below the ceiling. */
const CAPTURES_TOKEN_BUDGET: Timeline<boolean> = [
  ['0.8.0', false],
  ['0.20.1', true],
]; // config/vllm.py _set_cudagraph_sizes

/** max_num_seqs itself is captured when it lies below the ceiling. */
const CAPTURES_MAX_SEQS: Timeline<boolean> = [
  ['0.8.0', false],
  ['0.29.0', true],
]; // config/vllm.py _set_cudagraph_sizes

/** The ceiling on data-centre Blackwell is 1024 instead of 512. */
const BLACKWELL_CAPTURE_1024: Timeline<boolean> = [
  ['0.8.0', false],
  ['0.28.0', true],
]; // config/vllm.py _set_cudagraph_sizes

const DENSE_ON_V2 = ['LlamaForCausalLM', 'MistralForCausalLM', 'Qwen3ForCausalLM'] as const;
const MIXTURES_ON_V2 = ['DeepseekV2ForCausalLM', 'GraniteMoeForCausalLM', 'Qwen2MoeForCausalLM'] as const;

/**
 * Which models run on model runner V2 by default: none, those of a list, dense decoders and a list, or all.
 * Speculation methods and features that it lacks fall back to V1.
 */
const MODEL_RUNNER_V2: Timeline<ModelRunnerV2Rule> = [
  ['0.8.0', { models: 'listed', quantized: false, architectures: [] }],
  ['0.22.0', { models: 'listed', quantized: false, architectures: ['Qwen3ForCausalLM'] }],
  ['0.23.0', { models: 'listed', quantized: false, architectures: DENSE_ON_V2 }],
  ['0.24.0', { models: 'listed', quantized: true, architectures: [...DENSE_ON_V2, ...MIXTURES_ON_V2] }],
  ['0.25.0', { models: 'dense-and-listed', quantized: true, architectures: MIXTURES_ON_V2 }],
  ['0.27.0', { models: 'dense-and-listed', quantized: true, architectures: [...MIXTURES_ON_V2, 'KimiK3ForConditionalGeneration'] }],
  [
    '0.28.0',
    {
      models: 'dense-and-listed',
      quantized: true,
      architectures: [...MIXTURES_ON_V2, 'KimiK3ForConditionalGeneration', 'DeepseekV4ForCausalLM'],
    },
  ],
  ['0.29.0', { models: 'all', quantized: true, architectures: [] }],
]; // config/vllm.py DEFAULT_V2_MODEL_RUNNER_ARCHITECTURES, use_v2_model_runner

export interface ModelRunnerV2Rule {
  /** Which models: those listed, also every dense decoder without recurrent layers, or all. */
  readonly models: 'listed' | 'dense-and-listed' | 'all';
  /** Quantized checkpoints too. */
  readonly quantized: boolean;
  readonly architectures: readonly string[];
}

/** The default token budget is raised to the largest image of models that attend to it in both directions. */
const RAISES_TOKENS_FOR_PREFIX_LM: Timeline<boolean> = [
  ['0.8.0', false],
  ['0.22.0', true],
]; // engine/arg_utils.py _set_default_max_num_seqs_and_batched_tokens_args

/** `--max-model-len auto` is understood. */
const AUTO_MODEL_LEN: Timeline<boolean> = [
  ['0.8.0', false],
  ['0.14.0', true],
]; // v1/core/kv_cache_utils.py _auto_fit_max_model_len

/** Chunked prefill and KV fp8 as the checkpoint asks for it (ModelOpt kv_cache_quant_algo). */
const HONOURS_CHECKPOINT_KV_DTYPE: Timeline<boolean> = [
  ['0.8.0', false],
  ['0.11.0', true],
]; // utils/torch_utils.py resolve_kv_cache_dtype_string

/** Cards of 160 GiB and more get a larger token budget. */
const LARGE_MEMORY_TIER: Timeline<boolean> = [
  ['0.8.0', false],
  ['0.28.0', true],
]; // engine/arg_utils.py get_batch_defaults

const CUDAGRAPH_MODE: Timeline<'PIECEWISE' | 'FULL_AND_PIECEWISE'> = [
  ['0.8.0', 'PIECEWISE'],
  ['0.11.0', 'FULL_AND_PIECEWISE'],
]; // config/compilation.py

const ASYNC_SCHEDULING: Timeline<boolean> = [
  ['0.8.0', false],
  ['0.14.0', true],
]; // config/vllm.py

/** Prefix caching of models with recurrent layers when nothing is said. */
const HYBRID_PREFIX_CACHING: Timeline<boolean> = [
  ['0.8.0', false],
  ['0.26.0', true],
]; // config/model.py is_prefix_caching_supported

/** Recurrent layers keep `align`ed copies of their state when prefix caching is on. */
const MAMBA_ALIGN_MODE: Timeline<boolean> = [
  ['0.8.0', false],
  ['0.15.0', true],
]; // config/cache.py mamba_cache_mode

/** Rows of one fused-MoE chunk; null: not chunked. */
const MOE_CHUNK_TOKENS: Timeline<number | null> = [
  ['0.8.0', 32_768],
  ['0.12.0', 16_384],
  ['0.18.0', null],
]; // envs.py VLLM_FUSED_MOE_CHUNK_SIZE

/** The MoE workspace is shared by the layers and kept between steps. */
const KEEPS_MOE_WORKSPACE: Timeline<boolean> = [
  ['0.8.0', false],
  ['0.13.0', true],
]; // v1/worker/workspace.py

/** The native sampler sorts the logits; later a Triton kernel or FlashInfer filters them in place. */
const SAMPLER: Timeline<'sort' | 'triton' | 'flashinfer'> = [
  ['0.8.0', 'sort'],
  ['0.17.0', 'triton'],
  ['0.21.0', 'flashinfer'],
]; // v1/sample/ops/topk_topp_sampler.py

/** Row cap of the latent-attention chunked-prefill workspace. */
const MLA_WORKSPACE_ROWS: Timeline<number> = [
  ['0.8.0', 131_072],
  ['0.11.0', 65_536],
]; // v1/attention/backends/mla/common.py

export interface EngineRules {
  readonly version: Version;
  readonly defaultUtilization: number;
  readonly budget: BudgetRule;
  readonly distributedBeforeSnapshot: boolean;
  readonly requestedRoundsUp: boolean;
  readonly checksFreeMemory: boolean;
  readonly graphsInBudget: boolean;
  readonly v2EstimatesGraphs: boolean;
  readonly profilesGraphsInWindow: boolean;
  readonly limitsAllocatorSplit: boolean;
  readonly tokensReported: 'blocks' | 'blocks-per-group' | 'concurrency';
  readonly concurrency: 'tokens' | 'joint-ceil' | 'ceil-per-group';
  readonly needCheck: 'layers' | 'groups';
  readonly hybridManager: boolean;
  readonly unevenUniformGroup: boolean;
  readonly groupSizeRatio: number;
  readonly unifiesPages: boolean;
  readonly windowCountsBatchesInFlight: boolean;
  readonly overrideInCheck: boolean;
  readonly checkLeavesNullBlock: boolean;
  readonly largeMemoryTier: boolean;
  readonly gb10SmallTier: boolean;
  readonly largeBatchTier: 'hopper-name' | 'memory' | 'memory-but-a100';
  readonly yarnMultiplies: boolean;
  readonly tokensCappedBySeqs: boolean;
  readonly captureGrid: '67-sizes' | 'step-8' | 'step-16';
  readonly captureCountsSpeculation: boolean;
  readonly capturesTokenBudget: boolean;
  readonly capturesMaxSeqs: boolean;
  readonly blackwellCapture1024: boolean;
  readonly modelRunnerV2: ModelRunnerV2Rule;
  readonly raisesTokensForPrefixLm: boolean;
  readonly autoModelLen: boolean;
  readonly honoursCheckpointKvDtype: boolean;
  readonly cudagraphMode: 'PIECEWISE' | 'FULL_AND_PIECEWISE';
  readonly asyncScheduling: boolean;
  readonly hybridPrefixCaching: boolean;
  readonly mambaAlignMode: boolean;
  readonly moeChunkTokens: number | null;
  readonly keepsMoeWorkspace: boolean;
  readonly sampler: 'sort' | 'triton' | 'flashinfer';
  readonly mlaWorkspaceRows: number;
}

/** The rules that one release follows. */
export function rulesFor(version: Version): EngineRules {
  return {
    version,
    defaultUtilization: at(DEFAULT_UTILIZATION, version),
    budget: at(BUDGET, version),
    distributedBeforeSnapshot: at(DISTRIBUTED_BEFORE_SNAPSHOT, version),
    requestedRoundsUp: at(REQUESTED_ROUNDS_UP, version),
    checksFreeMemory: at(CHECKS_FREE_MEMORY, version),
    graphsInBudget: at(GRAPHS_IN_BUDGET, version),
    v2EstimatesGraphs: at(V2_ESTIMATES_GRAPHS, version),
    profilesGraphsInWindow: at(PROFILES_GRAPHS_IN_WINDOW, version),
    limitsAllocatorSplit: at(LIMITS_ALLOCATOR_SPLIT, version),
    tokensReported: at(TOKENS_REPORTED, version),
    concurrency: at(CONCURRENCY, version),
    needCheck: at(NEED_CHECK, version),
    hybridManager: at(HYBRID_MANAGER, version),
    unevenUniformGroup: at(UNEVEN_UNIFORM_GROUP, version),
    groupSizeRatio: at(GROUP_SIZE_RATIO, version),
    unifiesPages: at(UNIFIES_PAGES, version),
    windowCountsBatchesInFlight: at(WINDOW_COUNTS_BATCHES_IN_FLIGHT, version),
    overrideInCheck: at(OVERRIDE_IN_CHECK, version),
    checkLeavesNullBlock: at(CHECK_LEAVES_NULL_BLOCK, version),
    largeMemoryTier: at(LARGE_MEMORY_TIER, version),
    gb10SmallTier: at(GB10_SMALL_TIER, version),
    largeBatchTier: at(LARGE_BATCH_TIER, version),
    yarnMultiplies: at(YARN_MULTIPLIES, version),
    tokensCappedBySeqs: at(TOKENS_CAPPED_BY_SEQS, version),
    captureGrid: at(CAPTURE_GRID, version),
    captureCountsSpeculation: at(CAPTURE_COUNTS_SPECULATION, version),
    capturesTokenBudget: at(CAPTURES_TOKEN_BUDGET, version),
    capturesMaxSeqs: at(CAPTURES_MAX_SEQS, version),
    blackwellCapture1024: at(BLACKWELL_CAPTURE_1024, version),
    modelRunnerV2: at(MODEL_RUNNER_V2, version),
    raisesTokensForPrefixLm: at(RAISES_TOKENS_FOR_PREFIX_LM, version),
    autoModelLen: at(AUTO_MODEL_LEN, version),
    honoursCheckpointKvDtype: at(HONOURS_CHECKPOINT_KV_DTYPE, version),
    cudagraphMode: at(CUDAGRAPH_MODE, version),
    asyncScheduling: at(ASYNC_SCHEDULING, version),
    hybridPrefixCaching: at(HYBRID_PREFIX_CACHING, version),
    mambaAlignMode: at(MAMBA_ALIGN_MODE, version),
    moeChunkTokens: at(MOE_CHUNK_TOKENS, version),
    keepsMoeWorkspace: at(KEEPS_MOE_WORKSPACE, version),
    sampler: at(SAMPLER, version),
    mlaWorkspaceRows: at(MLA_WORKSPACE_ROWS, version),
  };
}
