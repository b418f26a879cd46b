import { describe, expect, it, test } from 'vitest';
import { percent } from './accuracy-tables.ts';
import { errorStats, meanOfMedians } from './error-stats.ts';
import { loadOf } from './group-runs.ts';

describe('errorStats', () => {
  it('is of the sizes, but for the bias', () => {
    expect(errorStats([-0.5, 0.1, 0.3, -0.2])).toEqual({ count: 4, median: 0.25, mean: 0.275, p90: 0.5, worst: 0.5, bias: -0.05 });
    expect(errorStats([])).toBeNull();
  });

  it('counts each group once, however many rows it has', () => {
    const items = [
      { group: 'a', error: 0.1 },
      { group: 'a', error: -0.1 },
      { group: 'a', error: 0.1 },
      { group: 'b', error: -0.5 },
      { group: 'c', error: null },
    ];
    expect(
      meanOfMedians(
        items,
        ({ group }) => group,
        ({ error }) => error,
      ),
    ).toBeCloseTo(0.3);
  });
});

test.each([
  [null, 'request rate'],
  [1, '1 user'],
  [4, '2 to 4 users'],
  [64, '33 to 64 users'],
  [256, '129 to 256 users'],
  [1000, '257 or more users'],
])('the load of %s is %s', (concurrency, want) => {
  expect(loadOf(concurrency)).toBe(want);
});

test.each([
  [0.0123, '1.2 %'],
  [0.0996, '10 %'],
  [1.234, '123 %'],
])('%d prints as %s', (share, want) => {
  expect(percent(share)).toBe(want);
});
