import { describe, expect, it, test } from 'vitest';
import { bytes, GIB, MIB } from '../units/bytes.ts';
import { cudaTotalOf, cudaTotalOnWindows, estimateCudaTotal, estimateHipTotal, estimateLevelZeroTotal } from './cuda-total.ts';
import { GPU_LIST, GPUS } from './gpus.ts';

const mib = (n: number) => bytes(n * MIB);

describe('estimateCudaTotal', () => {
  // 81559 − 360 − 163.1 = 81035.9 MiB
  test.each([
    { nvml: 8192, want: 7815.6 },
    { nvml: 24_576, want: 24_166.8 },
    { nvml: 81_559, want: 81_035.9 },
    { nvml: 275_040, want: 274_129.9 },
  ])('$nvml MiB', ({ nvml, want }) => {
    expect(estimateCudaTotal(mib(nvml)).value / MIB).toBeCloseTo(want, 1);
  });

  it('covers every discrete NVIDIA card of which both totals are known', () => {
    const known = GPU_LIST.filter(
      (gpu) => gpu.vendor === 'nvidia' && Number(gpu.computeCapability) >= 7 && gpu.cudaTotalBytes && gpu.nvmlTotalBytes,
    );
    expect(known.length).toBeGreaterThanOrEqual(35);
    for (const gpu of known) {
      const total = gpu.cudaTotalBytes?.value ?? Number.NaN;
      const [low, high] = estimateCudaTotal(gpu.nvmlTotalBytes?.value ?? mib(0)).range;
      expect(total, `${gpu.id} ${(total - low) / MIB}`).toBeGreaterThanOrEqual(low);
      expect(total, `${gpu.id} ${(high - total) / MIB}`).toBeLessThanOrEqual(high);
    }
  });

  it('never promises more than nvidia-smi shows and never goes below zero', () => {
    for (const nvml of [0, 100, 500, 8192]) {
      const { value, range } = estimateCudaTotal(mib(nvml));
      expect(range[0]).toBeLessThanOrEqual(value);
      expect(value).toBeLessThanOrEqual(range[1]);
      expect(range[1]).toBeLessThanOrEqual(nvml * MIB);
    }
  });
});

test.each([
  { why: 'MI300X, PyTorch says 196592 MiB', board: 192, want: 196_592 },
  { why: 'RX 7900 XTX, llama.cpp says 24560 MiB', board: 24, want: 24_560 },
  { why: 'R9700 is within the range', board: 32, want: 32_624 },
])('estimateHipTotal: $why', ({ board, want }) => {
  const [low, high] = estimateHipTotal(bytes(board * GIB)).range;
  expect(want * MIB).toBeGreaterThanOrEqual(low);
  expect(want * MIB).toBeLessThanOrEqual(high);
});

test.each([
  { why: 'Arc Pro B60', board: 24, want: 23_256 },
  { why: 'Arc A770', board: 16, want: 15_473 },
])('estimateLevelZeroTotal: $why', ({ board, want }) => {
  const [low, high] = estimateLevelZeroTotal(bytes(board * GIB)).range;
  expect(want * MIB).toBeGreaterThanOrEqual(low);
  expect(want * MIB).toBeLessThanOrEqual(high);
});

// nvidia-smi 24564, llama.cpp under Windows 24563
test('cudaTotalOnWindows leaves out 1 MiB', () => {
  expect(cudaTotalOnWindows(mib(24_564))).toBe(24_563 * MIB);
});

describe('cudaTotalOf', () => {
  it('prefers what was read from a log, with the range of drivers', () => {
    expect(cudaTotalOf(GPUS['h100-sxm-80gb'])).toEqual({
      basis: 'reported',
      value: 81_089 * MIB,
      range: [80_998 * MIB, 81_234 * MIB],
      source: 'PyTorch device properties and vLLM start-up log, 79.19 GiB, 81089 MiB',
    });
  });

  it('says when it had to estimate', () => {
    expect(cudaTotalOf(GPUS['gb200-186gb'])?.basis).toBe('estimated');
    expect(cudaTotalOf(GPUS['mi355x-288gb'])?.value).toBe(294_896 * MIB);
    expect(cudaTotalOf(GPUS['arc-b580-12gb'])?.basis).toBe('estimated');
  });

  it('is nothing when nothing is known', () => {
    const { boardMemoryBytes: _, ...bare } = GPUS['mi210-64gb'];
    expect(cudaTotalOf(bare)).toBeUndefined();
  });
});
