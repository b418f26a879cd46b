import { describe, expect, it, test } from 'vitest';
import { judge } from '../../test/support/judge.ts';
import { GIB } from '../units/bytes.ts';

const LLAMA = { model: 'meta-llama/Llama-3.1-8B-Instruct', gpu: 'H100', version: '0.19.0' } as const;
const SWEEP = { maxNumSeqs: 1024, maxNumBatchedTokens: 8192, maxModelLen: 8192, gpuMemoryUtilization: 0.95 } as const;

describe('planMemory', () => {
  it('closes: requested − weights − peak − non-torch = available, where graphs are not in the budget', () => {
    const worker = judge({ ...LLAMA, args: SWEEP }).answer?.memory.workers[0];
    if (worker === undefined) throw new Error('no worker');
    const { requestedBytes, weightsBytes, peakActivationBytes, nonTorchBytes, availableKvCacheBytes, cudaGraphInBudget } = worker;
    expect(cudaGraphInBudget).toBe(false);
    const rest = requestedBytes - weightsBytes - peakActivationBytes - nonTorchBytes;
    expect(Math.abs(rest - availableKvCacheBytes)).toBeLessThan(8);
  });

  // Logged on H100, 79.19 GiB, vLLM 0.19.0 at 0.95: available KV memory of the rank that binds.
  test.each([
    { tp: 1, pp: 1, gib: 58.11 },
    { tp: 2, pp: 1, gib: 63.76 },
    { tp: 4, pp: 1, gib: 67.44 },
    { tp: 1, pp: 2, gib: 65.63 },
    { tp: 1, pp: 4, gib: 68.89 },
  ])('Llama 3.1 8B at tp $tp, pp $pp leaves $gib GiB', ({ tp, pp, gib }) => {
    const found = judge({
      ...LLAMA,
      gpus: tp * pp,
      totalBytes: Math.round(79.19 * GIB),
      args: { ...SWEEP, tensorParallelSize: tp, pipelineParallelSize: pp },
    });
    const least = Math.min(...(found.answer?.memory.workers ?? []).map((worker) => worker.availableKvCacheBytes));
    expect(Math.abs(least / GIB - gib)).toBeLessThan(0.06);
  });

  it('counts every rank once', () => {
    const workers = judge({ ...LLAMA, gpus: 8, args: { tensorParallelSize: 2, pipelineParallelSize: 4 } }).answer?.memory.workers ?? [];
    expect(workers[0]?.ppRank).toBe(0);
    expect(workers.reduce((total, worker) => total + worker.count, 0)).toBe(8);
  });

  test.each([
    { why: 'weights alone are too much', args: { gpuMemoryUtilization: 0.1 }, kind: 'no_kv_memory' },
    { why: 'one request is too long', args: { gpuMemoryUtilization: 0.25, maxModelLen: 131_072 }, kind: 'max_model_len_exceeds_kv' },
    { why: 'context and driver hold some', args: { gpuMemoryUtilization: 0.999 }, kind: 'free_memory_below_requested' },
  ])('fails as the engine does: $why', ({ args, kind }) => {
    const memory = judge({ ...LLAMA, args: { ...SWEEP, ...args } }).answer?.memory;
    expect(memory?.verdict).toBe('fails');
    expect(memory?.failure?.kind).toBe(kind);
  });

  it('prints what one request needs as the error does', () => {
    // 32 layers × 8 heads × 128 × 2 × 2 B × 131,072 tokens = 16 GiB.
    const memory = judge({ ...LLAMA, args: { ...SWEEP, gpuMemoryUtilization: 0.25, maxModelLen: 131_072 } }).answer?.memory;
    expect(memory?.failure?.message).toContain('(16.0 GiB KV cache is needed');
    expect(memory?.failure?.message).toMatch(/estimated maximum model length is \d+/);
  });

  it('fits --max-model-len auto to the memory', () => {
    const found = judge({ ...LLAMA, gpu: 'RTX 4090', args: { maxModelLen: 'auto' } });
    const longest = found.settings.maxModelLen;
    expect(longest).toBeLessThan(131_072);
    expect(found.answer?.memory.verdict).toBe('starts');
    const more = judge({ ...LLAMA, gpu: 'RTX 4090', args: { maxModelLen: longest + 1 } });
    expect(more.answer?.memory.failure?.kind).toBe('max_model_len_exceeds_kv');
  });

  it('takes given KV bytes as they are', () => {
    const found = judge({ ...LLAMA, args: SWEEP, assumeKvCacheBytes: 2 * GIB });
    expect(found.answer?.memory.kvCache?.numBlocks).toBe(1024); // 2 GiB / (16 tokens × 128 KiB)
  });

  it('leaves out the null block from 0.29 on', () => {
    const exactly = 8192 * 131_072; // one request of 8192 tokens
    const at = (version: string) => judge({ ...LLAMA, version, args: SWEEP, assumeKvCacheBytes: exactly }).answer?.memory.verdict;
    expect(at('0.28.0')).toBe('starts');
    expect(at('0.29.0')).toBe('fails');
  });

  it('gives a range around every estimate', () => {
    const memory = judge({ ...LLAMA, args: SWEEP }).answer?.memory;
    const available = memory?.workers[0]?.availableKvCacheBytes ?? 0;
    const [low, high] = memory?.ranges.availableKvCacheBytes ?? [0, 0];
    expect(low).toBeLessThan(available);
    expect(high).toBeGreaterThan(available);
    expect(memory?.ranges.tokens[0]).toBeLessThanOrEqual(memory?.kvCache?.tokens ?? 0);
  });
});
