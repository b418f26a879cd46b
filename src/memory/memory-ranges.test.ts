import { describe, expect, test } from 'vitest';
import { judge } from '../../test/support/judge.ts';

const rangesOf = (gpu: string, args: object = {}, gpus = 1) => {
  const memory = judge({ model: 'meta-llama/Llama-3.1-8B-Instruct', gpu, gpus, version: '0.19.0', args: { maxModelLen: 8192, ...args } })
    .answer?.memory;
  if (memory === undefined) throw new Error('no memory');
  return memory;
};

describe('memoryRanges', () => {
  test('the cache is what the rank with the least left allows', () => {
    const { workers, ranges } = rangesOf('H100', { pipelineParallelSize: 2, maxNumSeqs: 1024 }, 2);
    const [first, last] = workers.map((worker) => worker.availableKvCacheBytes);
    const [low, high] = ranges.availableKvCacheBytes;
    expect((low + high) / 2).toBeCloseTo(last ?? 0, -2);
    expect(high).toBeLessThan(first ?? 0);
  });

  test('the host may take memory of an integrated card, and give none', () => {
    const { workers, ranges } = rangesOf('GB10');
    const available = workers[0]?.availableKvCacheBytes ?? 0;
    const [low, high] = ranges.availableKvCacheBytes;
    expect(available - low).toBeGreaterThan(high - available + 5 * 2 ** 30);
  });
});
