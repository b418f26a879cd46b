import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  BNB4,
  FP8_BLOCK_128,
  FP8_CHANNEL,
  FP8_TENSOR,
  INT8,
  int4,
  int8Group,
  MXFP4,
  MXFP8,
  NVFP4,
  PLAIN,
} from '../model/quantization/schemes.ts';
import { sum } from '../units/integers.ts';
import { expertTensors } from './expert-bytes.ts';
import { schemeBytes, schemeTensors } from './weight-bytes.ts';
import { weightKernelsFor } from './weight-kernels.ts';

const hopper = weightKernelsFor({ capability: 90, version: [0, 19, 0], lora: false });
const ampere = weightKernelsFor({ capability: 80, version: [0, 19, 0], lora: false });
const blackwell = weightKernelsFor({ capability: 100, version: [0, 19, 0], lora: false });

describe('schemeBytes', () => {
  // out 4096 × in 14336 = 58,720,256 weights; 14336 / 128 = 112 groups; 4096 / 128 = 32 block rows.
  test.each([
    { why: 'bf16: two bytes each', scheme: PLAIN, want: 117_440_512 },
    { why: 'fp8 with one scale', scheme: FP8_TENSOR, want: 58_720_256 + 4 },
    { why: 'fp8, a float a row', scheme: FP8_CHANNEL, want: 58_720_256 + 4 * 4096 },
    { why: 'fp8 blocks: 32 × 112 floats', scheme: FP8_BLOCK_128, want: 58_720_256 + 4 * 32 * 112 },
    { why: 'fp8 blocks with exponents: 32 × 112 bytes', scheme: { ...FP8_BLOCK_128, exponentScales: true }, want: 58_720_256 + 32 * 112 },
    { why: 'int8, a float a row', scheme: INT8, want: 58_720_256 + 4 * 4096 },
    { why: 'GPTQ: half bytes and 16-bit scales', scheme: int4(128), want: 29_360_128 + 2 * 4096 * 112 },
    { why: 'AWQ: and half a byte of zero point a group', scheme: int4(128, true), want: 29_360_128 + 2.5 * 4096 * 112 },
    { why: 'GPTQ with desc_act: and 4 B an input', scheme: int4(128, false, true), want: 29_360_128 + 2 * 4096 * 112 + 4 * 14_336 },
    { why: 'one group an output', scheme: int8Group(-1), want: 58_720_256 + 2 * 4096 },
    { why: 'NVFP4: 4.5 bits', scheme: NVFP4, want: 29_360_128 + 3_670_016 },
    { why: 'MXFP4: 4.25 bits', scheme: MXFP4, want: 29_360_128 + 1_835_008 },
    { why: 'MXFP8: 8.25 bits', scheme: MXFP8, want: 58_720_256 + 1_835_008 },
    { why: 'NF4: a float per 64', scheme: BNB4, want: 29_360_128 + 4 * 917_504 },
  ] as const)('$why', ({ scheme, want }) => {
    expect(schemeBytes(scheme, { out: 4096, in: 14_336 }, 2)).toBe(want);
  });

  it('is smaller than 16 bits for matrices that are not tiny', () => {
    const schemes = [FP8_TENSOR, FP8_CHANNEL, FP8_BLOCK_128, INT8, int4(128, true), int8Group(128), NVFP4, MXFP4, MXFP8, BNB4];
    const size = fc.integer({ min: 2, max: 64 }).map((n) => n * 128);
    fc.assert(
      fc.property(fc.constantFrom(...schemes), size, size, (scheme, out, inputs) => {
        const shape = { out, in: inputs };
        return schemeBytes(scheme, shape, 2) < schemeBytes(PLAIN, shape, 2);
      }),
    );
  });
});

describe('schemeTensors', () => {
  const shape = { outs: [4096, 1024, 1024], inputs: 4096 };
  test.each([
    { why: 'each fused part has block rows of its own', shape: { outs: [100, 100], inputs: 256 }, kernels: hopper, scales: 4 * 2 * 2 },
    { why: 'FP8 blocks on Ampere: 16 bits a row and 128 inputs', shape, kernels: ampere, scales: 2 * 6144 * 32 },
    { why: 'FP8 blocks on SM 10.x: 4 exponents in an int32 a row', shape, kernels: blackwell, scales: 6144 * 8 * 4 },
  ])('$why', ({ shape, kernels, scales }) => {
    expect(schemeTensors(FP8_BLOCK_128, shape, 2, kernels)[1]).toBe(scales);
  });

  test('NVFP4 scales lie in tiles of 128 × 4 where FP4 is native', () => {
    const odd = { outs: [200], inputs: 16 * 6 };
    expect(schemeTensors(NVFP4, odd, 2, blackwell)[1]).toBe(256 * 8);
    expect(schemeTensors(NVFP4, odd, 2, hopper)[1]).toBe(200 * 6);
  });

  test('a row-parallel GPTQ layer with desc_act keeps the scales of all inputs', () => {
    const [weights, scales, index] = schemeTensors(int4(128, false, true), { outs: [4096], inputs: 2048, allInputs: 4096 }, 2, hopper);
    expect([weights, scales, index]).toEqual([4096 * 1024, 2 * 4096 * 32, 4 * 2048]);
  });
});

describe('expertTensors', () => {
  // gpt-oss-20b: 32 experts, hidden and intermediate size 2880, gated, with biases.
  const local = { experts: 32, hiddenSize: 2880, intermediateSize: 2880, gated: true, bias: true };

  test('Triton on Hopper pads 64 × 64 and keeps the scales as loaded', () => {
    expect(expertTensors(MXFP4, local, 2, hopper)).toEqual([
      32 * 1472 * 5760,
      32 * 5888 * 90,
      32 * 5760 * 90,
      32 * 1472 * 2880,
      32 * 3072 * 90,
      32 * 2880 * 90,
      32 * 5760 * 4,
      32 * 2880 * 4,
    ]);
  });

  test('Marlin pads the intermediate size to 128 and the hidden size to 256', () => {
    const want =
      (32 * 2 * 2944 * 3072) / 2 + 32 * 2 * 2944 * 96 + (32 * 3072 * 2944) / 2 + 32 * 3072 * 92 + 32 * 2 * 2944 * 2 + 32 * 3072 * 2;
    expect(sum(expertTensors(MXFP4, local, 2, ampere))).toBe(want);
  });

  test('a rank without experts holds nothing', () => {
    expect(expertTensors(MXFP4, { ...local, experts: 0 }, 2, hopper)).toEqual([]);
  });
});
