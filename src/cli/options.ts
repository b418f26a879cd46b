import { Command } from '@commander-js/extra-typings';
import { decimalNumber, lengthOrAuto, oneOf, sizeNumber, wholeNumber } from './parse-values.ts';

export { Command };

/**
 * Options that `plan`, `generate` and `check` share: where the model comes from, the GPUs, the load, the policy.
 * Shapes only: commander must find nothing to load here. Defaults are applied later, since a profile lies between.
 */
export function withSharedOptions(command: Command) {
  return command
    .optionsGroup('Model:')
    .option('-q, --quantization <scheme>', 'how the weights are stored: none, awq, gptq, int8, fp8, nvfp4, …')
    .option('--params-b <billions>', 'parameter count, where the model is not known', decimalNumber('--params-b', { above: 0 }))
    .option('--offline', 'never ask the Hub')
    .option('--refresh', 'always ask the Hub')
    .option('--catalog <folder>', 'folder with model and GPU files of your own')
    .optionsGroup('Hardware:')
    .option('--gpu <name>', 'GPU name as people write it, or auto (default: auto)')
    .option('--gpus <count>', 'GPUs over all nodes (default: what the layout needs)', wholeNumber('--gpus'))
    .option('--nodes <count>', 'hosts that share the GPUs (default: 1)', wholeNumber('--nodes'))
    .option('--vram-gb <gib>', 'memory of one GPU, in GiB', decimalNumber('--vram-gb', { above: 0 }))
    .option('--gpu-total-gib <gib>', 'total that the driver reports for one GPU', decimalNumber('--gpu-total-gib', { above: 0 }))
    .option('--interconnect <kind>', 'pcie, nvlink or unknown', oneOf('--interconnect', ['pcie', 'nvlink', 'unknown']))
    .optionsGroup('Engine:')
    .option('--vllm-version <version>', 'release to plan for (default: the newest that is held)')
    .option('--assume-kv-cache-bytes <bytes>', 'take the KV cache memory as given, from a log', sizeNumber('--assume-kv-cache-bytes'))
    .optionsGroup('Load:')
    .option('--prompt-tokens <tokens>', 'prompt length (default: 512)', sizeNumber('--prompt-tokens'))
    .option('--gen-tokens <tokens>', 'output length (default: 256)', sizeNumber('--gen-tokens'))
    .option('-c, --concurrency <requests>', 'requests in flight (default: 1)', wholeNumber('--concurrency'))
    .option('--request-rate <per-second>', 'open load: requests that arrive each second', decimalNumber('--request-rate', { above: 0 }))
    .option(
      '--burstiness <x>',
      'arrivals of --request-rate: 1 random, below 1 in bursts (default: 1)',
      decimalNumber('--burstiness', { above: 0 }),
    )
    .option('--trace <file>', 'recorded load, CSV: timestamp, prompt and output tokens')
    .option('--num-prompts <count>', 'prompts of the benchmark (default: 10 x concurrency)', wholeNumber('--num-prompts'))
    .option('--random-range-ratio <x>', 'lengths spread over [1-x, 1+x]', decimalNumber('--random-range-ratio', { min: 0, below: 1 }))
    .option('--prefix-hit-rate <share>', 'prompt tokens found in the cache', decimalNumber('--prefix-hit-rate', { min: 0, max: 1 }))
    .option('--acceptance-length <tokens>', 'mean tokens per speculative step', decimalNumber('--acceptance-length', { min: 1 }))
    .optionsGroup('Targets and policy:')
    .option('--ttft-ms <ms>', 'time to first token to stay under', decimalNumber('--ttft-ms', { above: 0 }))
    .option('--tpot-ms <ms>', 'time per output token to stay under', decimalNumber('--tpot-ms', { above: 0 }))
    .option('--headroom-gb <gib>', 'memory to keep free (default: 1.0)', decimalNumber('--headroom-gb', { min: 0 }))
    .option('--overhead-gb <gib>', 'rough overhead that replaces the exact one', decimalNumber('--overhead-gb', { min: 0 }))
    .option('--fragmentation-factor <x>', 'widens the KV need, 1 to 2', decimalNumber('--fragmentation-factor', { min: 1, max: 2 }))
    .optionsGroup('Output:')
    .option('--json', 'print one JSON document on stdout')
    .option('--explain', 'say why each setting was chosen');
}

type Shared = ReturnType<typeof withSharedOptions>;

/** What `plan` and `generate` add: the model, and settings that the user pins. `check` takes those from its command. */
export function withPlanOptions(command: Shared) {
  return command
    .optionsGroup('Model:')
    .option('-m, --model <id>', 'the same as the argument')
    .option('--revision <name>', 'branch, tag or commit')
    .option('--trust-remote-code', 'let the model bring its own code')
    .option('--dtype <type>', 'auto, fp16, bf16, fp32, or as vLLM names it')
    .option('--kv-cache-dtype <type>', 'auto, fp16, bf16, fp8_e4m3fn, fp8_e5m2, or as vLLM names it')
    .option('--max-model-len <tokens>', 'longest prompt plus output, or auto', lengthOrAuto('--max-model-len'))
    .optionsGroup('Layout:')
    .option('--tp, --tensor-parallel-size <gpus>', 'GPUs that share each layer', wholeNumber('--tensor-parallel-size'))
    .option('--pp, --pipeline-parallel-size <stages>', 'stages of layers', wholeNumber('--pipeline-parallel-size'))
    .option('--dp, --data-parallel-size <copies>', 'copies of the engine', wholeNumber('--data-parallel-size'))
    .option('--ep, --enable-expert-parallel', 'spread experts over the GPUs')
    .optionsGroup('Engine:')
    .option(
      '--gpu-memory-utilization <share>',
      "share of the GPU's memory to use",
      decimalNumber('--gpu-memory-utilization', { above: 0, max: 1 }),
    )
    .option('--max-num-seqs <requests>', 'requests in one batch', sizeNumber('--max-num-seqs'))
    .option('--max-num-batched-tokens <tokens>', 'tokens in one step', sizeNumber('--max-num-batched-tokens'))
    .option('--block-size <tokens>', 'tokens in one KV block', wholeNumber('--block-size'))
    .option('--enforce-eager', 'no CUDA graphs')
    .option('--cpu-offload-gb <gib>', 'weights kept in host memory, per GPU', decimalNumber('--cpu-offload-gb', { min: 0 }))
    .option('--kv-cache-memory-bytes <bytes>', 'size of the KV cache per GPU', sizeNumber('--kv-cache-memory-bytes'))
    .option('--enable-prefix-caching', 'reuse the cache of equal prompt starts')
    .option('--no-enable-prefix-caching', 'never reuse it')
    .option('--speculative-config <json>', 'speculative decoding, as vLLM takes it')
    .option('--max-loras <count>', 'LoRA adapters in one batch', wholeNumber('--max-loras'))
    .option('--max-lora-rank <rank>', 'largest LoRA rank', wholeNumber('--max-lora-rank'))
    .option('--limit-mm-per-prompt <json>', 'images, videos and audio per prompt')
    .optionsGroup('Load:')
    .option('--batching-mode <mode>', 'throughput, latency or balanced', oneOf('--batching-mode', ['throughput', 'latency', 'balanced']))
    .optionsGroup('Profile:')
    .option('-p, --profile <file>', 'YAML file with these settings; options beat it')
    .option('--env <name>', 'overrides of the profile to apply');
}

export type SharedOptions = ReturnType<Shared['opts']>;
export type PlanOptions = ReturnType<ReturnType<typeof withPlanOptions>['opts']>;
