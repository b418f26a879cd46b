import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJsonText } from './parse-json-text.ts';

describe('parseJsonText', () => {
  it('reads the bare Infinity of Nemotron-H, and leaves the word in strings alone', () => {
    expect(parseJsonText('{"time_step_limit": [0.0, Infinity], "a": -Infinity, "b": NaN, "note": "to Infinity \\" NaN"}')).toEqual({
      time_step_limit: [0, null],
      a: null,
      b: null,
      note: 'to Infinity " NaN',
    });
  });

  it('is JSON.parse for JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(parseJsonText(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('refuses what is not JSON', () => {
    expect(() => parseJsonText('{"a": }')).toThrow(SyntaxError);
  });
});
