import { describe, expect, test } from 'vitest';
import type { EngineBatch } from '../scheduler/engine-batch.ts';
import { rooflineCost, secondsOf } from './cost.ts';
import { Lockstep } from './lockstep.ts';

const DECODE: EngineBatch = { prefills: [], decodes: 4, decodeTokens: 4, decodeContextTokens: 400, cappedContextTokens: [] };
const MIXED: EngineBatch = { ...DECODE, prefills: [{ tokens: 1000, contextTokens: 0, samples: true }] };

/** 10 s for sequences, 5 s more for prompts. */
const costOf = ({ prefills }: EngineBatch) => rooflineCost(prefills.length > 0 ? 15 : 10);

function play(replicas: number, batches: readonly EngineBatch[]): number[] {
  const lockstep = new Lockstep(costOf, replicas);
  return batches.map((batch) => secondsOf(lockstep.cost(batch)));
}

describe('replicas that exchange tokens', () => {
  test('one replica: its own time', () => {
    expect(play(1, [MIXED, DECODE, DECODE])).toEqual([15, 10, 10]);
  });

  test('three: after an own prompt two steps wait for the prompts of the others', () => {
    expect(play(3, [MIXED, DECODE, DECODE, DECODE])).toEqual([15, 15, 15, 10]);
  });

  test('prompts in the same step share it but for the experts', () => {
    expect(play(2, [MIXED, MIXED, DECODE, DECODE])).toEqual([15, 17.5, 15, 10]);
  });
});
