import { describe, expect, test } from 'vitest';
import { buildDeployment } from './deployment.ts';
import { requestTimeout } from './request-timeout.ts';
import { testPlan } from './test-support.ts';

describe('requestTimeout', () => {
  test.each([
    { why: 'half more than the p99', p99Ms: 41_200, want: 62 },
    { why: 'a minute at least', p99Ms: 1_000, want: 60 },
    { why: 'no shorter than a request of an hour', p99Ms: 3_600_000, want: 5400 },
    { why: 'no forecast', p99Ms: null, want: 600 },
  ])('$why', ({ p99Ms, want }) => {
    expect(requestTimeout(buildDeployment(testPlan({ p99Ms }))).value).toBe(want);
  });
});
