import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { TEST_LOAD } from './forecast-fixture.ts';
import { promptWaitS } from './prompt-queue.ts';

const OPEN = { ...TEST_LOAD, requestRate: 1 };
const CLOSED = { ...TEST_LOAD, concurrency: 10, numPrompts: 20 };

describe('promptWaitS', () => {
  test.each([
    { why: 'nobody waits for oneself', queue: { requests: 1, costS: 1, decodeS: 9 }, workload: OPEN, want: 0 },
    { why: 'prompts without cost queue for nothing', queue: { requests: 8, costS: 0, decodeS: 9 }, workload: OPEN, want: 0 },
    // ρ = 10 × 1 / (10 + 30) = 1/4; 1 × 1/4 / (2 × 3/4).
    { why: 'open loop, a quarter busy', queue: { requests: 10, costS: 1, decodeS: 30 }, workload: OPEN, want: 1 / 6 },
    // One wave after the burst, spread over 10 + 2 × 0.1 × 50 = 20 s: ρ = 1/2, wait 1/2 ÷ (2 × 1/2).
    { why: 'closed loop, lengths within 10 %', queue: { requests: 10, costS: 1, decodeS: 50 }, workload: CLOSED, want: 0.5 },
    // ρ = 1: √(π / 8) × √10.
    {
      why: 'closed loop, equal lengths: what chance heaps up',
      queue: { requests: 10, costS: 1, decodeS: 50 },
      workload: { ...CLOSED, randomRangeRatio: 0 },
      want: 1.982,
    },
  ])('$why', ({ queue, workload, want }) => {
    expect(promptWaitS(queue, workload)).toBeCloseTo(want, 3);
  });

  it('never grows when decoding leaves more room', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 500 }), fc.double({ min: 0, max: 1000, noNaN: true }), (requests, decodeS) => {
        const wait = (seconds: number): number => promptWaitS({ requests, costS: 1, decodeS: seconds }, CLOSED);
        return wait(decodeS + 10) <= wait(decodeS) + 1e-9;
      }),
    );
  });
});
