import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { hostileText } from './test-support.ts';
import { yamlText } from './yaml-text.ts';

const odd = fc.string({
  unit: fc.constantFrom('\t', ' ', '\n', '\r', '\u0085', '\u2028', '\ufeff', '\u007f', 'é', '#', ':', 'a'),
  minLength: 1,
  maxLength: 60,
});

describe('yamlText', () => {
  test.each(['1.1', '1.2'] as const)('gives every string back: YAML %s', (version) => {
    fc.assert(
      fc.property(fc.oneof(hostileText, odd), (text) => {
        expect(parse(yamlText({ a: text, list: [text] }, [], []), { version })).toEqual({ a: text, list: [text] });
      }),
      { numRuns: 300 },
    );
  });

  it('writes only characters that all readers take, and no tab outside quotes', () => {
    fc.assert(
      fc.property(fc.oneof(hostileText, odd), (text) => {
        expect(yamlText({ a: text }, [text], [{ path: ['a'], text }])).toMatch(
          /^[\n\u0020-\u007e\u00a0-\u2027\u202a-\ufefe\uff00-\ufffd]*$/,
        );
      }),
    );
  });

  it('puts the header on top and a remark above its key', () => {
    const text = yamlText({ a: { b: [{ c: 'on' }] } }, ['one', 'two'], [{ path: ['a', 'b', 0, 'c'], text: 'why' }]);
    expect(text).toBe('# one\n# two\n\na:\n  b:\n    - # why\n      c: "on"\n');
  });

  it('does not lose a remark for a key that is not there', () => {
    expect(() => yamlText({ a: 1 }, [], [{ path: ['b'], text: 'why' }])).toThrow(/no key at b/);
  });
});
