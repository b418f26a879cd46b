import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { groupFlags, shellQuote } from './shell-quote.ts';
import { hostileText, runShell } from './test-support.ts';

describe('shellQuote', () => {
  test.each([
    { text: 'meta-llama/Llama-3.1-8B', want: 'meta-llama/Llama-3.1-8B' },
    { text: '', want: "''" },
    { text: 'a b', want: "'a b'" },
    { text: "it's", want: "'it'\\''s'" },
    { text: '~/models', want: "'~/models'" },
    { text: '{"a":1}', want: `'{"a":1}'` },
  ])('$text', ({ text, want }) => {
    expect(shellQuote(text)).toBe(want);
  });

  it('reaches a program under /bin/sh unchanged', () => {
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 1, maxLength: 20 }), (words) => {
        expect(runShell(`vllm ${words.map(shellQuote).join(' ')}\n`).argv).toEqual(['vllm', ...words]);
      }),
      { numRuns: 25 },
    );
  });
});

describe('groupFlags', () => {
  it('keeps a flag and its values together', () => {
    expect(groupFlags(['m', '--a', '1', '2', '-O3', '--b'])).toEqual([['m'], ['--a', '1', '2'], ['-O3'], ['--b']]);
  });
});
