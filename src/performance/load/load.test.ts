import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { drawLengths } from './draw-lengths.ts';
import { drawSendTimes } from './draw-send-times.ts';
import { gamma, randomSource } from './random-source.ts';

const lengths = { prompts: 4000, promptTokens: 1000, outputTokens: 100, rangeRatio: 0.2, prefixHitRate: 0, seed: 7 };

describe('drawLengths', () => {
  it('draws every whole number in the range, ends included, evenly', () => {
    const outputs = drawLengths(lengths).map(({ outputTokens }) => outputTokens);
    expect(Math.min(...outputs)).toBe(80);
    expect(Math.max(...outputs)).toBe(120);
    const mean = outputs.reduce((sum, tokens) => sum + tokens, 0) / outputs.length;
    // Standard deviation of the mean: 11.8 / sqrt(4000) = 0.19.
    expect(Math.abs(mean - 100)).toBeLessThan(0.8);
  });

  test.each([
    { why: 'a ratio of 0 gives equal lengths', rangeRatio: 0, low: 1000, high: 1000 },
    { why: 'the low end is rounded down, the high end up', rangeRatio: 0.0005, low: 999, high: 1001 },
  ])('$why', ({ rangeRatio, low, high }) => {
    const prompts = drawLengths({ ...lengths, rangeRatio }).map(({ promptTokens }) => promptTokens);
    expect([Math.min(...prompts), Math.max(...prompts)]).toEqual([low, high]);
  });

  it('gives an answer at least one token', () => {
    expect(drawLengths({ ...lengths, outputTokens: 1, rangeRatio: 0.9 }).every(({ outputTokens }) => outputTokens >= 1)).toBe(true);
  });

  it('gives the same lengths for the same seed, others for another', () => {
    expect(drawLengths(lengths)).toEqual(drawLengths(lengths));
    expect(drawLengths(lengths)).not.toEqual(drawLengths({ ...lengths, seed: 8 }));
  });

  it('does not draw other prompts when outputs differ', () => {
    const prompts = (outputTokens: number) => drawLengths({ ...lengths, outputTokens }).map(({ promptTokens }) => promptTokens);
    expect(prompts(10)).toEqual(prompts(500));
  });
});

describe('drawSendTimes', () => {
  it('never goes back and ends at exactly prompts / rate', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.constantFrom(0.3, 1, 4, Number.POSITIVE_INFINITY),
        fc.integer(),
        (prompts, burstiness, seed) => {
          const sendS = drawSendTimes({ prompts, requestRate: 5, burstiness, seed });
          expect(sendS.at(-1)).toBeCloseTo(prompts / 5, 9);
          return sendS.every((second, index) => second >= (sendS[index - 1] ?? 0));
        },
      ),
    );
  });

  it('spaces arrivals evenly at infinite burstiness and sends all at once at an infinite rate', () => {
    expect(drawSendTimes({ prompts: 4, requestRate: 2, burstiness: Number.POSITIVE_INFINITY, seed: 1 })).toEqual([0.5, 1, 1.5, 2]);
    expect(drawSendTimes({ prompts: 2, requestRate: Number.POSITIVE_INFINITY, burstiness: 1, seed: 1 })).toEqual([0, 0]);
  });
});

describe('gamma', () => {
  // A gamma distribution of mean 1 has the variance 1 / shape.
  test.each([0.25, 1, 3])('has mean 1 and variance 1 / shape at shape %d', (shape) => {
    const source = randomSource(3);
    const draws = Array.from({ length: 40_000 }, () => gamma(source, shape));
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length;
    expect(Math.abs(mean - 1)).toBeLessThan(0.04);
    expect(Math.abs(variance * shape - 1)).toBeLessThan(0.12);
  });
});
