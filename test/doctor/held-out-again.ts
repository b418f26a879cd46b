import { held, type LogCase } from './cases.ts';

const vllm = (issue: number): string => `https://github.com/vllm-project/vllm/issues/${issue}`;

/** Collected after the patterns had been revised once: what they say to logs that nobody looked at before. */
export const AFTER_REVISION: readonly LogCase[] = [
  held('cutlass-internal-gb10', vllm(40934), 'gpu-fault'),
  held('ptx-toolchain-rtx6000', 'https://staging-wms-erp.tvc.mx/blog/vllm-qwen3-vl-crash-rtx', 'driver-too-old'),
  held('oom-unknown-step', 'https://fixdevs.com/blog/vllm-not-working/', 'out-of-memory', {
    readings: { totalGib: 23.65, triedToAllocateGib: 2 },
  }),
  held('weight-scale-missing', 'https://github.com/vllm-project/llm-compressor/issues/959', 'weights-mismatch'),
  held('lm-head-input-scale', vllm(45102), 'weights-mismatch', {
    readings: { version: '0.22.0', gpuName: 'NVIDIA RTX PRO 6000 Blackwell Server Edition' },
  }),
  held('fp8-e5m2-scales', 'https://github.com/1CatAI/1Cat-vLLM/issues/489', 'attention-unsupported'),
  held('bnb-nemo-weight', 'https://github.com/unslothai/unsloth/issues/1208', 'weights-mismatch'),
  held('ray-tp2-one-gpu', 'https://github.com/gpustack/gpustack/issues/4280', 'tp-exceeds-gpus'),
  held('no-module-vllm', 'https://github.com/gpustack/gpustack/issues/2415', 'program-missing'),
  held('inductor-int', vllm(11450), 'torch-compile', {
    readings: { totalGib: 31.98, weightsGib: 18.14, peakActivationGib: 1.43, nonTorchGib: 0.29, availableKvGib: 8.93, blocks: 2285 },
  }),
  held('hip-invalid-argument', vllm(5994), 'gpu-fault'),
  held('hip-memgetinfo', vllm(3122), 'gpu-fault'),
  held('pooler-missing', 'https://github.com/QwenLM/Qwen3-Embedding/issues/24', 'runner-mismatch'),
  held('dbo-warnings-only', vllm(29670), 'unknown', { readings: { version: '0.11.2', architecture: 'DeepseekV2ForCausalLM' } }),
  held('gguf-retry-lines-only', vllm(23321), 'unknown', { readings: { version: '0.10.0', maxModelLen: 4500 } }),
  held('profiling-lines-only', 'https://github.com/gpustack/runner/pull/251', 'unknown', {
    readings: { availableKvGib: 6.87, graphEstimateGib: 0.36 },
  }),
  held('mm-embeddings-count', 'https://github.com/baidu/vLLM-Kunlun/issues/89', 'model-code', { readings: { weightsGib: 62.1355 } }),
  held('tcpstore-port', vllm(39015), 'port-in-use'),
  held('orin-nano-cut', 'https://github.com/dusty-nv/jetson-containers/issues/1568', 'engine-core-failed', {
    readings: { weightsGib: 2.5521 },
  }),
];

/** Collected after the second revision. */
export const AFTER_SECOND_REVISION: readonly LogCase[] = [
  held('engine-process-phi4-gguf', vllm(11994), 'engine-core-failed'),
  held('compile-cut', vllm(18730), 'engine-core-failed', { readings: { weightsGib: 18.145 } }),
  held('config-format-mistral', vllm(13451), 'model-config-missing', { or: ['hub-unreachable', 'model-gated'] }),
  held('voxtral-inspect', vllm(22054), 'architecture-unsupported', { or: ['no-gpu'] }),
  held('unpack-22-21', vllm(15453), 'unclassified-error'),
  held('cpu-image-mac', vllm(11266), 'no-gpu'),
  held('pinned-memory-os-call', vllm(43473), 'gpu-fault'),
  held('engine-dead-all-reduce', vllm(20170), 'peer-access'),
  held('launch-failure-235b', vllm(27430), 'gpu-fault', { readings: { version: '0.11.0' } }),
  held('max-len-gemma3-awq', vllm(16199), 'max-model-len-exceeds-kv', {
    version: '0.8.3',
    gpu: 'a10g',
    readings: { maxModelLen: 4096, tokens: 3584, weightsGib: 17.611 },
  }),
  held('oom-graphs-gemma3-awq', vllm(16199), 'oom-graphs', { version: '0.8.3', readings: { totalGib: 21.99, utilization: 0.98 } }),
  held('awq-turing-2023', vllm(1282), 'quantization-capability', { readings: { quantization: 'awq', maxModelLen: 4096 } }),
];

/** Collected after the third revision, with searches for kinds of errors, so that most excerpts hold the error's own line. */
export const AFTER_THIRD_REVISION: readonly LogCase[] = [
  held('key-gptq-gate-gidx', vllm(25029), 'weights-mismatch'),
  held('config-json-empty', 'https://github.com/OpenSQZ/MiniCPM-V-CookBook/issues/51', 'model-config-missing'),
  held('rope-type-missing', 'https://github.com/runpod-workers/worker-vllm/issues/257', 'configuration-refused', {
    or: ['package-version'],
  }),
  held('sampler-2080ti-013', vllm(19445), 'oom-sampler', { readings: { totalGib: 10.57 } }),
  held('max-len-qwen25vl-v0', 'https://github.com/gpustack/gpustack/issues/1800', 'max-model-len-exceeds-kv', {
    readings: { maxModelLen: 8192, tokens: 2400 },
  }),
  held('connector-subclass', 'https://github.com/vllm-project/production-stack/issues/582', 'unclassified-error'),
  held('tiktoken-conversion', vllm(11010), 'tokenizer'),
  held('bnb-down-proj', vllm(11010), 'weights-mismatch'),
  held('key-gpt-oss-bias', vllm(41071), 'weights-mismatch'),
  held('worker-died-15', vllm(6145), 'terminated', { or: ['worker-died'] }),
  held('no-kernel-5090-docker', vllm(18995), 'no-kernel-image'),
  held('worker-init-aarch64', vllm(44411), 'engine-core-failed'),
];

/** Collected after the messages in the sources had been gone through, as the set before. */
export const AFTER_SOURCES: readonly LogCase[] = [
  held('kernel-group-64', 'https://github.com/vllm-project/llm-compressor/issues/1489', 'quantized-shard-not-aligned'),
  held('kernel-group-16', 'https://github.com/vllm-project/llm-compressor/issues/2082', 'feature-combination', {
    or: ['quantization-capability'],
  }),
  held('kernel-group-features', 'https://github.com/vllm-project/vllm-omni/issues/3714', 'quantized-shard-not-aligned'),
  held('marlin-flag-gptq', vllm(3331), 'quantization-mismatch'),
  held('nccl-mistral-large', vllm(7801), 'nccl-error'),
  held('cache-root-denied', 'https://github.com/tenstorrent/tt-inference-server/issues/37', 'cache-not-writable'),
  held('cache-not-found', 'https://github.com/HabanaAI/vllm-fork/issues/1474', 'cache-not-writable'),
  held('eagle-embed-tokens', 'https://github.com/vllm-project/vllm/pull/12304', 'weights-mismatch'),
  held('llama4-dict-model-type', vllm(29368), 'package-version'),
  held('nccl-053-unhandled', vllm(6732), 'nccl-error'),
];
