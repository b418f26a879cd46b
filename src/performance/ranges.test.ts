import { describe, expect, test } from 'vitest';
import { perTokenRange } from './ranges.ts';

const known = { decodeS: 0.01, promptsS: 0, rooflineShare: 0, sequences: 1, queueShare: 0 };
const width = (parts: Partial<typeof known>): number => {
  const [low, high] = perTokenRange({ ...known, ...parts });
  return high - low;
};

describe('range of the time per token', () => {
  test('kernels that were timed, one user: e^-0.096 and e^0.058', () => {
    const [low, high] = perTokenRange(known);
    expect(low).toBeCloseTo(0.01 * 0.9085, 6);
    expect(high).toBeCloseTo(0.01 * 1.0597, 6);
  });

  test.each([
    { why: 'kernels that nobody timed', parts: { rooflineShare: 1 } },
    { why: 'a large batch', parts: { sequences: 64 } },
    { why: 'prompts of neighbours', parts: { decodeS: 0.008, promptsS: 0.002 } },
    { why: 'a queue', parts: { queueShare: 0.5 } },
  ])('$why make it wider', ({ parts }) => {
    expect(width(parts)).toBeGreaterThan(width({}));
  });

  test('a large batch of kernels that nobody timed is wider than both together', () => {
    const alone = width({});
    const both = width({ sequences: 64, rooflineShare: 1 }) - alone;
    expect(both).toBeGreaterThan(width({ sequences: 64 }) - alone + width({ rooflineShare: 1 }) - alone);
  });
});
