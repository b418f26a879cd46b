import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { MAX_CONFIG_BYTES, parseConfigText } from './parse-config-text.ts';

describe('parseConfigText', () => {
  test.each([
    { why: 'plain JSON', text: '{"a": 1}', want: { a: 1 } },
    { why: 'what Python writes for an open limit', text: '{"time_step_limit": [0.0, Infinity]}', want: { time_step_limit: [0, null] } },
    { why: 'the other bare numbers', text: '[-Infinity, NaN]', want: [null, null] },
    { why: 'the same words inside texts stay', text: '{"NaN": "Infinity, \\"NaN\\""}', want: { NaN: 'Infinity, "NaN"' } },
    { why: 'a byte order mark', text: '\uFEFF{}', want: {} },
    { why: 'brackets inside texts are no depth', text: JSON.stringify('['.repeat(100)), want: '['.repeat(100) },
  ])('$why', ({ text, want }) => {
    expect(parseConfigText(text)).toEqual(want);
  });

  test.each([
    { why: 'empty file', text: ' \n', want: 'config.json is empty' },
    { why: 'a web page instead of the file', text: '<!DOCTYPE html>', want: 'is not JSON' },
    { why: 'cut off', text: '{"a": [1,', want: 'is not JSON' },
    { why: 'unclosed text', text: `"${'\\"'.repeat(1000)}`, want: 'is not JSON' },
    { why: 'too deep', text: '['.repeat(65) + ']'.repeat(65), want: 'nested more than 64 levels deep' },
    { why: 'too long', text: ' '.repeat(MAX_CONFIG_BYTES + 1), want: 'more than the 8388608' },
  ])('MODEL_UNREADABLE: $why', ({ text, want }) => {
    expect(() => parseConfigText(text)).toThrow(
      expect.objectContaining({ code: 'MODEL_UNREADABLE', message: expect.stringContaining(want) }),
    );
  });

  it('agrees with JSON.parse on everything that JSON can say', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(parseConfigText(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
