import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { nameKey } from './model-names.ts';
import { readStorageSuffix } from './storage-suffix.ts';

describe('readStorageSuffix', () => {
  test.each([
    { why: 'AutoAWQ', name: 'Qwen3-32B-AWQ', stem: 'qwen3-32b', scheme: 'awq' },
    { why: 'AWQ with its bits', name: 'Meta-Llama-3.1-8B-Instruct-AWQ-INT4', stem: 'meta-llama-3.1-8b-instruct', scheme: 'awq' },
    { why: 'bits in front', name: 'gemma-3-27b-it-int4-awq', stem: 'gemma-3-27b-it', scheme: 'awq' },
    { why: '8-bit weights by the AWQ tool', name: 'GLM-4.5-Air-AWQ-8bit', stem: 'glm-4.5-air', scheme: 'w8a16' },
    { why: 'GPTQ, Qwen style', name: 'Qwen2.5-7B-Instruct-GPTQ-Int8', stem: 'qwen2.5-7b-instruct', scheme: 'gptq-int8' },
    { why: 'GPTQ without bits means 4', name: 'Llama-2-7B-Chat-GPTQ', stem: 'llama-2-7b-chat', scheme: 'gptq-int4' },
    { why: 'FP8 dynamic, not FP8', name: 'Qwen3-32B-FP8-dynamic', stem: 'qwen3-32b', scheme: 'fp8-dynamic' },
    { why: 'FP8 in blocks', name: 'Qwen3-32B-FP8-block', stem: 'qwen3-32b', scheme: 'fp8-block' },
    { why: 'plain FP8', name: 'Qwen3-32B-FP8', stem: 'qwen3-32b', scheme: 'fp8' },
    { why: 'FP8 with KV scales', name: 'Llama-3.1-405B-Instruct-FP8-KV', stem: 'llama-3.1-405b-instruct', scheme: 'fp8' },
    { why: 'a dot before the scheme', name: 'gemma-3-12b-it-quantized.w4a16', stem: 'gemma-3-12b-it', scheme: 'w4a16' },
    { why: 'a dot inside the version stays', name: 'Qwen3.6-27B-NVFP4', stem: 'qwen3.6-27b', scheme: 'nvfp4' },
    { why: 'a word behind the scheme', name: 'GLM-5.1-NVFP4-MTP', stem: 'glm-5.1', scheme: 'nvfp4' },
    { why: 'spaces', name: 'Qwen3.6-27B AutoRound INT4', stem: 'qwen3.6-27b', scheme: 'autoround-int4' },
    { why: 'scheme in front of the tool', name: 'Qwen3.6-27B-int4-AutoRound', stem: 'qwen3.6-27b', scheme: 'autoround-int4' },
    { why: 'both words of W8A8', name: 'Qwen3.6-27B-INT8-W8A8', stem: 'qwen3.6-27b', scheme: 'w8a8' },
    { why: 'bitsandbytes', name: 'Qwen3-14B-unsloth-bnb-4bit', stem: 'qwen3-14b', scheme: 'bnb-4bit' },
    { why: '16 bits', name: 'NVIDIA-Nemotron-3-Nano-30B-A3B-BF16', stem: 'nvidia-nemotron-3-nano-30b-a3b', scheme: 'none' },
    { why: 'no scheme of ours', name: 'Qwen2-7B-Instruct-Q4_K_M-GGUF', stem: 'qwen2-7b-instruct', scheme: 'unknown' },
  ])('$why: $name', ({ name, stem, scheme }) => {
    expect(readStorageSuffix(nameKey(name))).toMatchObject({ stem, scheme });
  });

  test.each(['Qwen3-32B', 'Llama-3.1-8B-Instruct', 'fp8', 'gpt-oss-20b', 'Phi-3-mini-4k-instruct'])('%s says nothing', (name) => {
    expect(readStorageSuffix(nameKey(name))).toBeNull();
  });

  it('survives any text in linear time', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => readStorageSuffix(nameKey(text))?.stem !== ''));
    const started = performance.now();
    readStorageSuffix(`x${'-int4'.repeat(20_000)}!`);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
