import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { GIB } from '../../src/units/bytes.ts';
import { judge } from '../support/judge.ts';

/** The worked example of docs/memory.md: every figure behind an HTML comment is recomputed. */
const page = readFileSync(new URL('../../docs/memory.md', import.meta.url), 'utf8');
const { answer } = judge({
  model: 'meta-llama/Llama-3.1-8B-Instruct',
  gpu: 'H100 80GB HBM3',
  version: '0.19.0',
  totalBytes: Math.round(79.19 * GIB),
  args: { maxNumSeqs: 1024, maxNumBatchedTokens: 8192, maxModelLen: 8192, gpuMemoryUtilization: 0.95 },
});
const worker = answer?.memory.workers[0];
const cache = answer?.memory.kvCache;

describe('docs/memory.md', () => {
  test.each([
    ['total', worker?.totalBytes],
    ['requested', worker?.requestedBytes],
    ['weights', worker?.weightsBytes],
    ['peak', worker?.peakActivationBytes],
    ['nonTorch', worker?.nonTorchBytes],
    ['available', worker?.availableKvCacheBytes],
    ['block', cache?.blockBytes],
    ['blocks', cache?.numBlocks],
    ['tokens', cache?.tokens],
    ['concurrency', Number(cache?.maxConcurrency.toFixed(2))],
  ])('%s', (name, value) => {
    const written = new RegExp(`<!-- ${name} -->([\\d,.]+)`).exec(page)?.[1]?.replaceAll(',', '');
    expect(Number(written)).toBe(value);
  });
});
