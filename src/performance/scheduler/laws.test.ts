import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Release } from '../../engine/version.ts';
import type { EngineBatch } from './engine-batch.ts';
import { EngineRun } from './engine-run.ts';
import type { KvGroup } from './kv-demand.ts';
import { simulate } from './simulate.ts';
import type { SimulationInput } from './simulation.ts';
import { type TestSetup, testInput } from './test-support.ts';

const groups: fc.Arbitrary<readonly KvGroup[]> = fc.constantFrom<readonly KvGroup[]>(
  [{ kind: 'full', blockTokens: 16 }],
  [
    { kind: 'full', blockTokens: 16 },
    { kind: 'full', blockTokens: 32 },
  ],
  [
    { kind: 'full', blockTokens: 16 },
    { kind: 'window', blockTokens: 16, windowTokens: 40 },
  ],
  [{ kind: 'window', blockTokens: 8, windowTokens: 24 }],
  [
    { kind: 'full', blockTokens: 32 },
    { kind: 'state', blocks: 2 },
  ],
);

/** Depends on everything that a batch says, in times that do not add up evenly. */
function unevenStepTime(batch: EngineBatch): number {
  let seconds = 0.0101 + batch.decodes * 1.3e-4 + batch.decodeContextTokens * 1.7e-6 + batch.decodeTokens * 1e-5;
  for (const capped of batch.cappedContextTokens) seconds += capped * 1.1e-6;
  for (const chunk of batch.prefills) seconds += chunk.tokens * 2.3e-5 + chunk.tokens * chunk.contextTokens * 1e-9;
  return seconds;
}

const setups: fc.Arbitrary<TestSetup> = fc
  .record({
    requests: fc.array(fc.tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 150 }), fc.integer({ min: 0, max: 200 })), {
      minLength: 1,
      maxLength: 40,
    }),
    concurrency: fc.option(fc.integer({ min: 1, max: 24 })),
    gapS: fc.constantFrom(0, 0.05, 0.7, 4),
    groups,
    release: fc.constantFrom<Release>('0.11.2', '0.19.1', '0.24.0', '0.33.0'),
    maxNumBatchedTokens: fc.constantFrom(24, 64, 512),
    maxNumSeqs: fc.constantFrom(4, 16),
    longPrefillTokens: fc.constantFrom(0, 0, 20),
    asyncScheduling: fc.boolean(),
    prefixCaching: fc.boolean(),
    watermarkFraction: fc.constantFrom(0, 0.1),
    numBlocks: fc.constantFrom(64, 120, 1000),
    caps: fc.constantFrom<readonly number[]>([], [64], [30, 128]),
    frontEnd: fc.constantFrom({ ingressS: 0, egressS: 0, ingressGapS: 0 }, { ingressS: 0.004, egressS: 0.003, ingressGapS: 0.001 }),
    speculation: fc.constantFrom(null, null, null, { draftTokens: 3, acceptanceLength: 2.2, takesSlots: true }),
  })
  .map(({ requests, concurrency, gapS, groups, release, caps, frontEnd, speculation, ...limits }) => ({
    requests,
    concurrency,
    sendS: gapS === 0 ? null : requests.map((_, index) => index * gapS),
    groups,
    release,
    contextCaps: caps,
    frontEnd,
    speculation,
    limits: { ...limits, maxModelLen: 300 },
    stepTime: unevenStepTime,
  }));

const RUNS = { numRuns: 100 };

describe('the laws of simulate', () => {
  it('gives the same bits whether or not steady requests advance as a group', () => {
    fc.assert(
      fc.property(setups, (setup) => {
        const input = testInput(setup);
        expect(simulate(input)).toEqual(new EngineRun(input, { plain: true }).run());
      }),
      RUNS,
    );
  });

  it('gives the same bytes for the same input', () => {
    fc.assert(
      fc.property(setups, (setup) => {
        const once = JSON.stringify(simulate(testInput(setup)));
        return once === JSON.stringify(simulate(testInput(setup)));
      }),
      { numRuns: 30 },
    );
  });

  it('ends every request that it takes, with no time before its cause', () => {
    fc.assert(
      fc.property(setups, (setup) => {
        const input = testInput(setup);
        const result = simulate(input);
        expect(result.completed + result.refused).toBe(setup.requests.length);
        for (const at of ['mean', 'p50', 'p90', 'p99'] as const) {
          expect(result.ttftS[at]).toBeLessThanOrEqual(result.e2eS[at] * (1 + 1e-12));
          expect(result.queueS[at]).toBeLessThanOrEqual(result.ttftS[at] + 1e-9);
        }
        expect(result.meanBatch).toBeLessThanOrEqual(result.peakBatch * (1 + 1e-12));
        expect(result.peakKvFraction).toBeLessThanOrEqual(1);
        // With drafts and async scheduling a step may be under way for a request that has ended.
        if (setup.speculation === null) expect(result.busyS).toBeLessThanOrEqual(result.durationS * (1 + 1e-9));
      }),
      RUNS,
    );
  });

  it('keeps to the budget and the places, and starts in the order of arrival', () => {
    fc.assert(fc.property(setups, checkSteps), RUNS);
  });
});

function checkSteps(setup: TestSetup): void {
  const input = testInput(setup);
  const started = new Set<number>();
  let computed = 0;
  let newest = -1;
  let inOrder = true;
  let mostTokens = 0;
  let mostSequences = 0;
  const run = new EngineRun(input, {
    plain: true,
    onStep: (plan) => {
      let tokens = 0;
      for (const { request, tokens: each } of plan.entries.slice(0, plan.count)) {
        tokens += each;
        if (started.has(request.index)) continue;
        inOrder &&= request.index > newest;
        newest = request.index;
        started.add(request.index);
      }
      mostTokens = Math.max(mostTokens, tokens);
      mostSequences = Math.max(mostSequences, plan.count);
      computed += tokens;
    },
  });
  const result = run.run();
  expect(inOrder).toBe(true);
  expect(mostTokens).toBeLessThanOrEqual(input.limits.maxNumBatchedTokens);
  expect(mostSequences).toBeLessThanOrEqual(input.limits.maxNumSeqs);
  expect(run.state.pool.free).toBe(input.limits.numBlocks - 1);
  expect(result.computedTokens).toBe(computed);
  if (result.preemptions === 0 && input.speculation === null) expect(computed).toBe(tokensOnce(input, started));
}

/** Every prompt token that the cache did not hold and every answer token but the last, once. */
function tokensOnce({ load, limits, kv }: SimulationInput, started: ReadonlySet<number>): number {
  let tokens = 0;
  load.requests.forEach(({ promptTokens, outputTokens, cachedTokens }, index) => {
    if (!started.has(index)) return;
    const blocks = limits.prefixCaching ? Math.floor(Math.min(cachedTokens, promptTokens - 1) / kv.blockTokens) : 0;
    tokens += promptTokens + Math.min(outputTokens, limits.maxModelLen - promptTokens) - 1 - blocks * kv.blockTokens;
  });
  return tokens;
}
