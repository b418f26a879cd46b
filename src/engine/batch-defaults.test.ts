import { describe, expect, test } from 'vitest';
import { matchGpu } from '../catalog/match-gpu.ts';
import { batchDefaults } from './batch-defaults.ts';
import { rulesFor } from './rules.ts';
import { parseRelease } from './version.ts';

function defaults(gpu: string, release: string): readonly [number, number] {
  const found = matchGpu(gpu);
  if (found.kind !== 'match') throw new Error(gpu);
  const { maxNumBatchedTokens, maxNumSeqs } = batchDefaults(found.gpu, rulesFor(parseRelease(release)));
  return [maxNumBatchedTokens, maxNumSeqs];
}

describe('batchDefaults', () => {
  test.each([
    { why: 'H100 by name at first', gpu: 'H100', release: '0.8.3', want: [8192, 1024] },
    { why: 'A100-80 by memory in 0.8.5 alone', gpu: 'A100 80GB', release: '0.8.5', want: [8192, 1024] },
    { why: 'A100 is left out by name from 0.9', gpu: 'A100 80GB', release: '0.19.0', want: [2048, 256] },
    { why: '24 GB card', gpu: 'RTX 4090', release: '0.24.0', want: [2048, 256] },
    { why: '96 GB workstation card', gpu: 'RTX PRO 6000', release: '0.24.0', want: [8192, 1024] },
    { why: 'B200 before the largest tier', gpu: 'B200', release: '0.27.0', want: [8192, 1024] },
    { why: 'B200 from 0.28', gpu: 'B200', release: '0.28.0', want: [16_384, 1024] },
    { why: 'MI300X reports no NVML but enough memory', gpu: 'MI300X', release: '0.24.0', want: [8192, 1024] },
    { why: 'GB10 stays small', gpu: 'GB10', release: '0.33.0', want: [2048, 256] },
  ])('$why', ({ gpu, release, want }) => {
    expect(defaults(gpu, release)).toEqual(want);
  });
});
