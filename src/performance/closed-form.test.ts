import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytes } from '../units/bytes.ts';
import { closedForm } from './closed-form.ts';
import { DENSE_LAYER, MIXTURE_LAYER, TEST_GPU, type TestChanges, testInput, testModel } from './forecast-fixture.ts';
import type { Forecast } from './forecast-types.ts';

function run(changes: TestChanges): Forecast {
  const made = closedForm(testInput(changes));
  if (made === null) throw new Error('the test GPU has a rate');
  return made;
}

const load = fc.record({
  promptTokens: fc.integer({ min: 1, max: 20_000 }),
  genTokens: fc.integer({ min: 1, max: 4000 }),
  concurrency: fc.integer({ min: 1, max: 400 }),
  randomRangeRatio: fc.constantFrom(0, 0.1, 0.5),
});

/** 40960 KV bytes a token, 16 tokens a block. */
function cacheOf(tokens: number): NonNullable<ReturnType<typeof testInput>['kvCache']> {
  const page = bytes(16 * 40_960);
  return {
    dtype: 'bfloat16',
    blockSize: 16,
    groups: [],
    blockBytes: page,
    numBlocks: tokens / 16,
    tokens,
    maxModelLen: 32_768,
    maxConcurrency: tokens / 32_768,
    bytesPerRequest: bytes(32_768 * 40_960),
    estimatedMaxModelLen: tokens,
  };
}

describe('closed form', () => {
  test('a pooling model gives no tokens', () => {
    expect(closedForm({ ...testInput(), model: { ...testModel([DENSE_LAYER]), task: 'pooling' } })).toBeNull();
  });

  test('a GPU without any compute rate gives no forecast, rather than one that leaves prompts out', () => {
    expect(closedForm(testInput({ gpu: { denseFlopsPerS: {} } }))).toBeNull();
  });

  test('requests beyond max_num_seqs queue: the time per token stays, the wait grows', () => {
    const settings = { maxNumSeqs: 8 };
    const full = run({ settings, workload: { concurrency: 8, numPrompts: 800 } });
    const over = run({ settings, workload: { concurrency: 16, numPrompts: 800 } });
    expect(over.tpotMs.mean).toBeCloseTo(full.tpotMs.mean, 1);
    expect(over.ttftMs.p50).toBeGreaterThan(full.e2eMs.p50 * 0.9);
    expect(over.outputTokensPerS).toBeCloseTo(full.outputTokensPerS, -2);
  });

  test('so do requests beyond what the KV cache holds: 4400 tokens are four requests of 1000 + 100', () => {
    const four = run({ kvCache: cacheOf(4400), workload: { concurrency: 4, numPrompts: 400 } });
    const eight = run({ kvCache: cacheOf(4400), workload: { concurrency: 8, numPrompts: 400 } });
    expect(eight.tpotMs.mean).toBeCloseTo(four.tpotMs.mean, 1);
    expect(eight.assumptions.join(' ')).toContain('Only 4 requests run at once');
  });

  test('prompts of neighbours slow decoding down, and a prefix cache takes that away', () => {
    const cold = run({ workload: { promptTokens: 8000 } });
    const warm = run({ workload: { promptTokens: 8000, prefixHitRate: 0.99 } });
    expect(cold.tpotMs.mean).toBeGreaterThan(1.4 * warm.tpotMs.mean);
    expect(cold.itlMs.p99).toBeGreaterThan(5 * cold.itlMs.p50);
  });

  test('the opening burst is the worst wait', () => {
    const { ttftMs } = run({ workload: { concurrency: 64, promptTokens: 4000, genTokens: 2000, numPrompts: 640 } });
    expect(ttftMs.p99).toBeGreaterThan(5 * ttftMs.p50);
  });

  test('an open load that can be served gives what arrives', () => {
    const { requestsPerS, assumptions } = run({ workload: { requestRate: 2, concurrency: 1, numPrompts: 10_000 } });
    expect(requestsPerS).toBeCloseTo(2, 1);
    expect(assumptions.join(' ')).toContain('open loop');
  });

  test('one that cannot saturates and says so', () => {
    const { requestsPerS, ttftMs, assumptions } = run({ workload: { requestRate: 10_000, concurrency: 1, numPrompts: 10_000 } });
    expect(requestsPerS).toBeLessThan(1000);
    expect(ttftMs.p99).toBeGreaterThan(ttftMs.p50);
    expect(assumptions.join(' ')).toContain('More arrives than can be served');
  });

  test('the same input gives the same answer', () => {
    expect(run({})).toEqual(run({}));
  });

  test('every number is finite, ordered and inside its range', () => {
    fc.assert(
      fc.property(load, fc.constantFrom(DENSE_LAYER, MIXTURE_LAYER), fc.constantFrom(null, 0.5, 50), (workload, layer, requestRate) => {
        const made = run({ layers: [layer, layer], workload: { ...workload, requestRate } });
        for (const { mean, p50, p90, p99 } of [made.ttftMs, made.tpotMs, made.itlMs, made.e2eMs]) {
          expect([mean, p50, p90, p99].every((value) => Number.isFinite(value) && value > 0)).toBe(true);
          expect(p50).toBeLessThanOrEqual(p90);
          expect(p90).toBeLessThanOrEqual(p99);
        }
        const { ttftMs, tpotMs, outputTokensPerS } = made.ranges;
        expect(ttftMs[0] <= made.ttftMs.mean && made.ttftMs.mean <= ttftMs[1]).toBe(true);
        expect(tpotMs[0] <= made.tpotMs.mean && made.tpotMs.mean <= tpotMs[1]).toBe(true);
        expect(outputTokensPerS[0] <= made.outputTokensPerS && made.outputTokensPerS <= outputTokensPerS[1]).toBe(true);
      }),
    );
  });

  test('the time per token is never below reading the weights once', () => {
    fc.assert(
      fc.property(load, (workload) => {
        expect(run({ workload }).tpotMs.mean).toBeGreaterThan((384e6 / 1e12) * 1000);
      }),
    );
  });

  test('no client gets more than one token for each reading of the weights', () => {
    fc.assert(
      fc.property(load, (workload) => {
        expect(run({ workload }).outputTokensPerS).toBeLessThan(workload.concurrency / (384e6 / 1e12));
      }),
    );
  });

  test('a longer context never makes a token faster', () => {
    fc.assert(
      fc.property(load, fc.integer({ min: 1, max: 5000 }), (workload, more) => {
        const shorter = run({ workload: { ...workload, randomRangeRatio: 0.1 } });
        const longer = run({ workload: { ...workload, randomRangeRatio: 0.1, promptTokens: workload.promptTokens + more } });
        expect(longer.ttftMs.mean).toBeGreaterThanOrEqual(shorter.ttftMs.mean * 0.999);
        expect(longer.tpotMs.mean).toBeGreaterThanOrEqual(shorter.tpotMs.mean * 0.98);
      }),
    );
  });

  test('one client more never makes a token faster', () => {
    fc.assert(
      fc.property(load, (workload) => {
        const few = run({ workload: { ...workload, randomRangeRatio: 0.1, numPrompts: 10_000 } });
        const more = run({ workload: { ...workload, randomRangeRatio: 0.1, numPrompts: 10_000, concurrency: workload.concurrency + 1 } });
        expect(more.tpotMs.mean).toBeGreaterThanOrEqual(few.tpotMs.mean * 0.98);
      }),
    );
  });

  test('more bandwidth is never slower', () => {
    fc.assert(
      fc.property(load, fc.double({ min: 1, max: 8, noNaN: true }), (workload, factor) => {
        const gpu = { memoryBandwidthBytesPerS: { value: TEST_GPU.memoryBandwidthBytesPerS.value * factor, source: 'test' } };
        const slow = run({ workload });
        const fast = run({ workload, gpu });
        expect(fast.e2eMs.mean).toBeLessThanOrEqual(slow.e2eMs.mean * 1.02);
      }),
    );
  });
});
