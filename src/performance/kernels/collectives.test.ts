import { describe, expect, it } from 'vitest';
import { loadKernelSystem } from '../../catalog/load-kernels.ts';
import { allReduceUs, collectiveUs } from './collectives.ts';
import { usOf } from './estimate.ts';

const h100 = loadKernelSystem('h100_sxm');

describe('allReduceUs', () => {
  it('gives what was measured', () => {
    // 524 288 and 1 048 576 elements of 2 bytes in the Parquet tables: 14.968 µs and 27.66 µs.
    expect(usOf(allReduceUs(h100, { kind: 'custom-graph', bytes: 2 ** 20, gpus: 8 })) ?? 0).toBeCloseTo(14.968, 2);
    expect(usOf(allReduceUs(h100, { kind: 'nccl', bytes: 2 ** 21, gpus: 4 })) ?? 0).toBeCloseTo(27.66, 1);
  });

  it('interpolates between powers of two', () => {
    const estimate = allReduceUs(h100, { kind: 'custom-graph', bytes: 1.5 * 2 ** 20, gpus: 8 });
    expect(estimate.basis).toBe('interpolated');
    expect(usOf(estimate)).toBeGreaterThan(14.9);
    expect(usOf(estimate)).toBeLessThan(19.5);
  });

  it('costs nothing alone, and has no answer for 16', () => {
    expect(allReduceUs(h100, { kind: 'custom-graph', bytes: 4096, gpus: 1 })).toEqual({ basis: 'measured', latencyUs: 0 });
    expect(allReduceUs(h100, { kind: 'custom-graph', bytes: 4096, gpus: 16 })).toMatchObject({ basis: 'outOfRange', axis: 'gpus' });
    expect(collectiveUs(h100, { operation: 'all-gather', bytes: 2 ** 20, gpus: 4 }).basis).toBe('measured');
  });
});
