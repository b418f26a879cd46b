import { describe, expect, test } from 'vitest';
import type { DenseFlops } from '../catalog/gpu-spec.ts';
import { computePath } from './compute-peak.ts';

const peak = (value: number) => ({ value, source: 'test' });
const hopper: DenseFlops = { fp32: peak(67e12), fp16: peak(989e12), bf16: peak(989e12), fp8: peak(1979e12), int8: peak(1979e12) };
const ampere: DenseFlops = { fp32: peak(19e12), fp16: peak(312e12), bf16: peak(312e12), int8: peak(624e12) };
const blackwell: DenseFlops = { bf16: peak(2250e12), fp8: peak(4500e12), fp4: peak(9000e12) };
const pascal: DenseFlops = { fp32: peak(12e12) };

describe('computePath', () => {
  const fp8 = { kind: 'fp8', scale: 'tensor' } as const;
  const int4 = { kind: 'int4', groupSize: 128, zeroPoints: true, orderIndex: false } as const;
  test.each([
    { why: 'plain weights run at the 16-bit rate', scheme: { kind: 'plain' } as const, peaks: hopper, flops: 989e12, unit: 'bf16' },
    { why: 'FP8 has units of its own on Hopper', scheme: fp8, peaks: hopper, flops: 1979e12, unit: 'fp8' },
    { why: 'FP8 on Ampere is widened', scheme: fp8, peaks: ampere, flops: 312e12, unit: 'bf16' },
    { why: 'int4 is widened everywhere', scheme: int4, peaks: hopper, flops: 989e12, unit: 'bf16' },
    { why: 'INT8 has units on Ampere', scheme: { kind: 'int8' } as const, peaks: ampere, flops: 624e12, unit: 'int8' },
    { why: 'NVFP4 on Hopper is widened to 16 bits', scheme: { kind: 'nvfp4' } as const, peaks: hopper, flops: 989e12, unit: 'bf16' },
    { why: 'MXFP4 experts run on 8-bit activations', scheme: { kind: 'mxfp4' } as const, peaks: blackwell, flops: 4500e12, unit: 'fp8' },
    { why: 'MXFP4 on Hopper is widened', scheme: { kind: 'mxfp4' } as const, peaks: hopper, flops: 989e12, unit: 'bf16' },
    { why: 'no 16-bit rate stated: fp32 stands in', scheme: { kind: 'plain' } as const, peaks: pascal, flops: 12e12, unit: 'fp32' },
  ])('$why', ({ scheme, peaks, flops, unit }) => {
    expect(computePath(scheme, 'bfloat16', peaks)).toEqual({ peakFlopsPerS: flops, unit });
  });

  test('a card without any rate has no path', () => {
    expect(computePath({ kind: 'plain' }, 'bfloat16', {})).toBeNull();
  });
});
