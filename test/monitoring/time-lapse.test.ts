import { describe, expect, test } from 'vitest';
import { hastenedExpr, shortened } from './time-lapse.ts';

describe('hastenedExpr', () => {
  test.each([
    { expr: 'rate(a[5m])', want: 'rate(a[3000ms])' },
    { expr: 'max_over_time(rate(a[5m])[1h:1m])', want: 'max_over_time(rate(a[3000ms])[36000ms:600ms])' },
    { expr: 'a offset 1h > 5', want: 'a offset 36000ms > 5' },
    { expr: 'a{instance="10.0.0.1:9400"} > 14.4 * 0.01', want: 'a{instance="10.0.0.1:9400"} > 14.4 * 0.01' },
    { expr: 'model:vllm_error:ratio5m > 5', want: 'model:vllm_error:ratio5m > 5' },
  ])('$expr', ({ expr, want }) => {
    expect(hastenedExpr(expr, 100)).toBe(want);
  });
});

describe('shortened', () => {
  test.each([
    ['1h30m', '54000ms'],
    ['90s', '900ms'],
    ['1ms', '1ms'],
  ])('%s', (duration, want) => {
    expect(shortened(duration, 100)).toBe(want);
  });
});
