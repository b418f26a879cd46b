import { describe, expect, test } from 'vitest';
import { CALIBRATION } from './calibration.ts';
import { MIXTURE_LAYER, type TestChanges, testInput } from './forecast-fixture.ts';
import { rankWork } from './rank-work.ts';
import { type StepBatch, stepS } from './step-time.ts';

const IDLE: StepBatch = { sequences: 1, contextTokens: 0, promptTokens: 0, promptContextTokens: 0 };

function step(changes: TestChanges, batch: Partial<StepBatch>): number {
  const input = testInput(changes);
  const work = rankWork(input);
  if (work === null) throw new Error('the test GPU has a rate');
  return stepS(work, { ...IDLE, ...batch }, input);
}

const { weightReadFraction, cacheReadFraction, peakFraction, mixturePeakFraction, attentionPeakFraction } = CALIBRATION;
const { blockS, mixtureBlockS, asyncStepS, syncStepS, sequenceS, launchBlockS, fabricReduceS, fabricFraction } = CALIBRATION;
const FIXED = 20 * blockS + asyncStepS + sequenceS;
/** 10 layers × 16 M weights and a head of 32 M, two bytes each, at 1 TB/s. */
const WEIGHTS = (320e6 + 64e6) / 1e12 / weightReadFraction;

describe('stepS', () => {
  test.each<{ why: string; changes: TestChanges; batch: Partial<StepBatch>; want: number }>([
    { why: 'one sequence without context reads the weights once', changes: {}, batch: {}, want: WEIGHTS + FIXED },
    {
      // 10 layers × 2 (K and V) × 8 heads × 128 × 2 bytes = 40960 bytes a token.
      why: 'context costs a read of the cache',
      changes: {},
      batch: { contextTokens: 10_000 },
      want: WEIGHTS + FIXED + (10_000 * 40_960) / 1e12 / cacheReadFraction,
    },
    {
      why: 'without asynchronous scheduling the host takes longer',
      changes: { settings: { asyncScheduling: false } },
      batch: {},
      want: WEIGHTS + FIXED - asyncStepS + syncStepS,
    },
    {
      why: 'without graphs a short step waits for 20 blocks to be launched',
      changes: { settings: { cudagraphMode: 'NONE', cudagraphCaptureSizes: [] } },
      batch: {},
      want: 20 * launchBlockS + asyncStepS + sequenceS,
    },
    {
      why: 'two GPUs read half each and add up 2000 bytes 20 times',
      changes: { layout: { tensorParallel: 2 } },
      batch: {},
      want: WEIGHTS / 2 + FIXED + 20 * (fabricReduceS + 2000 / (450e9 * fabricFraction)),
    },
    {
      // 2 × 160 M FLOP a token for the layers, 2 × 32 M for the one sampled token more; attention 4 × 8 × 128 × 10 FLOP a pair.
      why: '8000 prompt tokens are bound by multiplying',
      changes: {},
      batch: { sequences: 0, promptTokens: 8000, promptContextTokens: 4000 },
      want:
        (8000 * 320e6) / 100e12 / peakFraction.wide +
        64e6 / 1e12 / weightReadFraction +
        (8000 * 4000 * 40_960) / 100e12 / attentionPeakFraction +
        FIXED -
        sequenceS,
    },
    {
      // One token takes 4 of 64 experts: 1/16 of 64 × 3 × 500 × 1000 × 2 bytes = 12 MB, besides 8 MB of attention.
      why: 'one token reads its own experts',
      changes: { layers: [MIXTURE_LAYER] },
      batch: {},
      want: (12e6 + 8e6 + 64e6) / 1e12 / weightReadFraction + blockS + mixtureBlockS + asyncStepS + sequenceS,
    },
    {
      // 4096 tokens hit all 192 MB, and multiply 4096 × 2 × 4 × 1.5 M FLOP.
      why: 'many tokens multiply with all experts',
      changes: { layers: [MIXTURE_LAYER] },
      batch: { sequences: 0, promptTokens: 4096 },
      want:
        (4096 * 12e6) / 100e12 / mixturePeakFraction.wide +
        (4096 * 8e6) / 100e12 / peakFraction.wide +
        64e6 / 1e12 / weightReadFraction +
        blockS +
        mixtureBlockS +
        asyncStepS,
    },
  ])('$why', ({ changes, batch, want }) => {
    expect(step(changes, batch)).toBeCloseTo(want, 9);
  });

  test('half of the experts of two tokens are the same in the worst case, none in the best', () => {
    const one = step({ layers: [MIXTURE_LAYER] }, {});
    const two = step({ layers: [MIXTURE_LAYER] }, { sequences: 2 }) - sequenceS;
    // 1 − (1 − 1/16)² = 31/256 of 192 MB instead of 16/256.
    expect(two - one).toBeCloseTo((192e6 * 15) / 256 / 1e12 / weightReadFraction, 9);
  });
});
