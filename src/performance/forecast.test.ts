import { describe, expect, test } from 'vitest';
import { forecast } from './forecast.ts';
import { DENSE_LAYER, type TestChanges, testInput, testModel } from './forecast-fixture.ts';
import type { Forecast } from './forecast-types.ts';
import { sketchTable, sketchTables } from './kernels/test-tables.ts';
import { simulate } from './scheduler/simulate.ts';
import { simulationInput } from './simulation-input.ts';

/** GEMMs of one time whatever their shape. */
const KERNELS = sketchTables(
  sketchTable({
    name: 'gemm/bf16',
    axes: [
      { name: 'n', values: [32, 65_536] },
      { name: 'k', values: [32, 65_536] },
      { name: 'm', values: [1, 32_768] },
    ],
    us: Array.from({ length: 8 }, () => 100),
  }),
);

function run(changes: TestChanges, kernels: typeof KERNELS | null = null): Forecast {
  const made = forecast({ ...testInput(changes), kernels });
  if (made === null) throw new Error('the test GPU has a rate');
  return made;
}

describe('forecast', () => {
  test('a pooling model gives no tokens, and a GPU without any rate no forecast', () => {
    expect(forecast({ ...testInput(), model: { ...testModel([DENSE_LAYER]), task: 'pooling' } })).toBeNull();
    expect(forecast(testInput({ gpu: { denseFlopsPerS: {} } }))).toBeNull();
  });

  test('the same plan gives the same bytes', () => {
    expect(JSON.stringify(run({}))).toBe(JSON.stringify(run({})));
    expect(JSON.stringify(run({}, KERNELS))).toBe(JSON.stringify(run({}, KERNELS)));
  });

  test('of one client whose prompts are alike the first stands for all', () => {
    const input = simulationInput(testInput({ workload: { concurrency: 1, numPrompts: 7, randomRangeRatio: 0 } }));
    expect(input.load.requests).toHaveLength(1);
    const played = (count: number) =>
      simulate({
        ...input,
        load: { ...input.load, requests: Array.from({ length: count }, () => input.load.requests).flat() },
        stepTime: ({ prefills, decodeContextTokens }) => 0.01 + prefills.length + decodeContextTokens * 1e-6,
        contextCaps: [],
      });
    const [one, seven] = [played(1), played(7)];
    expect(seven.completed).toBe(7);
    for (const figure of ['ttftS', 'tpotS', 'itlS', 'e2eS'] as const) {
      expect(seven[figure].mean).toBeCloseTo(one[figure].mean, 6);
      expect(seven[figure].p99).toBeCloseTo(one[figure].p99, 6);
    }
    expect(seven.outputTokensPerS).toBeCloseTo(one.outputTokensPerS, 6);
  });

  test('without kernels all of the time is roofline', () => {
    expect(run({}).basis).toBe('roofline');
    expect(run({}).basisShares).toEqual({ measured: 0, interpolated: 0, roofline: 1 });
  });

  test('shares add up to one, and what no kernel covers is not called measured', () => {
    const { basisShares, assumptions } = run({}, KERNELS);
    expect(basisShares.measured + basisShares.interpolated + basisShares.roofline).toBeCloseTo(1);
    expect(basisShares.interpolated).toBeGreaterThan(0.1);
    expect(basisShares.roofline).toBeGreaterThan(0);
    expect(assumptions[0]).toContain('kernels that were measured');
  });

  test('requests beyond max_num_seqs queue: the time per token stays, the wait grows', () => {
    const settings = { maxNumSeqs: 8 };
    const full = run({ settings, workload: { concurrency: 8, numPrompts: 160 } });
    const over = run({ settings, workload: { concurrency: 16, numPrompts: 160 } });
    expect(over.tpotMs.mean / full.tpotMs.mean).toBeCloseTo(1, 1);
    expect(over.ttftMs.p50).toBeGreaterThan(full.e2eMs.p50 * 0.9);
    expect(over.assumptions.join(' ')).toContain('At most 8 requests run at once');
  });

  test.each([null, KERNELS])('figures are ordered and inside their ranges, in both loops', (kernels) => {
    for (const requestRate of [null, 2]) {
      const made = run({ workload: { requestRate } }, kernels);
      for (const { mean, p50, p90, p99 } of [made.ttftMs, made.tpotMs, made.itlMs, made.e2eMs]) {
        expect(mean).toBeGreaterThan(0);
        expect(p50 <= p90 && p90 <= p99).toBe(true);
      }
      const { ttftMs, tpotMs, outputTokensPerS } = made.ranges;
      expect(ttftMs[0] <= made.ttftMs.mean && made.ttftMs.mean <= ttftMs[1]).toBe(true);
      expect(tpotMs[0] <= made.tpotMs.mean && made.tpotMs.mean <= tpotMs[1]).toBe(true);
      expect(outputTokensPerS[0] <= made.outputTokensPerS && made.outputTokensPerS <= outputTokensPerS[1]).toBe(true);
    }
  });

  test('one token of output still gives finite figures', () => {
    const made = run({ workload: { genTokens: 1 } });
    expect(Number.isFinite(made.tpotMs.mean) && Number.isFinite(made.itlMs.p99)).toBe(true);
  });
});
