import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { expertShare, FIRST_RANK, headsOfRank, ONE_GPU, stagesOf } from './layout.ts';

describe('stagesOf', () => {
  test.each([
    { why: 'one stage has all layers', layers: 32, pipelineParallel: 1, want: [32] },
    { why: 'an even split', layers: 32, pipelineParallel: 4, want: [8, 8, 8, 8] },
    { why: 'one over goes to the second-to-last stage', layers: 61, pipelineParallel: 4, want: [15, 15, 16, 15] },
    { why: 'two over spare the ends', layers: 62, pipelineParallel: 4, want: [15, 16, 16, 15] },
    { why: 'three over spare the last only', layers: 63, pipelineParallel: 4, want: [16, 16, 16, 15] },
    { why: 'two stages: the first takes the odd one', layers: 61, pipelineParallel: 2, want: [31, 30] },
  ])('$why', ({ layers, pipelineParallel, want }) => {
    expect(stagesOf(layers, { pipelineParallel }).map((stage) => stage.end - stage.start)).toEqual(want);
  });

  it('covers every layer once, in order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 16 }), (layers, pipelineParallel) => {
        const stages = stagesOf(layers, { pipelineParallel });
        return stages.every((stage, index) => stage.start === (stages[index - 1]?.end ?? 0)) && stages.at(-1)?.end === layers;
      }),
    );
  });
});

describe('expertShare', () => {
  const tp8 = { ...ONE_GPU, tensorParallel: 8 };
  test.each([
    { why: 'without EP every rank has a slice of each', layout: tp8, rank: FIRST_RANK, want: { experts: 128, slices: 8 } },
    { why: 'with EP whole experts', layout: { ...tp8, expertParallel: true }, rank: FIRST_RANK, want: { experts: 16, slices: 1 } },
    { why: 'DP widens the group, EP or not', layout: { ...tp8, dataParallel: 2 }, rank: FIRST_RANK, want: { experts: 128, slices: 16 } },
  ])('$why', ({ layout, rank, want }) => {
    expect(expertShare(128, layout, rank)).toEqual(want);
  });

  it('gives the first ranks one more when experts do not divide', () => {
    const layout = { ...tp8, expertParallel: true };
    const shares = Array.from({ length: 8 }, (_, tensorRank) => expertShare(60, layout, { ...FIRST_RANK, tensorRank }).experts);
    expect(shares).toEqual([8, 8, 8, 8, 7, 7, 7, 7]);
  });
});

describe('headsOfRank', () => {
  test.each([
    { why: 'split evenly', heads: 8, tp: 4, want: 2 },
    { why: 'replicated past tp = heads', heads: 4, tp: 8, want: 1 },
  ])('$why', ({ heads, tp, want }) => {
    expect(headsOfRank(heads, tp)).toBe(want);
  });
});
