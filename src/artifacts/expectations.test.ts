import { describe, expect, it } from 'vitest';
import type { PlanResult } from '../plan/plan-result.ts';
import { expectationsOf } from './expectations.ts';
import { testPlan } from './test-support.ts';

/** A plan whose forecast is TTFT 100 (p99 400), TPOT 10 (p99 12) ms, with ranges 80 to 130 and 9 to 11.5. */
function forecastPlan(targets: { ttftTargetMs?: number; tpotTargetMs?: number } = {}): PlanResult {
  const plan = testPlan();
  const { performance } = plan.document;
  if (performance === null) throw new RangeError('the fixture has a forecast');
  const ttft_ms = { mean: 100, p50: 90, p90: 200, p99: 400 };
  const tpot_ms = { mean: 10, p50: 10, p90: 11, p99: 12 };
  const ranges: typeof performance.ranges = { ...performance.ranges, ttft_ms: [80, 130], tpot_ms: [9, 11.5] };
  return {
    ...plan,
    request: { ...plan.request, workload: { ...plan.request.workload, genTokens: 101, ...targets } },
    document: { ...plan.document, performance: { ...performance, ttft_ms, tpot_ms, ranges } },
  };
}

describe('limits', () => {
  it('are the targets of the plan', () => {
    const { limits } = expectationsOf(forecastPlan({ ttftTargetMs: 500, tpotTargetMs: 25 }));
    expect(limits.ttftMs).toEqual({ value: 500, because: '--ttft-ms of the plan' });
    expect(limits.itlMs?.value).toBe(25);
    expect(limits.e2eMs).toEqual({ value: 3000, because: '500 ms to the first token + 100 tokens x 25 ms' });
  });

  it('are the slowest percent of the forecast, at the slow end of its range, where there is no target', () => {
    const { limits } = expectationsOf(forecastPlan());
    expect(limits.ttftMs?.value).toBe(520);
    expect(limits.itlMs?.value).toBe(14);
    expect(limits.ttftMs?.because).toContain('400 ms x 1.30');
  });

  it('are unknown without a forecast', () => {
    expect(expectationsOf(testPlan({ p99Ms: null })).limits).toEqual({ ttftMs: null, itlMs: null, e2eMs: null });
  });
});
