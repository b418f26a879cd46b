import { describe, expect, test } from 'vitest';
import { editDistance, nearestName, nearestNames } from './nearest-name.ts';

describe('nearestName', () => {
  test.each([
    { why: 'a letter missing', word: '--max-modl-len', names: ['--max-model-len', '--max-num-seqs'], want: '--max-model-len' },
    { why: 'two letters swapped', word: 'h010', names: ['h100', 'h200'], want: 'h100' },
    { why: 'letter case does not count', word: 'H100', names: ['h200', 'h100'], want: 'h100' },
    { why: 'nothing close', word: '--swap-space', names: ['--dtype', '--revision'], want: null },
  ])('$why', ({ word, names, want }) => {
    expect(nearestName(word, names)).toBe(want);
  });

  test('nearest first, at most as many as asked', () => {
    expect(nearestNames('abcd', ['abxd', 'abcd', 'wxyz', 'abce'], 2)).toEqual(['abcd', 'abxd']);
  });
});

test('editDistance counts a swap of neighbours once', () => {
  expect(editDistance('tp', 'pt')).toBe(1);
  expect(editDistance('', 'abc')).toBe(3);
});
