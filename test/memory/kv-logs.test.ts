import { describe, expect, test } from 'vitest';
import { GIB } from '../../src/units/bytes.ts';
import { type Case, judge } from '../support/judge.ts';

/**
 * Start-up logs of public deployments: with the logged KV bytes the blocks, tokens and concurrency must be the logged ones.
 * A log rounds GiB to two decimals, so both ends of the interval are asked and the logged figure must lie between.
 */
interface Logged {
  readonly why: string;
  readonly spec: Omit<Case, 'assumeKvCacheBytes'>;
  readonly availableGib: number;
  readonly blocks?: number;
  readonly tokens?: number;
  readonly concurrency?: number;
}

const LOGS: readonly Logged[] = [
  {
    why: 'one group, blocks of 16',
    spec: { model: 'meta-llama/Llama-3.1-8B-Instruct', gpu: 'A100 80GB', version: '0.31.0', args: { maxModelLen: 131_072 } },
    availableGib: 56.21,
    blocks: 28_781,
    tokens: 460_496,
    concurrency: 3.51,
  },
  {
    why: 'KV heads fewer than ranks: one each',
    spec: {
      model: 'Qwen/Qwen3-235B-A22B-FP8',
      gpu: 'RTX PRO 6000',
      gpus: 4,
      version: '0.27.0',
      args: { tensorParallelSize: 4, maxModelLen: 32_768 },
    },
    availableGib: 27.85,
    blocks: 38_837,
    tokens: 621_392,
    concurrency: 18.96,
  },
  {
    why: 'two groups of 18, tokens by blocks of a group',
    spec: {
      model: 'openai/gpt-oss-120b',
      gpu: 'A100 80GB',
      gpus: 4,
      version: '0.10.1',
      args: { tensorParallelSize: 4, maxModelLen: 16_384, maxNumBatchedTokens: 2048 },
    },
    availableGib: 45.32,
    blocks: 330_018,
    tokens: 2_640_144,
    concurrency: 284.25,
  },
  {
    why: 'windows with another head size: larger blocks, groups of 5',
    spec: {
      model: 'google/gemma-4-26B-A4B',
      gpu: 'GB10',
      version: '0.20.0',
      args: { maxModelLen: 8192, maxNumBatchedTokens: 4096 },
    },
    availableGib: 40.61,
    tokens: 177_440,
    concurrency: 35.75,
  },
  {
    why: 'recurrent state pages of one request, old token count',
    spec: { model: 'Qwen/Qwen3.6-35B-A3B', gpu: 'GB10', version: '0.19.0', args: { maxModelLen: 131_072 } },
    availableGib: 47.55,
    blocks: 2360,
    tokens: 623_040,
    concurrency: 18.44,
  },
  {
    why: 'the same with an fp8 cache and aligned states',
    spec: {
      model: 'Qwen/Qwen3.6-35B-A3B',
      gpu: 'RTX 5090',
      version: '0.24.0',
      args: { maxModelLen: 131_072, kvCacheDtype: 'fp8', enablePrefixCaching: true },
    },
    availableGib: 5.98,
    blocks: 299,
    tokens: 567_978,
    concurrency: 4.33,
  },
  {
    why: 'a small hybrid: block of 528',
    spec: { model: 'Qwen/Qwen3.5-4B', gpu: 'L4', version: '0.22.0', args: { maxModelLen: 1024 } },
    availableGib: 12.85,
    blocks: 797,
    tokens: 163_225,
    concurrency: 159.4,
  },
  {
    why: 'sparse latent attention and its indexer in one group of unequal pages',
    spec: {
      model: 'nvidia/GLM-5.1-NVFP4',
      gpu: 'RTX PRO 6000',
      gpus: 8,
      version: '0.20.2',
      args: { tensorParallelSize: 8, kvCacheDtype: 'fp8', maxModelLen: 202_752 },
    },
    availableGib: 19.55,
    blocks: 5336,
    tokens: 341_504,
    concurrency: 1.68,
  },
];

describe('KV cache of logged start-ups', () => {
  test.each(LOGS)('$spec.model, vLLM $spec.version: $why', ({ spec, availableGib, blocks, tokens, concurrency }) => {
    const at = (gib: number) => judge({ ...spec, assumeKvCacheBytes: Math.round(gib * GIB) }).answer?.memory.kvCache;
    const low = at(availableGib - 0.005);
    const high = at(availableGib + 0.005);
    expect(low).toBeDefined();
    if (blocks !== undefined) {
      expect(low?.numBlocks).toBeLessThanOrEqual(blocks);
      expect(high?.numBlocks).toBeGreaterThanOrEqual(blocks);
    }
    if (tokens !== undefined) {
      expect(low?.tokens).toBeLessThanOrEqual(tokens);
      expect(high?.tokens).toBeGreaterThanOrEqual(tokens);
    }
    if (concurrency !== undefined) {
      expect(low?.maxConcurrency).toBeLessThanOrEqual(concurrency + 0.005);
      expect(high?.maxConcurrency).toBeGreaterThanOrEqual(concurrency - 0.005);
    }
  });
});
