import { type Cause, change, gibText, outside } from '../cause.ts';
import { pattern } from '../pattern.ts';

/** torch's words, on NVIDIA and on AMD. */
const OUT_OF_MEMORY: readonly RegExp[] = [
  /(?:CUDA|HIP|XPU) out of memory\.\s+Tried to allocate/i,
  /torch\.(?:cuda\.)?OutOfMemoryError/,
  /CUDA error: out of memory/i,
  /CUDA_ERROR_OUT_OF_MEMORY|hipErrorOutOfMemory/,
];

/** Reasons that are about the memory of the GPU (vllm-memory §1.4, §2.8). */
export const MEMORY_CAUSES: readonly Cause[] = [
  {
    id: 'free-memory-below-requested',
    title: 'Less memory is free than the engine asks for',
    patterns: [
      /on startup is less than the engine's budget after excluding/i,
      /Externally held weights on device[^\n]{0,80}exceed/i,
      pattern('Free memory on device{*}({free:num}/{total:num} GiB) on startup is less than desired GPU memory utilization'),
    ],
    rank: 'cause',
    explain: ({ readings: { freeGib, totalGib, requestedGib, utilization } }) =>
      `Only ${gibText(freeGib)} of ${gibText(totalGib)} are free on the GPU, and --gpu-memory-utilization ${utilization ?? '(default)'} asks for ${gibText(requestedGib)}: other processes hold the rest.`,
    remedies: [
      change('utilizationThatIsFree'),
      outside('Stop the other processes on that GPU; nvidia-smi lists them.', 'their memory becomes free'),
    ],
    since: '0.9.1',
    source: 'vLLM v1/worker/utils.py request_memory',
  },
  {
    id: 'memory-rose-while-profiling',
    title: 'Another process gave memory back while the engine measured its own',
    patterns: [
      pattern('Error in memory profiling. Initial free memory {free:num} GiB, current free memory {now:num} GiB'),
      /Error in memory profiling/i,
    ],
    rank: 'cause',
    explain: ({ facts }) =>
      `Free memory grew${facts.free && facts.now ? ` from ${facts.free} to ${facts.now} GiB` : ''} during the profiling run, so another process on that GPU ended or shrank meanwhile, and the measurement is worthless.`,
    remedies: [
      outside('Start again once nothing else starts or stops on that GPU: one engine after the other.', 'the measurement is right'),
      change('cacheBytesAsPredicted'),
    ],
    since: '0.8.0',
    source: 'vLLM v1/worker/gpu_worker.py determine_available_memory',
  },
  {
    id: 'no-cache-memory',
    title: 'Nothing is left for the KV cache',
    patterns: [pattern('No available memory for the cache blocks')],
    rank: 'cause',
    explain: ({ readings: { availableKvGib, weightsGib } }) =>
      `Weights${weightsGib === null ? '' : ` (${weightsGib} GiB)`}, activations and graphs fill the whole budget${availableKvGib === null ? '' : ` (${availableKvGib} GiB are left)`}, so not one block of KV cache fits.`,
    remedies: [change('higherUtilization', 'smallerBatch', 'fewerSequences', 'eager', 'smallerWeights', 'moreGpus')],
    source: 'vLLM v1/core/kv_cache_utils.py check_enough_kv_cache_memory',
  },
  {
    id: 'max-model-len-exceeds-kv',
    title: 'The KV cache cannot hold one request of the full context length',
    patterns: [
      pattern("To serve at least one request with the model's max seq len ({max:int})"),
      pattern("To serve at least one request with the models's max seq len ({max:int})"),
      pattern('max seq len ({max:int}) is larger than the maximum number of tokens that can be stored in KV cache'),
    ],
    rank: 'cause',
    explain: ({ readings: { neededKvGib, availableKvGib, tokens, maxModelLen }, facts }) =>
      neededKvGib === null
        ? `One request of ${facts.max ?? maxModelLen ?? 'the maximum'} tokens needs more KV cache than there is${tokens === null ? '' : ` (${tokens} tokens)`}.`
        : `One request of ${facts.max ?? maxModelLen} tokens needs ${neededKvGib} GiB of KV cache, and ${gibText(availableKvGib)} are left for it.`,
    remedies: [change('contextThatFits', 'higherUtilization', 'fp8Cache', 'smallerBatch', 'fewerSequences', 'moreGpus')],
    source: 'vLLM v1/core/kv_cache_utils.py check_enough_kv_cache_memory; V0: worker/worker.py raise_if_cache_size_invalid',
  },
  {
    id: 'oom-sampler',
    title: 'Memory ran out while the sampler was warmed up',
    patterns: [
      pattern('CUDA out of memory occurred when warming up pooler with {seqs:int} dummy requests'),
      pattern('CUDA out of memory occurred when warming up sampler with {seqs:int} dummy requests'),
    ],
    rank: 'cause',
    explain: ({ facts }) =>
      `The sampler is tried with ${facts.seqs ?? 'max_num_seqs'} requests at once after the KV cache has taken the whole budget, and its logits no longer fit.`,
    remedies: [change('fewerSequences', 'lowerUtilization', 'moreGpus')],
    source: 'vLLM v1/worker/gpu_model_runner.py _dummy_sampler_run',
  },
  {
    id: 'oom-sampler',
    title: 'Memory ran out while the sampler was warmed up',
    patterns: OUT_OF_MEMORY,
    stage: 'sampler',
    rank: 'cause',
    explain: ({ readings }) => `An allocation of ${gibText(readings.triedToAllocateGib)} for the logits of max_num_seqs requests failed.`,
    remedies: [change('fewerSequences', 'lowerUtilization', 'moreGpus')],
    source: 'vLLM v1/worker/gpu_model_runner.py _dummy_sampler_run',
  },
  {
    id: 'oom-weights',
    title: 'The weights do not fit',
    patterns: OUT_OF_MEMORY,
    stage: 'weights',
    rank: 'cause',
    explain: ({ readings: { totalGib } }) =>
      `The GPU${totalGib === null ? '' : ` with ${totalGib} GiB`} was full before all weights of its rank were loaded.`,
    remedies: [change('smallerWeights', 'moreGpus', 'offload')],
    source: 'torch OutOfMemoryError under vLLM v1/worker/gpu_worker.py load_model',
  },
  {
    id: 'oom-profiling',
    title: 'Memory ran out in the profiling run',
    patterns: OUT_OF_MEMORY,
    stage: 'profiling',
    rank: 'cause',
    explain: ({ readings: { weightsGib, triedToAllocateGib } }) =>
      `After the weights${weightsGib === null ? '' : ` (${weightsGib} GiB)`} a forward pass of max_num_batched_tokens no longer fits: ${gibText(triedToAllocateGib)} could not be allocated.`,
    remedies: [change('smallerBatch', 'fewerSequences', 'textOnly', 'smallerWeights', 'moreGpus')],
    source: 'vLLM v1/worker/gpu_model_runner.py profile_run',
  },
  {
    id: 'oom-kv-cache',
    title: 'Memory ran out while the KV cache was allocated',
    patterns: OUT_OF_MEMORY,
    stage: 'cache',
    rank: 'cause',
    explain: () =>
      'The budget of the engine and what is held outside it (context, communicators, other processes) are together larger than the GPU.',
    remedies: [change('lowerUtilization', 'moreGpus')],
    source: 'vLLM v1/worker/gpu_model_runner.py initialize_kv_cache',
  },
  {
    id: 'oom-graphs',
    title: 'Memory ran out while CUDA graphs were captured',
    patterns: [...OUT_OF_MEMORY, pattern('CUDA out of memory occurred when capturing')],
    stage: 'graphs',
    rank: 'cause',
    explain: ({ readings: { utilization } }) =>
      `The KV cache has taken the whole budget${utilization === null ? '' : ` (utilization ${utilization})`}, and the graphs, which are captured after it, do not fit beside it.`,
    remedies: [change('lowerUtilization', 'fewerGraphs', 'eager', 'moreGpus')],
    source: 'vLLM v1/worker/gpu_model_runner.py capture_model',
  },
  {
    id: 'oom-runtime',
    title: 'Memory ran out while requests were served',
    patterns: OUT_OF_MEMORY,
    stage: 'runtime',
    rank: 'cause',
    explain: ({ readings: { triedToAllocateGib } }) =>
      `The engine was up; a request then needed ${gibText(triedToAllocateGib)} that lies outside the budget (logprobs, an image, a workspace).`,
    remedies: [change('lowerUtilization', 'smallerBatch', 'fewerSequences')],
    source: 'torch OutOfMemoryError under vLLM v1/worker/gpu_model_runner.py execute_model',
  },
  {
    id: 'out-of-memory',
    title: 'The GPU ran out of memory',
    patterns: OUT_OF_MEMORY,
    rank: 'general',
    explain: ({ readings: { totalGib, triedToAllocateGib } }) =>
      `An allocation of ${gibText(triedToAllocateGib)} failed on a GPU with ${gibText(totalGib)}; the log does not show at which step.`,
    remedies: [change('lowerUtilization', 'smallerBatch', 'fewerSequences', 'smallerWeights', 'moreGpus')],
    source: 'torch OutOfMemoryError',
  },
  {
    id: 'state-cache-blocks',
    title: 'There are fewer state blocks than sequences',
    patterns: [/max_num_seqs \((?<seqs>\d+)\) exceeds (?:the )?(?:number of )?available Mamba cache blocks \((?<blocks>\d+)\)/i],
    rank: 'cause',
    explain: ({ facts }) =>
      `Every sequence of a model with recurrent layers needs a state of its own; ${facts.seqs} are allowed and ${facts.blocks} fit.`,
    remedies: [change('fewerSequences', 'higherUtilization')],
    source: 'vLLM v1/worker/gpu_model_runner.py',
  },
  {
    id: 'kv-pages',
    title: 'The layers of the model cannot share one KV cache',
    patterns: [
      /page size of the layer is not divisible/i,
      /Cannot unify by adjusting block_size/i,
      /failed to convert the KV cache specs to one unified type/i,
      /unify_kv_cache_spec\w*[\s\S]{0,400}(?:NotImplementedError|AssertionError)/,
    ],
    rank: 'cause',
    explain: () => 'Its layers keep pages of sizes that this release cannot bring to one size.',
    remedies: [change('defaultKvDtype', 'defaultBlockSize', 'noSpeculation', 'newerRelease')],
    source: 'vLLM v1/core/kv_cache_utils.py unify_kv_cache_spec_page_size',
  },
  {
    id: 'encoder-budget',
    title: 'One image or video does not fit into a batch',
    patterns: [
      pattern('Chunked MM input disabled but max_tokens_per_mm_item ({item:int}) is larger than max_num_batched_tokens ({tokens:int})'),
      pattern('exceeds the pre-allocated encoder cache size'),
    ],
    rank: 'cause',
    explain: ({ facts }) =>
      `One item of ${facts.item ?? 'the largest size'} tokens is larger than a batch${facts.tokens ? ` of ${facts.tokens}` : ''}, and it may not be split.`,
    remedies: [change('tokensForItem', 'textOnly')],
    source: 'vLLM v1/core/encoder_cache_manager.py',
  },
];
