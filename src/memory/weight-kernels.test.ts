import { describe, expect, test } from 'vitest';
import { parseRelease, type Release } from '../engine/version.ts';
import { MIB } from '../units/bytes.ts';
import { capabilityNumber, weightKernelsFor } from './weight-kernels.ts';

const at = (capability: number | null, release: Release, lora = false) =>
  weightKernelsFor({ capability, version: parseRelease(release), lora });

describe('weightKernelsFor', () => {
  test.each([
    { why: 'Ampere', capability: 86, release: '0.19.0', want: 'marlin' },
    { why: 'Hopper', capability: 90, release: '0.19.0', want: 'triton-hopper' },
    { why: 'B200 pads to 256', capability: 100, release: '0.19.0', want: 'trtllm-256' },
    { why: 'B200 pads to 128 later', capability: 100, release: '0.33.0', want: 'trtllm-128' },
    { why: 'RTX 5090', capability: 120, release: '0.19.0', want: 'marlin' },
    { why: 'no CUDA capability', capability: null, release: '0.19.0', want: 'rocm' },
  ] as const)('MXFP4 experts: $why', ({ capability, release, want }) => {
    expect(at(capability, release).mxfp4Experts).toBe(want);
  });

  test('adapters needed Marlin before 0.20', () => {
    expect(at(90, '0.19.0', true).mxfp4Experts).toBe('marlin');
    expect(at(90, '0.20.0', true).mxfp4Experts).toBe('triton-hopper');
  });

  test.each([
    { why: 'every NVIDIA GPU while backends are tried', capability: 90, release: '0.19.0', want: [128 * MIB] },
    { why: 'SM 10.x tries one more', capability: 100, release: '0.19.0', want: [128 * MIB, 128 * MIB] },
    { why: 'not before 0.11.1', capability: 90, release: '0.10.2', want: [] },
    { why: 'on request in 0.33', capability: 90, release: '0.33.0', want: [] },
    { why: 'never on ROCm', capability: null, release: '0.19.0', want: [] },
  ] as const)('workspaces of latent attention: $why', ({ capability, release, want }) => {
    expect(at(capability, release).mlaWorkspaces).toEqual(want);
  });

  test('the loader limits splitting from 0.31 on', () => {
    expect(at(90, '0.30.0').allocatorMaxSplitBytes).toBe(Number.POSITIVE_INFINITY);
    expect(at(90, '0.31.0').allocatorMaxSplitBytes).toBe(20 * MIB);
  });

  test.each([
    ['9.0', 90],
    ['12.1', 121],
    ['8.9', 89],
  ])('capability %s is %i', (text, number) => {
    expect(capabilityNumber(text)).toBe(number);
  });
});
