import { describe, expect, test } from 'vitest';
import type { ContextSpec } from '../model/model-spec.ts';
import { deriveMaxModelLen } from './derive-max-model-len.ts';
import { rulesFor } from './rules.ts';
import { parseRelease } from './version.ts';

const PLAIN: ContextSpec = {
  isKnown: true,
  maxPositionTokens: 8192,
  modelMaxLengthTokens: null,
  ropeScaling: null,
  slidingWindowTokens: null,
};
const YARN = { type: 'yarn', factor: 4, originalMaxPositionTokens: 32_768 };

describe('deriveMaxModelLen', () => {
  test.each([
    { why: 'the length of the config', release: '0.24.0', context: PLAIN, want: [8192, 8192] },
    { why: '2048 where it names none', release: '0.24.0', context: { ...PLAIN, maxPositionTokens: null }, want: [2048, 2048] },
    {
      why: 'linear scaling multiplies',
      release: '0.24.0',
      context: { ...PLAIN, ropeScaling: { ...YARN, type: 'linear', factor: 2 } },
      want: [16_384, 16_384],
    },
    {
      why: 'llama3 scaling does not',
      release: '0.24.0',
      context: { ...PLAIN, ropeScaling: { ...YARN, type: 'llama3' } },
      want: [8192, 8192],
    },
    {
      why: 'YaRN: original length × factor until 0.29',
      release: '0.29.0',
      context: { ...PLAIN, ropeScaling: YARN },
      want: [131_072, 131_072],
    },
    { why: 'YaRN: as the config says from 0.30', release: '0.30.0', context: { ...PLAIN, ropeScaling: YARN }, want: [8192, 8192] },
    {
      why: 'longrope: the trained length unless more is asked',
      release: '0.24.0',
      context: { ...PLAIN, maxPositionTokens: 131_072, ropeScaling: { type: 'longrope', factor: null, originalMaxPositionTokens: 4096 } },
      want: [131_072, 4096],
    },
    {
      why: 'model_max_length beats the other fields',
      release: '0.24.0',
      context: { ...PLAIN, modelMaxLengthTokens: 65_536 },
      want: [65_536, 65_536],
    },
  ])('$why', ({ release, context, want }) => {
    const { limitTokens, defaultTokens } = deriveMaxModelLen(context, 'llama', rulesFor(parseRelease(release)), false);
    expect([limitTokens, defaultTokens]).toEqual(want);
  });

  test('a window caps it when sliding is switched off', () => {
    const context = { ...PLAIN, slidingWindowTokens: 4096 };
    expect(deriveMaxModelLen(context, 'mistral', rulesFor(parseRelease('0.24.0')), true).limitTokens).toBe(4096);
    expect(deriveMaxModelLen(context, 'mistral', rulesFor(parseRelease('0.24.0')), false).limitTokens).toBe(8192);
  });

  test('no limit is made up for a length that nobody knows', () => {
    const found = deriveMaxModelLen(
      { ...PLAIN, isKnown: false, maxPositionTokens: null },
      'llama',
      rulesFor(parseRelease('0.24.0')),
      false,
    );
    expect(found.limitTokens).toBe(Number.MAX_SAFE_INTEGER);
  });
});
