import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { MIB } from '../units/bytes.ts';
import { allocatedBytes } from './caching-allocator.ts';

const LIMIT = 20 * MIB;

describe('allocatedBytes', () => {
  test.each([
    { why: 'nothing takes nothing', sizes: [], limit: Number.POSITIVE_INFINITY, want: 0 },
    { why: 'a scalar takes one block', sizes: [4], limit: Number.POSITIVE_INFINITY, want: 512 },
    { why: 'small tensors share a segment', sizes: [8192, 8192], limit: Number.POSITIVE_INFINITY, want: 16_384 },
    { why: 'a whole number of 2 MiB has nothing left over', sizes: [224 * MIB], limit: Number.POSITIVE_INFINITY, want: 224 * MIB },
    { why: 'half a MiB left over stays with the block', sizes: [31.5 * MIB], limit: Number.POSITIVE_INFINITY, want: 32 * MIB },
    { why: '1 MiB left over is not split off either', sizes: [259 * MIB], limit: Number.POSITIVE_INFINITY, want: 260 * MIB },
    { why: '1.5 MiB left over is split off', sizes: [24.5 * MIB], limit: Number.POSITIVE_INFINITY, want: 24.5 * MIB },
    // 24.5 leaves 1.5 MiB free; a request of 1.25 MiB takes it whole, since only 0.25 MiB would be left.
    { why: 'a leftover is used again', sizes: [24.5 * MIB, 1.25 * MIB], limit: Number.POSITIVE_INFINITY, want: 26 * MIB },
    { why: 'medium tensors are cut from 20 MiB', sizes: [9 * MIB, 9 * MIB], limit: Number.POSITIVE_INFINITY, want: 18 * MIB },
    { why: 'from the split limit on, a block is taken whole', sizes: [24.5 * MIB], limit: LIMIT, want: 26 * MIB },
    { why: 'below the limit nothing changes', sizes: [12.5 * MIB], limit: LIMIT, want: 12.5 * MIB },
  ])('$why', ({ sizes, limit, want }) => {
    expect(allocatedBytes(sizes, limit)).toBe(want);
  });

  it('is never below the sum of the sizes, and above it by at most 1 MiB and 511 B a tensor', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 300 * MIB }), { maxLength: 40 }), (sizes) => {
        const total = sizes.reduce((sum, size) => sum + size, 0);
        const allocated = allocatedBytes(sizes);
        return allocated >= total && allocated <= total + sizes.length * (MIB + 511);
      }),
    );
  });
});
