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

  test.each(['1.1', '1.2'] as const)('gives a text of several lines back, and what is beside it: YAML %s', (version) => {
    const lines = fc.array(fc.oneof(hostileText, odd)).map((parts) => `${parts.join('\n')}\n`);
    fc.assert(
      fc.property(lines, hostileText, (block, text) => {
        const value = { a: { b: block }, c: text, d: block };
        expect(parse(yamlText(value, [], [], [['a', 'b']]), { version })).toEqual(value);
      }),
      { numRuns: 300 },
    );
  });

  it('writes a text of several lines as lines where that was asked for', () => {
    const value = { a: 'one: 1\ntwo: "$x"\n', b: 'x\ny\n' };
    expect(yamlText(value, [], [{ path: ['a'], text: 'why' }], [['a']])).toBe('# why\na: |\n  one: 1\n  two: "$x"\nb: "x\\ny\\n"\n');
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
