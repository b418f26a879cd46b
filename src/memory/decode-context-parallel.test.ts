import { describe, expect, test } from 'vitest';
import { judge } from '../../test/support/judge.ts';
import { GIB } from '../units/bytes.ts';

/** GLM-5.1 NVFP4 on eight RTX PRO 6000, 0.20.2: "GPU KV cache size" and "Maximum concurrency for 202,752 tokens" of public logs. */
const LOGGED = [
  { dcp: 1, gib: 19.55, tokens: 341_504, concurrency: 1.68 },
  { dcp: 2, gib: 19.47, tokens: 680_192, concurrency: 3.35 },
  { dcp: 4, gib: 19.47, tokens: 1_360_384, concurrency: 6.71 },
  { dcp: 8, gib: 19.47, tokens: 2_720_768, concurrency: 13.42 },
];

describe('decode context parallelism spreads the tokens of a request over ranks', () => {
  test.each(LOGGED)('dcp $dcp holds $tokens tokens', ({ dcp, gib, tokens, concurrency }) => {
    const cache = judge({
      model: 'lukealonso/GLM-5.1-NVFP4-MTP',
      gpu: 'RTX PRO 6000',
      gpus: 8,
      version: '0.20.2',
      args: { tensorParallelSize: 8, decodeContextParallelSize: dcp, maxModelLen: 202_752, kvCacheDtype: 'fp8', maxNumSeqs: 64 },
      assumeKvCacheBytes: Math.round(gib * GIB),
    }).answer?.memory.kvCache;
    expect(Math.abs((cache?.tokens ?? 0) - tokens) / tokens).toBeLessThan(0.000_6);
    expect(cache?.maxConcurrency).toBeCloseTo(concurrency, 1);
  });

  test('what is reported is multiplied by it before 0.20.1 as well', () => {
    const tokens = (version: string, decodeContextParallelSize: number) =>
      judge({
        model: 'deepseek-ai/DeepSeek-V3',
        gpu: 'H200',
        gpus: 8,
        version,
        args: { tensorParallelSize: 8, decodeContextParallelSize, maxModelLen: 131_072 },
        assumeKvCacheBytes: 32 * GIB,
      }).answer?.memory.kvCache?.tokens ?? 0;
    for (const version of ['0.10.2', '0.19.1', '0.33.0']) expect(tokens(version, 4)).toBe(4 * tokens(version, 1));
  });
});
