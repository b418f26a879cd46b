import { type Cause, change, outside } from '../cause.ts';
import { pattern } from '../pattern.ts';

/** Settings that do not go together, or do not go with the model (vllm-memory §9). */
export const CONFIGURATION_CAUSES: readonly Cause[] = [
  {
    id: 'heads-not-divisible',
    title: 'The tensor parallel size does not divide the attention heads',
    patterns: [
      /heads \((?<heads>\d+)\) must be divisible by tp_size \((?<tp>\d+)\)/i,
      pattern('Total number of attention heads ({heads:int}) must be divisible by tensor parallel size ({tp:int})'),
      /num_heads % tp_size == 0|total_num_heads % (?:self\.)?tp_size == 0/,
    ],
    rank: 'cause',
    explain: ({ facts }) => `${facts.heads ?? 'The'} attention heads cannot be shared evenly by ${facts.tp ?? 'that many'} GPUs.`,
    remedies: [change('tensorSizeThatDivides')],
    source: 'vLLM config/model.py verify_with_parallel_config',
  },
  {
    id: 'kv-heads-not-divisible',
    title: 'The tensor parallel size does not fit the KV heads',
    patterns: [
      /total_num_kv_heads % (?:self\.)?tp_size == 0|tp_size % (?:self\.)?total_num_kv_heads == 0/,
      pattern('Total number of KV heads{*}must be divisible by'),
    ],
    rank: 'cause',
    explain: () => 'The KV heads can neither be shared evenly by the GPUs nor copied evenly to them.',
    remedies: [change('tensorSizeThatDivides')],
    source: 'vLLM model_executor/layers/linear.py QKVParallelLinear',
  },
  {
    id: 'not-divisible',
    title: 'A size of the model cannot be shared evenly by the GPUs',
    patterns: [
      /(?:Error|error,):? [^\n]{0,120}(?:must (?:be (?:evenly )?divisible by|evenly divide|be a multiple of)|not divisible by)[^\n]{0,80}(?:tp_size|tp size|tensor|world)/i,
      pattern('{a:int} is not divisible by {b:int}'),
      pattern('must be divisible by tensor_parallel_size'),
      pattern('must be divisible by tensor parallel size'),
      pattern('must be divisible by ep_size={b:int}'),
      /vocab\w* size .{0,60}divisible by/i,
    ],
    rank: 'general',
    explain: ({ facts }) =>
      facts.a
        ? `${facts.a} (a width, a vocabulary or a number of experts) is not a multiple of ${facts.b} GPUs.`
        : 'A width, the vocabulary or the number of experts is not a multiple of the number of GPUs.',
    remedies: [change('tensorSizeThatDivides')],
    source: 'vLLM distributed/utils.py ensure_divisibility',
  },
  {
    id: 'quantized-shard-not-aligned',
    title: 'The share of a quantized weight is no multiple of its block or group',
    patterns: [
      /Group size \((?<step>\d+)\) does not evenly divide the number of input features \((?<size>\d+)\)/i,
      pattern('{side:word} = {size:int} is not divisible by weight quantization {block:word} = {step:int}'),
      pattern('is not divisible by weight quantization'),
      pattern('is not aligned with the quantized weight shape'),
      pattern('is not divisible by min_thread_'),
      pattern('{side:word} = {size:int} is not divisible by group_size = {step:int}'),
      pattern('is not divisible by group_size'),
      pattern('Consider reducing tensor_parallel_size or running with --quantization gptq'),
    ],
    rank: 'cause',
    explain: ({ facts }) =>
      facts.size
        ? `Each GPU would get ${facts.size} rows or columns of a weight that is quantized in blocks of ${facts.step}, so the tensor parallel size is too large for this checkpoint.`
        : 'The tensor parallel size cuts a weight inside one of its quantization blocks.',
    remedies: [change('smallerTensorSize', 'expertParallel')],
    source: 'vLLM model_executor/layers/quantization/utils/fp8_utils.py validate_fp8_block_shape, awq.py, gptq.py, utils/marlin_utils.py',
  },
  {
    id: 'max-model-len-above-derived',
    title: 'The context length is longer than the model allows',
    patterns: [
      pattern('User-specified max_model_len ({asked:int}) is greater than the derived max_model_len ({*}={limit:int}'),
      pattern('User-specified max_model_len ({asked:int}) is greater than'),
      /To allow overriding this maximum, set the env var VLLM_ALLOW_LONG_MAX_MODEL_LEN/i,
    ],
    rank: 'cause',
    explain: ({ facts }) =>
      `--max-model-len ${facts.asked ?? 'as given'} is longer than the ${facts.limit ?? 'length'} that config.json allows.`,
    remedies: [change('derivedLength')],
    source: 'vLLM config/model.py _get_and_verify_max_len',
  },
  {
    id: 'batch-below-context',
    title: 'A batch is smaller than the context length while chunked prefill is off',
    patterns: [pattern('max_num_batched_tokens ({tokens:int}) is smaller than max_model_len ({length:int})')],
    rank: 'cause',
    explain: ({ facts }) =>
      `Without chunked prefill a prompt of ${facts.length} tokens must fit into one batch, and a batch holds ${facts.tokens}.`,
    remedies: [change('chunkedPrefill', 'tokensOfContext')],
    source: 'vLLM config/scheduler.py verify_max_model_len',
  },
  {
    id: 'batch-below-sequences',
    title: 'A batch is smaller than the number of sequences',
    patterns: [pattern('max_num_batched_tokens ({tokens:int}) must be greater than or equal to max_num_seqs ({seqs:int})')],
    rank: 'cause',
    explain: ({ facts }) => `Every one of ${facts.seqs} sequences needs a token in a batch of ${facts.tokens}.`,
    remedies: [change('sequencesOfBatch')],
    source: 'vLLM config/scheduler.py',
  },
  {
    id: 'expert-parallel-dense',
    title: 'Expert parallelism on a model without experts',
    patterns: [pattern('Number of experts in the model must be greater than 0 when expert parallelism is enabled')],
    rank: 'cause',
    explain: () => 'The model is dense: there are no experts to spread over the GPUs.',
    remedies: [change('noExpertParallel')],
    source: 'vLLM config/model.py verify_with_parallel_config',
  },
  {
    id: 'pipeline-unsupported',
    title: 'The model cannot be split into pipeline stages',
    patterns: [pattern('Pipeline parallelism is not supported for this model')],
    rank: 'cause',
    explain: () => 'This architecture has no pipeline stages in vLLM.',
    remedies: [change('noPipeline')],
    source: 'vLLM config/model.py verify_with_parallel_config',
  },
  {
    id: 'lora-rank',
    title: 'An adapter has a higher rank than the engine was told',
    patterns: [
      /max_lora_rank \(\d+\) must be one of/i,
      pattern('LoRA rank {rank:int} is greater than max_lora_rank {most:int}'),
      pattern('is greater than max_lora_rank'),
    ],
    rank: 'cause',
    explain: ({ facts }) => `The adapter has rank ${facts.rank ?? 'unknown'}, and --max-lora-rank is ${facts.most ?? 'lower'}.`,
    remedies: [change('loraRank')],
    source: 'vLLM lora/peft_helper.py validate_legal',
  },
  {
    id: 'speculation-batch',
    title: 'Speculative tokens leave no room in a batch',
    patterns: [pattern('max_num_scheduled_tokens is set to {tokens:num}'), pattern('which does not allow any tokens to be scheduled')],
    rank: 'cause',
    explain: ({ facts }) =>
      `max_num_batched_tokens minus the speculative tokens of max_num_seqs requests is ${facts.tokens ?? 'negative'}.`,
    remedies: [change('tokensForSpeculation', 'fewerSequences', 'noSpeculation')],
    source: 'vLLM config/vllm.py _set_max_num_scheduled_tokens',
  },
  {
    id: 'speculation-config',
    title: 'The speculative configuration is refused',
    patterns: [
      /A speculative model was provided, but/i,
      /(?:Error|error,):? [^\n]{0,120}(?:speculative_config|speculative-config|num_speculative_tokens|speculators?[ -](?:config|format)|draft model (?:config|must))/,
      /Invalid method \S+\s+Supported methods are eagle/i,
      /prompt_lookup_m(?:ax|in) must be/i,
      /draft[_ ](?:model|tensor_parallel_size)[^\n]{0,80}(?:must be|cannot|not support|does not match)/i,
      /validation errors? for SpeculativeConfig/i,
      pattern('num_speculative_tokens must be provided'),
      /speculative[ _](?:method|model|config|decoding)[^\n]{0,80}(?:not supported|is not valid|unsupported|must be|cannot)/i,
      /Unsupported speculative method/i,
      /num_speculative_tokens[:=( ]?[^\n]{0,40}must be (?:divisible|greater|less|positive)/i,
    ],
    rank: 'cause',
    explain: () => 'The draft model, its method or its number of tokens does not go with this model and release.',
    remedies: [change('noSpeculation')],
    source: 'vLLM config/speculative.py',
  },
  {
    id: 'prefix-caching-hybrid',
    title: 'Prefix caching does not go with the state-space layers of this model',
    patterns: [
      pattern('Hybrid KV cache{*}prefix caching'),
      /(?:mamba|hybrid|linear attention)[^\n]{0,80}prefix[ -_]?caching[^\n]{0,60}(?:not (?:yet )?support|unsupported|only)/i,
      /prefix[ -_]?caching[^\n]{0,80}(?:not (?:yet )?support|unsupported)[^\n]{0,60}(?:mamba|hybrid|state)/i,
      pattern('mamba_block_size can only be set with --enable-prefix-caching'),
    ],
    rank: 'general',
    explain: () => 'Models with recurrent layers keep states instead of pages, which this release caches only in some modes.',
    remedies: [change('noPrefixCaching')],
    source: 'vLLM config/cache.py, model_executor/models/config.py',
  },
  {
    id: 'quantization-mismatch',
    title: 'The quantization flag contradicts the checkpoint',
    patterns: [
      pattern('Quantization method specified in the model config ({is:word}) does not match the quantization method specified in the'),
      pattern('Cannot find the config file for {asked:word}'),
    ],
    rank: 'cause',
    explain: ({ facts }) =>
      facts.is
        ? `The checkpoint is stored as ${facts.is}, and --quantization says something else.`
        : `--quantization ${facts.asked} needs a checkpoint that is stored so, and this one is not.`,
    remedies: [change('noQuantizationFlag')],
    source: 'vLLM config/model.py _verify_quantization, model_executor/model_loader/weight_utils.py',
  },
  {
    id: 'quantization-removed',
    title: 'The quantization method is gone from this release',
    patterns: [
      pattern('Unknown quantization method: {asked:word}'),
      /(?:gguf|bitsandbytes)[^\n]{0,120}(?:moved to (?:a|an out-of-tree) plugin|plugin is not installed|pip install vllm-(?:gguf|bitsandbytes))/i,
      /quantization[^\n]{0,40}(?:is deprecated|has been removed)[^\n]{0,80}/i,
    ],
    rank: 'cause',
    explain: ({ facts }) => `This release has no built-in kernels for ${facts.asked ?? 'that format'}.`,
    remedies: [
      outside(
        'Install the plugin of that format, or serve a checkpoint in another one (compressed-tensors, AWQ, FP8).',
        'the weights can be read',
      ),
    ],
    source: 'vLLM model_executor/layers/quantization/__init__.py; GGUF left the package on 2026-06-12, bitsandbytes in 0.28',
  },
  {
    id: 'utilization-range',
    title: 'The utilization is out of range',
    patterns: [
      pattern('GPU memory utilization must be less than 1.0'),
      /gpu_memory_utilization[^\n]{0,60}(?:less than or equal to 1|greater than 0)/i,
    ],
    rank: 'cause',
    explain: () => '--gpu-memory-utilization is a share between 0 and 1.',
    remedies: [change('defaultUtilization')],
    source: 'vLLM config/cache.py',
  },
  {
    id: 'block-size',
    title: 'No attention backend supports the block size',
    patterns: [/block[_ ]size[^\n]{0,60}(?:not supported|is not valid|must be|unsupported)/i, pattern('No common block size for')],
    rank: 'general',
    explain: () => 'The attention kernels of this model work on blocks of other sizes.',
    remedies: [change('defaultBlockSize')],
    source: 'vLLM v1/worker/utils.py, platforms/cuda.py',
  },
];
