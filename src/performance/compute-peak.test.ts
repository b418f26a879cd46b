import { describe, expect, test } from 'vitest';
import type { DenseFlops } from '../catalog/gpu-spec.ts';
import { computePath } from './compute-peak.ts';

const peak = (value: number) => ({ value, source: 'test' });
const hopper: DenseFlops = { fp32: peak(67e12), fp16: peak(989e12), bf16: peak(989e12), fp8: peak(1979e12), int8: peak(1979e12) };
const ampere: DenseFlops = { fp32: peak(19e12), fp16: peak(312e12), bf16: peak(312e12), int8: peak(624e12) };
const pascal: DenseFlops = { fp32: peak(12e12) };

describe('computePath', () => {
  const fp8 = { kind: 'fp8', scale: 'tensor' } as const;
  const int4 = { kind: 'int4', groupSize: 128, zeroPoints: true, orderIndex: false } as const;
  test.each([
    { why: 'plain weights run at the 16-bit rate', scheme: { kind: 'plain' } as const, peaks: hopper, flops: 989e12, unpacks: false },
    { why: 'FP8 has units of its own on Hopper', scheme: fp8, peaks: hopper, flops: 1979e12, unpacks: false },
    { why: 'FP8 on Ampere is widened', scheme: fp8, peaks: ampere, flops: 312e12, unpacks: true },
    { why: 'int4 is widened everywhere', scheme: int4, peaks: hopper, flops: 989e12, unpacks: true },
    { why: 'INT8 has units on Ampere', scheme: { kind: 'int8' } as const, peaks: ampere, flops: 624e12, unpacks: false },
    { why: 'NVFP4 on Hopper is widened to 16 bits', scheme: { kind: 'nvfp4' } as const, peaks: hopper, flops: 989e12, unpacks: true },
    { why: 'no 16-bit rate stated: fp32 stands in', scheme: { kind: 'plain' } as const, peaks: pascal, flops: 12e12, unpacks: false },
  ])('$why', ({ scheme, peaks, flops, unpacks }) => {
    expect(computePath(scheme, 'bfloat16', peaks)).toEqual({ peakFlopsPerS: flops, unpacks });
  });

  test('a card without any rate has no path', () => {
    expect(computePath({ kind: 'plain' }, 'bfloat16', {})).toBeNull();
  });
});
