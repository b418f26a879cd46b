import { describe, expect, it, test } from 'vitest';
import { simulate } from './simulate.ts';
import { type TestSetup, testInput, traceRun } from './test-support.ts';

const batches = (setup: TestSetup): readonly string[] => traceRun(testInput(setup)).steps.map(({ batch }) => batch);

describe('the batches of simulate, worked by hand', () => {
  test.each<{ why: string; setup: TestSetup; want: readonly string[] }>([
    { why: 'one request: prompt, then a token a step', setup: { requests: [[20, 3]] }, want: ['0:20', '0:1', '0:1'] },
    { why: 'a long prompt is cut by the budget of 64', setup: { requests: [[150, 2]] }, want: ['0:64', '0:64', '0:22', '0:1'] },
    {
      why: 'the rest of the budget starts the next prompt; running ones come first',
      setup: {
        requests: [
          [40, 3],
          [40, 2],
        ],
      },
      want: ['0:40 1:24', '0:1 1:16', '0:1 1:1'],
    },
    {
      why: 'no more than max_num_seqs run',
      setup: {
        requests: [
          [8, 2],
          [8, 2],
          [8, 1],
        ],
        limits: { maxNumSeqs: 2 },
      },
      want: ['0:8 1:8', '0:1 1:1', '2:8'],
    },
    {
      why: 'a long-prefill threshold leaves budget to the next',
      setup: {
        requests: [
          [50, 1],
          [50, 1],
        ],
        limits: { longPrefillTokens: 30 },
      },
      want: ['0:30 1:30', '0:20 1:20'],
    },
    { why: 'whole cached blocks are not computed', setup: { requests: [[40, 2, 39]] }, want: ['0:8', '0:1'] },
    { why: 'the last token is computed even if all is cached', setup: { requests: [[32, 1, 32]] }, want: ['0:16'] },
    {
      why: 'without caching nothing is found',
      setup: { requests: [[40, 1, 39]], limits: { prefixCaching: false } },
      want: ['0:40'],
    },
    {
      why: 'the length limit ends an answer',
      setup: { requests: [[60, 100]], limits: { maxModelLen: 62 } },
      want: ['0:60', '0:1'],
    },
    {
      why: 'two tokens a step with one draft that is always accepted',
      setup: { requests: [[10, 5]], speculation: { draftTokens: 1, acceptanceLength: 2, takesSlots: false } },
      want: ['0:10', '0:2', '0:2'],
    },
    {
      why: 'async: the next step is chosen before the first token is known',
      setup: { requests: [[20, 3]], limits: { asyncScheduling: true } },
      want: ['0:20', '0:1', '0:1'],
    },
    {
      why: 'async: a place is filled one step late',
      setup: {
        requests: [
          [8, 2],
          [8, 1],
        ],
        limits: { maxNumSeqs: 1, asyncScheduling: true },
      },
      want: ['0:8', '0:1', '1:8'],
    },
  ])('$why', ({ setup, want }) => {
    expect(batches(setup)).toEqual(want);
  });

  it('preempts the one that started last when blocks run out, and computes it again', () => {
    // 4 blocks of 16. Both prompts take 2; request 0 needs a third block for its 33rd token.
    const { steps, result } = traceRun(
      testInput({
        requests: [
          [31, 4],
          [31, 3],
        ],
        limits: { numBlocks: 5, prefixCaching: false },
      }),
    );
    expect(steps).toEqual([
      { batch: '0:31 1:31', preempted: [] },
      { batch: '0:1 1:1', preempted: [] },
      { batch: '0:1', preempted: [1] },
      { batch: '0:1', preempted: [] },
      { batch: '1:33', preempted: [] },
    ]);
    expect(result.preemptions).toBe(1);
  });

  it('finds the blocks of a preempted request again as long as nobody took them', () => {
    const { steps } = traceRun(
      testInput({
        requests: [
          [31, 4],
          [31, 3],
        ],
        limits: { numBlocks: 5 },
      }),
    );
    // Request 0 takes one of its two blocks, the one at the end of the sequence.
    expect(steps.at(-1)).toEqual({ batch: '1:17', preempted: [] });
  });
});

describe('the figures of simulate, worked by hand', () => {
  it('counts from the sending of a request to its tokens', () => {
    const result = simulate(
      testInput({
        requests: [
          [40, 3],
          [40, 2],
        ],
      }),
    );
    // Steps end at 1, 2, 3 s. First tokens at 1 and 2, last ones at 3 and 3.
    expect(result.ttftS.mean).toBe(1.5);
    expect(result.ttftS.p90).toBeCloseTo(1.9, 12);
    expect(result.tpotS).toEqual({ mean: 1, p50: 1, p90: 1, p99: 1 });
    expect(result.e2eS.mean).toBe(3);
    expect(result.durationS).toBe(3);
    expect(result.outputTokensPerS).toBe(5 / 3);
    expect(result.totalTokensPerS).toBe(85 / 3);
    expect(result.meanBatch).toBe(2);
    expect(result.steps).toBe(3);
  });

  it('starts the clock of a closed loop when a client is free', () => {
    const requests = Array.from({ length: 4 }, () => [8, 2] as const);
    const result = simulate(testInput({ requests, concurrency: 1, frontEnd: { ingressS: 0.25, egressS: 0.25, ingressGapS: 0 } }));
    expect(result.ttftS).toEqual({ mean: 1.5, p50: 1.5, p90: 1.5, p99: 1.5 });
    expect(result.e2eS.mean).toBe(2.5);
    expect(result.durationS).toBe(10);
    expect(result.queueS.mean).toBe(0);
  });

  it('waits for arrivals in an open loop', () => {
    const result = simulate(
      testInput({
        requests: [
          [8, 1],
          [8, 1],
        ],
        sendS: [0.5, 10],
      }),
    );
    expect(result.ttftS.mean).toBe(1);
    expect(result.durationS).toBe(11);
    expect(result.busyS).toBe(2);
  });

  it('gives a message of several tokens one gap', () => {
    const result = simulate(testInput({ requests: [[10, 5]], speculation: { draftTokens: 1, acceptanceLength: 2, takesSlots: false } }));
    expect(result.itlS.mean).toBe(1);
    expect(result.tpotS.mean).toBe(0.5);
  });

  it('refuses what can never run', () => {
    const result = simulate(
      testInput({
        requests: [
          [5000, 1],
          [8, 1],
          [200, 1],
        ],
        limits: { numBlocks: 5 },
      }),
    );
    expect(result.refused).toBe(2);
    expect(result.completed).toBe(1);
  });
});
