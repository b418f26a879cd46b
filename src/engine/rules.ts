import { isAtLeast, type Release, type Version } from './version.ts';

/**
 * What changed between releases of the engine, as data: each rule is a list of [first release, value], oldest first.
 * A release uses the last entry that is not newer than itself. Sources are files of the vLLM package at those releases.
 */
export interface Rule<T> {
  /** What it decides, in a few words. */
  readonly what: string;
  /** File of the vllm package, and function where that helps. */
  readonly source: string;
  /** Every later entry says in a sentence for users what that release changed. */
  readonly timeline: readonly [readonly ['0.8.0', T], ...(readonly (readonly [since: Release, value: T, why: string])[])];
}

function at<T>({ timeline }: Rule<T>, version: Version): T {
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

const DEFAULT_UTILIZATION: Rule<number> = {
  what: 'default of --gpu-memory-utilization',
  source: 'config/cache.py',
  timeline: [
    ['0.8.0', 0.9],
    ['0.20.0', 0.92, 'The default of --gpu-memory-utilization rose from 0.90 to 0.92, so the engine asks for more of the card.'],
  ],
};

const BUDGET: Rule<BudgetRule> = {
  what: 'how the KV budget is found',
  source: 'v1/worker/gpu_worker.py',
  timeline: [
    ['0.8.0', 'absolute'],
    [
      '0.9.1',
      'increase',
      'The budget became what is left of total x utilization after weights, the peak and the growth outside torch; memory of other processes no longer counts.',
    ],
    [
      '0.27.0',
      'consumed',
      'The budget is reduced by the free memory that start-up really consumed, and by the transient peak; before, three separate terms were added up.',
    ],
  ],
};

/** Whether NCCL and all-reduce buffers are made before the first snapshot, hence outside the budget. */
const DISTRIBUTED_BEFORE_SNAPSHOT: Rule<boolean> = {
  what: 'when NCCL and all-reduce buffers are made',
  source: 'v1/worker/gpu_worker.py init_device',
  timeline: [
    ['0.8.0', false],
    [
      '0.11.0',
      true,
      'NCCL and all-reduce buffers are made before the first memory snapshot, so they lie outside the budget and no longer shrink the KV cache.',
    ],
  ],
};

/** requested = ceil(total × util); a float before. */
const REQUESTED_ROUNDS_UP: Rule<boolean> = {
  what: 'rounding of the requested memory',
  source: 'v1/worker/utils.py request_memory',
  timeline: [
    ['0.8.0', false],
    ['0.15.0', true, 'total x utilization is rounded up to a whole byte.'],
  ],
};

/** `free < requested` at start is an error. */
const CHECKS_FREE_MEMORY: Rule<boolean> = {
  what: 'check of free memory at start',
  source: 'v1/worker/utils.py request_memory',
  timeline: [
    ['0.8.0', false],
    ['0.9.1', true, 'A start with less free memory than total x utilization is refused at once.'],
  ],
};

/** Whether the profiled CUDA-graph estimate is taken from the budget by default. */
const GRAPHS_IN_BUDGET: Rule<boolean> = {
  what: 'CUDA graphs in the budget',
  source: 'envs.py VLLM_MEMORY_PROFILER_ESTIMATE_CUDAGRAPHS',
  timeline: [
    ['0.8.0', false],
    [
      '0.20.0',
      true,
      'The estimated memory of CUDA graphs is taken from the budget, so less is left for the KV cache and more stays free for the capture.',
    ],
  ],
};

/** Whether model runner V2 estimates its graphs at all; it returned 0 before. */
const V2_ESTIMATES_GRAPHS: Rule<boolean> = {
  what: 'graph estimate of model runner V2',
  source: 'v1/worker/gpu/model_runner.py profile_cudagraph_memory',
  timeline: [
    ['0.8.0', false],
    [
      '0.29.0',
      true,
      'Model runner V2 estimates the memory of its CUDA graphs; before, it reported none and the graphs came on top of the budget.',
    ],
  ],
};

/** Graphs are profiled before the closing snapshot, so what capture leaves outside torch is charged. */
const PROFILES_GRAPHS_IN_WINDOW: Rule<boolean> = {
  what: 'when graph memory is profiled',
  source: 'v1/worker/gpu_worker.py determine_available_memory',
  timeline: [
    ['0.8.0', false],
    [
      '0.18.0',
      true,
      'CUDA graphs are profiled before the closing snapshot, so what a trial capture leaves outside torch is charged to the budget.',
    ],
    ['0.27.0', false, 'CUDA graphs are no longer profiled before the closing snapshot, so their remains are not charged to the budget.'],
  ],
};

/** The allocator's split size is limited while profiling, so little is held back. */
const LIMITS_ALLOCATOR_SPLIT: Rule<boolean> = {
  what: 'allocator limits while profiling',
  source: 'v1/worker/gpu_worker.py _scoped_allocator_max_split',
  timeline: [
    ['0.8.0', false],
    ['0.28.0', true, 'The torch allocator may split less while profiling, so it holds less memory back.'],
  ],
};

/** "GPU KV cache size: N tokens" (vllm-memory §2.7). */
const TOKENS_REPORTED: Rule<'blocks' | 'blocks-per-group' | 'concurrency'> = {
  what: 'what "GPU KV cache size: N tokens" means',
  source: 'v1/core/kv_cache_utils.py',
  timeline: [
    ['0.8.0', 'blocks'],
    [
      '0.9.1',
      'blocks-per-group',
      'The token figure became blocks of one KV group x block size: models with several groups report fewer tokens from the same memory.',
    ],
    [
      '0.20.1',
      'concurrency',
      'The token figure became maximum concurrency x max_model_len: models with sliding windows report far more tokens from the same memory.',
    ],
  ],
};

/** How a request's need turns into blocks for the concurrency figure. */
const CONCURRENCY: Rule<'tokens' | 'joint-ceil' | 'ceil-per-group'> = {
  what: 'how "Maximum concurrency" is counted',
  source: 'v1/core/kv_cache_utils.py get_max_concurrency_for_kv_cache_config',
  timeline: [
    ['0.8.0', 'tokens'],
    ['0.9.1', 'joint-ceil', 'Maximum concurrency counts the blocks that one request really needs, windows included, instead of tokens.'],
    [
      '0.27.0',
      'ceil-per-group',
      'Each KV group of a request is rounded up to whole blocks of its own, so the concurrency of models with several groups is a little lower.',
    ],
  ],
};

/** What the "at least one request" check adds up: bare layer needs, or needs of padded groups. */
const NEED_CHECK: Rule<'layers' | 'groups'> = {
  what: 'need of one request at start-up',
  source: 'v1/core/kv_cache_utils.py check_enough_kv_cache_memory',
  timeline: [
    ['0.8.0', 'layers'],
    ['0.14.0', 'groups', 'The check for one request adds up padded groups as they are stored, instead of bare layers.'],
  ],
};

/** The hybrid KV-cache manager exists; before it, windows were stored like full attention. */
const HYBRID_MANAGER: Rule<boolean> = {
  what: 'hybrid KV-cache manager',
  source: 'v1/core/kv_cache_utils.py',
  timeline: [
    ['0.8.0', false],
    ['0.9.1', true, 'Layers with a sliding window keep only their window; before, they were stored like full attention.'],
  ],
};

/** Layers of one type but unequal pages share one group. */
const UNEVEN_UNIFORM_GROUP: Rule<boolean> = {
  what: 'layers of one type with unequal pages',
  source: 'v1/kv_cache_interface.py UniformTypeKVCacheSpecs',
  timeline: [
    ['0.8.0', false],
    ['0.11.0', true, 'Layers of one type share a group even when their pages differ in size.'],
  ],
};

/** Largest ratio of bucket sizes at which the larger bucket sets the group size. */
const GROUP_SIZE_RATIO: Rule<number> = {
  what: 'size of KV groups',
  source: 'v1/core/kv_cache_utils.py _get_kv_cache_groups_uniform_page_size',
  timeline: [
    ['0.8.0', 0],
    ['0.12.0', 1.25, 'Layer kinds whose numbers differ by less than 1.25x are grouped by the larger number, with some padding.'],
    ['0.18.0', 1.5, 'Layer kinds whose numbers differ by less than 1.5x are grouped by the larger number, with some padding.'],
  ],
};

/** Pages of unequal layers are made equal by larger blocks or padding. */
const UNIFIES_PAGES: Rule<boolean> = {
  what: 'pages of unequal layers',
  source: 'v1/core/kv_cache_utils.py unify_kv_cache_spec_page_size',
  timeline: [
    ['0.8.0', false],
    ['0.12.0', true, 'Pages of unequal layers are made equal by larger blocks or padding, so such models can use several groups.'],
  ],
};

/** A window must hold this many prefill batches: one, or one for each batch in flight. */
const WINDOW_COUNTS_BATCHES_IN_FLIGHT: Rule<boolean> = {
  what: 'slots of a sliding window',
  source: 'v1/kv_cache_interface.py SlidingWindowSpec.max_memory_usage_bytes',
  timeline: [
    ['0.8.0', false],
    [
      '0.26.0',
      true,
      'A window keeps the tokens of every batch in flight (two with async scheduling) instead of one prefill batch, so a request of a windowed model needs more memory.',
    ],
  ],
};

/** `num_gpu_blocks_override` also decides the check and the automatic length. */
const OVERRIDE_IN_CHECK: Rule<boolean> = {
  what: '--num-gpu-blocks-override',
  source: 'v1/core/kv_cache_utils.py get_kv_cache_configs',
  timeline: [
    ['0.8.0', false],
    ['0.20.1', true, '--num-gpu-blocks-override also decides the check for one request and the automatic length.'],
  ],
};

/** The check leaves out the null block that the pool always holds back. */
const CHECK_LEAVES_NULL_BLOCK: Rule<boolean> = {
  what: 'null block in the check',
  source: 'v1/core/kv_cache_utils.py get_kv_cache_configs, later kv_cache_planning.py',
  timeline: [
    ['0.8.0', false],
    ['0.29.0', true, 'The check for one request leaves out the block that the pool always holds back.'],
  ],
};

/** GB10 keeps the small token budget whatever its memory query says. */
const GB10_SMALL_TIER: Rule<boolean> = {
  what: 'token budget of GB10',
  source: 'engine/arg_utils.py get_batch_defaults',
  timeline: [
    ['0.8.0', false],
    ['0.33.0', true, 'GB10 keeps the small default of --max-num-batched-tokens whatever its memory query says.'],
  ],
};

/** How a card gets the large token budget: by name, by memory, or by memory unless it is an A100. */
const LARGE_BATCH_TIER: Rule<'hopper-name' | 'memory' | 'memory-but-a100'> = {
  what: 'cards with the large token budget',
  source: 'engine/arg_utils.py',
  timeline: [
    ['0.8.0', 'hopper-name'],
    [
      '0.8.5',
      'memory',
      'Cards of 70 GiB and more get the large default of --max-num-batched-tokens, A100 80 GB included; before, only H100 and H200 by name.',
    ],
    [
      '0.9.0',
      'memory-but-a100',
      'A100 keeps the small default of --max-num-batched-tokens; other cards of 70 GiB and more get the large one.',
    ],
  ],
};

/** YaRN starts from the original length and multiplies; later the config's length stands as it is. */
const YARN_MULTIPLIES: Rule<boolean> = {
  what: 'context of YaRN models',
  source: 'config/model.py _get_and_verify_max_len',
  timeline: [
    ['0.8.0', true],
    ['0.30.0', false, "The context of YaRN models is the config's own length; it is no longer multiplied by the scaling factor."],
  ],
};

/** A default max_num_batched_tokens is capped at max_num_seqs × max_model_len. */
const TOKENS_CAPPED_BY_SEQS: Rule<boolean> = {
  what: 'cap of the token budget',
  source: 'engine/arg_utils.py',
  timeline: [
    ['0.8.0', false],
    ['0.10.0', true, 'The default of --max-num-batched-tokens is capped at max_num_seqs x max_model_len.'],
  ],
};

/** Which batch sizes get CUDA graphs (vllm-memory §6.1). */
const CAPTURE_GRID: Rule<'67-sizes' | 'step-8' | 'step-16'> = {
  what: 'batch sizes with CUDA graphs',
  source: 'config/vllm.py _set_cudagraph_sizes',
  timeline: [
    ['0.8.0', '67-sizes'],
    ['0.10.0', 'step-8', 'CUDA graphs are captured for multiples of 8 up to the largest batch, instead of 67 fixed sizes.'],
    ['0.11.1', 'step-16', 'Above 256, CUDA graphs are captured for multiples of 16 instead of 8: fewer graphs.'],
  ],
};

/** The ceiling of captured sizes grows with speculative tokens. */
const CAPTURE_COUNTS_SPECULATION: Rule<boolean> = {
  what: 'CUDA graphs with speculation',
  source: 'config/vllm.py _set_cudagraph_sizes',
  timeline: [
    ['0.8.0', false],
    ['0.18.0', true, 'The largest captured batch grows with the speculative tokens of each request.'],
  ],
};

/** max_num_batched_tokens itself is captured when it lies below the ceiling. */
const CAPTURES_TOKEN_BUDGET: Rule<boolean> = {
  what: 'CUDA graph of the token budget',
  source: 'config/vllm.py _set_cudagraph_sizes',
  timeline: [
    ['0.8.0', false],
    ['0.20.1', true, 'max_num_batched_tokens itself is captured when it lies below the largest captured batch.'],
  ],
};

/** max_num_seqs itself is captured when it lies below the ceiling. */
const CAPTURES_MAX_SEQS: Rule<boolean> = {
  what: 'CUDA graph of the largest batch',
  source: 'config/vllm.py _set_cudagraph_sizes',
  timeline: [
    ['0.8.0', false],
    ['0.29.0', true, 'max_num_seqs itself is captured when it lies below the largest captured batch.'],
  ],
};

/** The ceiling on data-centre Blackwell is 1024 instead of 512. */
const BLACKWELL_CAPTURE_1024: Rule<boolean> = {
  what: 'largest CUDA graph on Blackwell',
  source: 'config/vllm.py _set_cudagraph_sizes',
  timeline: [
    ['0.8.0', false],
    ['0.28.0', true, 'Batches up to 1024 are captured on data-centre Blackwell, 512 before: more and larger graphs.'],
  ],
};

const DENSE_ON_V2 = ['LlamaForCausalLM', 'MistralForCausalLM', 'Qwen3ForCausalLM'] as const;
const MIXTURES_ON_V2 = ['DeepseekV2ForCausalLM', 'GraniteMoeForCausalLM', 'Qwen2MoeForCausalLM'] as const;

/**
 * Which models run on model runner V2 by default: none, those of a list, dense decoders and a list, or all.
 * Speculation methods and features that it lacks fall back to V1.
 */
const MODEL_RUNNER_V2: Rule<ModelRunnerV2Rule> = {
  what: 'models on model runner V2',
  source: 'config/vllm.py DEFAULT_V2_MODEL_RUNNER_ARCHITECTURES, use_v2_model_runner',
  timeline: [
    ['0.8.0', { models: 'listed', quantized: false, architectures: [] }],
    [
      '0.22.0',
      { models: 'listed', quantized: false, architectures: ['Qwen3ForCausalLM'] },
      'Qwen 3 dense models run on model runner V2, which profiles memory in its own way.',
    ],
    [
      '0.23.0',
      { models: 'listed', quantized: false, architectures: DENSE_ON_V2 },
      'Llama and Mistral dense models run on model runner V2 too.',
    ],
    [
      '0.24.0',
      { models: 'listed', quantized: true, architectures: [...DENSE_ON_V2, ...MIXTURES_ON_V2] },
      'Quantized checkpoints and some mixtures (DeepSeek V2, Granite MoE, Qwen 2 MoE) run on model runner V2 too.',
    ],
    [
      '0.25.0',
      { models: 'dense-and-listed', quantized: true, architectures: MIXTURES_ON_V2 },
      'Every dense decoder without recurrent layers runs on model runner V2.',
    ],
    [
      '0.27.0',
      { models: 'dense-and-listed', quantized: true, architectures: [...MIXTURES_ON_V2, 'KimiK3ForConditionalGeneration'] },
      'Kimi K3 runs on model runner V2 too.',
    ],
    [
      '0.28.0',
      {
        models: 'dense-and-listed',
        quantized: true,
        architectures: [...MIXTURES_ON_V2, 'KimiK3ForConditionalGeneration', 'DeepseekV4ForCausalLM'],
      },
      'DeepSeek V4 runs on model runner V2 too.',
    ],
    [
      '0.29.0',
      { models: 'all', quantized: true, architectures: [] },
      'Every model runs on model runner V2, unless a feature that it lacks is asked for.',
    ],
  ],
};

export interface ModelRunnerV2Rule {
  /** Which models: those listed, also every dense decoder without recurrent layers, or all. */
  readonly models: 'listed' | 'dense-and-listed' | 'all';
  /** Quantized checkpoints too. */
  readonly quantized: boolean;
  readonly architectures: readonly string[];
}

/** The default token budget is raised to the largest image of models that attend to it in both directions. */
const RAISES_TOKENS_FOR_PREFIX_LM: Rule<boolean> = {
  what: 'token budget of models with bidirectional images',
  source: 'engine/arg_utils.py _set_default_max_num_seqs_and_batched_tokens_args',
  timeline: [
    ['0.8.0', false],
    [
      '0.22.0',
      true,
      'The default of --max-num-batched-tokens is raised to the largest image of models that attend to images in both directions.',
    ],
  ],
};

/** `--max-model-len auto` is understood. */
const AUTO_MODEL_LEN: Rule<boolean> = {
  what: '--max-model-len auto',
  source: 'v1/core/kv_cache_utils.py _auto_fit_max_model_len',
  timeline: [
    ['0.8.0', false],
    ['0.14.0', true, '--max-model-len auto is understood: the length shrinks to what the KV cache can hold.'],
  ],
};

/** Chunked prefill and KV fp8 as the checkpoint asks for it (ModelOpt kv_cache_quant_algo). */
const HONOURS_CHECKPOINT_KV_DTYPE: Rule<boolean> = {
  what: 'KV type of the checkpoint',
  source: 'utils/torch_utils.py resolve_kv_cache_dtype_string',
  timeline: [
    ['0.8.0', false],
    ['0.14.0', true, 'A checkpoint that declares an fp8 KV cache gets one without --kv-cache-dtype.'],
  ],
};

/** Cards of 160 GiB and more get a larger token budget. */
const LARGE_MEMORY_TIER: Rule<boolean> = {
  what: 'token budget of cards with 160 GiB',
  source: 'engine/arg_utils.py get_batch_defaults',
  timeline: [
    ['0.8.0', false],
    ['0.28.0', true, 'Cards of 160 GiB and more get a default of 16384 for --max-num-batched-tokens instead of 8192.'],
  ],
};

const CUDAGRAPH_MODE: Rule<'PIECEWISE' | 'FULL_AND_PIECEWISE'> = {
  what: 'default CUDA graph mode',
  source: 'config/compilation.py',
  timeline: [
    ['0.8.0', 'PIECEWISE'],
    [
      '0.11.0',
      'FULL_AND_PIECEWISE',
      'Full graphs of decode batches are captured besides the piecewise ones, which takes more graph memory.',
    ],
  ],
};

const ASYNC_SCHEDULING: Rule<boolean> = {
  what: 'async scheduling',
  source: 'config/vllm.py',
  timeline: [
    ['0.8.0', false],
    ['0.14.0', true, 'Async scheduling is on by default: two batches are in flight.'],
  ],
};

/** Chunked local attention (Llama 4) keeps its chunks apart by default. */
const CHUNKED_IN_HYBRID_MANAGER: Rule<boolean> = {
  what: 'hybrid KV-cache manager for chunked local attention',
  source: 'envs.py VLLM_ALLOW_CHUNKED_LOCAL_ATTN_WITH_HYBRID_KV_CACHE',
  timeline: [
    ['0.8.0', false],
    ['0.14.0', true, 'Chunked local attention layers keep only their chunk; before, they were stored like full attention by default.'],
  ],
};

/** Mamba layers store a state for every block of the prompt where their model can, when prefixes are cached. */
const MAMBA_ALL_MODE: Rule<boolean> = {
  what: 'mode of cached Mamba states',
  source: 'models/config.py MambaModelConfig',
  timeline: [
    ['0.8.0', true],
    ['0.28.0', false, 'Mamba layers keep aligned states when prefixes are cached; before, one for every block.'],
  ],
};

/** Blocks of hybrids with latent attention are multiples of 128. */
const LATENT_HYBRID_BLOCK_128: Rule<boolean> = {
  what: 'block of hybrids with latent attention',
  source: 'platforms/interface.py _align_hybrid_block_size',
  timeline: [
    ['0.8.0', false],
    ['0.27.0', true, 'Blocks of hybrids with latent attention became multiples of 128 tokens.'],
  ],
};

/** Recurrences that need one more state a request for a checkpoint inside a prefill. */
const CHECKPOINT_STATES: Rule<readonly string[]> = {
  what: 'states kept for checkpoints inside a prefill',
  source: 'layers/mamba/mamba_mixer2.py, layers/mamba/gdn/qwen_gdn_linear_attn.py (num_prefill_checkpoint_blocks)',
  timeline: [
    ['0.8.0', []],
    ['0.32.0', ['mamba2'], 'Mamba-2 layers keep one more state a request when prefixes are cached.'],
    [
      '0.33.0',
      ['mamba2', 'gdn'],
      'Gated-delta layers keep one more state a request when prefixes are cached, in blocks of a multiple of 64 tokens.',
    ],
  ],
};

/** Models that attend to images in both directions run in FlashInfer with blocks of 64 on data-centre Blackwell. */
const PREFIX_LM_BLACKWELL_BLOCK: Rule<boolean> = {
  what: 'block of models with two-way image attention on data-centre Blackwell',
  source: 'platforms/cuda.py _get_backend_priorities TRITON_FLASHINFER',
  timeline: [
    ['0.8.0', false],
    ['0.30.0', true, 'Gemma 3 and 4 with images use blocks of 64 tokens on data-centre Blackwell; they were 16.'],
  ],
};

/** An fp8 cache of heads of 512 needs blocks of 64 on Hopper. */
const FP8_HEAD_512_BLOCK: Rule<boolean> = {
  what: 'block of an fp8 cache with heads of 512 on Hopper',
  source: 'v1/attention/backends/flash_attn.py _get_sm90_fa4_fp8_kv_block_size',
  timeline: [
    ['0.8.0', false],
    ['0.31.0', true, 'FlashAttention 4 takes fp8 caches with heads of 512 in blocks of 64 tokens; they were 16.'],
  ],
};

/** Prefix caching of models with recurrent layers when nothing is said. */
const HYBRID_PREFIX_CACHING: Rule<boolean> = {
  what: 'prefix caching of recurrent models',
  source: 'config/model.py is_prefix_caching_supported',
  timeline: [
    ['0.8.0', false],
    ['0.26.0', true, 'Prefix caching is on by default for models with recurrent layers, which keep one more state per request.'],
  ],
};

/** Recurrent layers keep `align`ed copies of their state when prefix caching is on. */
const MAMBA_ALIGN_MODE: Rule<boolean> = {
  what: 'state copies with prefix caching',
  source: 'config/cache.py mamba_cache_mode',
  timeline: [
    ['0.8.0', false],
    ['0.15.0', true, 'With prefix caching, recurrent layers keep block-aligned copies of their state instead of one per block.'],
  ],
};

/** Rows of one fused-MoE chunk; null: not chunked. */
const MOE_CHUNK_TOKENS: Rule<number | null> = {
  what: 'chunks of fused MoE',
  source: 'envs.py VLLM_FUSED_MOE_CHUNK_SIZE',
  timeline: [
    ['0.8.0', 32_768],
    ['0.12.0', 16_384, 'Fused MoE works on chunks of 16384 tokens instead of 32768: a smaller peak for large batches.'],
    ['0.18.0', null, 'Fused MoE no longer works in chunks: the peak grows with the whole batch.'],
  ],
};

/** The MoE workspace is shared by the layers and kept between steps. */
const KEEPS_MOE_WORKSPACE: Rule<boolean> = {
  what: 'MoE workspace',
  source: 'v1/worker/workspace.py',
  timeline: [
    ['0.8.0', false],
    ['0.13.0', true, 'The MoE workspace is shared by the layers and kept between steps.'],
  ],
};

/** The native sampler sorts the logits; later a Triton kernel or FlashInfer filters them in place. */
const SAMPLER: Rule<'sort' | 'triton' | 'flashinfer'> = {
  what: 'sampler of the profile run',
  source: 'v1/sample/ops/topk_topp_sampler.py',
  timeline: [
    ['0.8.0', 'sort'],
    ['0.17.0', 'triton', 'A Triton kernel filters the logits in place instead of sorting them: a smaller sampling peak.'],
    ['0.21.0', 'flashinfer', 'FlashInfer filters the logits in place where it can.'],
  ],
};

/** Row cap of the latent-attention chunked-prefill workspace. */
const MLA_WORKSPACE_ROWS: Rule<number> = {
  what: 'workspace of latent attention',
  source: 'v1/attention/backends/mla/common.py',
  timeline: [
    ['0.8.0', 131_072],
    ['0.11.0', 65_536, 'The chunked-prefill workspace of latent attention is capped at 65536 rows instead of 131072.'],
  ],
};

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
  readonly chunkedInHybridManager: boolean;
  readonly mambaAllMode: boolean;
  readonly latentHybridBlock128: boolean;
  readonly checkpointStates: readonly string[];
  readonly prefixLmBlackwellBlock: boolean;
  readonly fp8Head512Block: boolean;
  readonly hybridPrefixCaching: boolean;
  readonly mambaAlignMode: boolean;
  readonly moeChunkTokens: number | null;
  readonly keepsMoeWorkspace: boolean;
  readonly sampler: 'sort' | 'triton' | 'flashinfer';
  readonly mlaWorkspaceRows: number;
}

export type RuleKey = Exclude<keyof EngineRules, 'version'>;

/** Every rule by its key, for comparing releases (engine/changes-between.ts). */
export const RULES: { readonly [K in RuleKey]: Rule<EngineRules[K]> } = {
  defaultUtilization: DEFAULT_UTILIZATION,
  budget: BUDGET,
  distributedBeforeSnapshot: DISTRIBUTED_BEFORE_SNAPSHOT,
  requestedRoundsUp: REQUESTED_ROUNDS_UP,
  checksFreeMemory: CHECKS_FREE_MEMORY,
  graphsInBudget: GRAPHS_IN_BUDGET,
  v2EstimatesGraphs: V2_ESTIMATES_GRAPHS,
  profilesGraphsInWindow: PROFILES_GRAPHS_IN_WINDOW,
  limitsAllocatorSplit: LIMITS_ALLOCATOR_SPLIT,
  tokensReported: TOKENS_REPORTED,
  concurrency: CONCURRENCY,
  needCheck: NEED_CHECK,
  hybridManager: HYBRID_MANAGER,
  unevenUniformGroup: UNEVEN_UNIFORM_GROUP,
  groupSizeRatio: GROUP_SIZE_RATIO,
  unifiesPages: UNIFIES_PAGES,
  windowCountsBatchesInFlight: WINDOW_COUNTS_BATCHES_IN_FLIGHT,
  overrideInCheck: OVERRIDE_IN_CHECK,
  checkLeavesNullBlock: CHECK_LEAVES_NULL_BLOCK,
  largeMemoryTier: LARGE_MEMORY_TIER,
  gb10SmallTier: GB10_SMALL_TIER,
  largeBatchTier: LARGE_BATCH_TIER,
  yarnMultiplies: YARN_MULTIPLIES,
  tokensCappedBySeqs: TOKENS_CAPPED_BY_SEQS,
  captureGrid: CAPTURE_GRID,
  captureCountsSpeculation: CAPTURE_COUNTS_SPECULATION,
  capturesTokenBudget: CAPTURES_TOKEN_BUDGET,
  capturesMaxSeqs: CAPTURES_MAX_SEQS,
  blackwellCapture1024: BLACKWELL_CAPTURE_1024,
  modelRunnerV2: MODEL_RUNNER_V2,
  raisesTokensForPrefixLm: RAISES_TOKENS_FOR_PREFIX_LM,
  autoModelLen: AUTO_MODEL_LEN,
  honoursCheckpointKvDtype: HONOURS_CHECKPOINT_KV_DTYPE,
  cudagraphMode: CUDAGRAPH_MODE,
  asyncScheduling: ASYNC_SCHEDULING,
  chunkedInHybridManager: CHUNKED_IN_HYBRID_MANAGER,
  mambaAllMode: MAMBA_ALL_MODE,
  latentHybridBlock128: LATENT_HYBRID_BLOCK_128,
  checkpointStates: CHECKPOINT_STATES,
  prefixLmBlackwellBlock: PREFIX_LM_BLACKWELL_BLOCK,
  fp8Head512Block: FP8_HEAD_512_BLOCK,
  hybridPrefixCaching: HYBRID_PREFIX_CACHING,
  mambaAlignMode: MAMBA_ALIGN_MODE,
  moeChunkTokens: MOE_CHUNK_TOKENS,
  keepsMoeWorkspace: KEEPS_MOE_WORKSPACE,
  sampler: SAMPLER,
  mlaWorkspaceRows: MLA_WORKSPACE_ROWS,
};

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
    chunkedInHybridManager: at(CHUNKED_IN_HYBRID_MANAGER, version),
    mambaAllMode: at(MAMBA_ALL_MODE, version),
    latentHybridBlock128: at(LATENT_HYBRID_BLOCK_128, version),
    checkpointStates: at(CHECKPOINT_STATES, version),
    prefixLmBlackwellBlock: at(PREFIX_LM_BLACKWELL_BLOCK, version),
    fp8Head512Block: at(FP8_HEAD_512_BLOCK, version),
    hybridPrefixCaching: at(HYBRID_PREFIX_CACHING, version),
    mambaAlignMode: at(MAMBA_ALIGN_MODE, version),
    moeChunkTokens: at(MOE_CHUNK_TOKENS, version),
    keepsMoeWorkspace: at(KEEPS_MOE_WORKSPACE, version),
    sampler: at(SAMPLER, version),
    mlaWorkspaceRows: at(MLA_WORKSPACE_ROWS, version),
  };
}
