import { describe, expect, test } from 'vitest';
import { judge } from '../../test/support/judge.ts';
import { defaultServeArgs } from '../engine/serve-args.ts';
import { parseRelease } from '../engine/version.ts';
import { loraGraphCases } from './cuda-graphs.ts';
import { FIRST_RANK, ONE_GPU } from './layout.ts';
import { loraTensors } from './lora-bytes.ts';

const place = { layout: { ...ONE_GPU, tensorParallel: 4 }, rank: FIRST_RANK };
const slots = { maxLoras: 2, rank: 16 };
const linear = { kind: 'linear', bias: false, quantizable: true, role: 'mlp' } as const;
const up = { ...linear, parts: [{ name: 'up', outFeatures: 800 }], inFeatures: 400, split: 'column' } as const;
const down = { ...linear, parts: [{ name: 'down', outFeatures: 400 }], inFeatures: 800, split: 'row' } as const;

describe('adapter slots of a linear layer on four ranks', () => {
  test('A of a column layer and B of a row layer are whole', () => {
    expect(loraTensors(up, slots, place)).toEqual([32 * 400, 32 * 200]);
    expect(loraTensors(down, slots, place)).toEqual([32 * 200, 32 * 400]);
  });

  test('--fully-sharded-loras splits them', () => {
    expect(loraTensors(up, { ...slots, fullySharded: true }, place)).toEqual([32 * 100, 32 * 200]);
    expect(loraTensors(down, { ...slots, fullySharded: true }, place)).toEqual([32 * 200, 32 * 100]);
  });
});

test('one slot of rank 16 where nothing is said', () => {
  const weights = (args: object) =>
    judge({ model: 'meta-llama/Llama-3.1-8B-Instruct', gpu: 'H100', version: '0.20.2', args }).answer?.memory.workers[0]?.weightsBytes;
  expect(weights({ enableLora: true })).toBe(weights({ enableLora: true, maxLoras: 1, maxLoraRank: 16 }));
});

describe('graphs with adapters', () => {
  const cases = (version: string, change: object = {}) =>
    loraGraphCases({ ...defaultServeArgs('m'), enableLora: true, ...change }, parseRelease(version));

  test('are captured with and without them from 0.12 on', () => {
    expect(cases('0.20.2', { enableLora: false })).toBe(1);
    expect(cases('0.11.0')).toBe(1);
    expect(cases('0.12.0')).toBe(2);
  });

  test('--specialize-active-lora captures every power of two', () => {
    const otherFlags = [{ name: '--specialize-active-lora', value: null }];
    expect(cases('0.20.2', { otherFlags, maxLoras: 4 })).toBe(5); // none, 1, 2, 4 and 5
  });
});
