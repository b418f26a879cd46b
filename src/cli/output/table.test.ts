import { describe, expect, test } from 'vitest';
import { stackedBar } from './bar.ts';
import { grouped, short } from './number-text.ts';
import { table, wrap } from './table.ts';

describe('table', () => {
  test('aligns words to the left and numbers to the right, without trailing spaces', () => {
    expect(
      table(
        ['name', 'GiB', ''],
        [
          ['a', '1.5', ''],
          ['long name', '10.0', 'x'],
        ],
      ),
    ).toBe('name        GiB\na           1.5\nlong name  10.0  x\n');
  });

  test('needs no header and no rows', () => {
    expect(table([], [])).toBe('');
    expect(table(['a', 'b'], [])).toBe('a  b\n');
  });
});

test('wrap breaks at spaces and leaves long words whole', () => {
  expect(wrap('one two three', 7, '  ')).toBe('one two\n  three');
  expect(wrap('averyveryverylongword a', 5)).toBe('averyveryverylongword\na');
});

describe('stackedBar', () => {
  const part = (glyph: string, size: number) => ({ glyph, size, paint: (text: string) => text });

  test.each([
    { why: 'shares', parts: [part('a', 50), part('b', 30), part('c', 20)], want: 'aaaaabbbcc' },
    { why: 'a small part keeps a cell', parts: [part('a', 99), part('b', 1)], want: 'aaaaaaaaab' },
    { why: 'nothing shows as nothing', parts: [part('a', 100), part('b', 0)], want: 'aaaaaaaaaa' },
  ])('$why', ({ parts, want }) => {
    expect(stackedBar(parts, 100, 10)).toBe(want);
  });
});

test('numbers need no locale', () => {
  expect(grouped(1234567)).toBe('1,234,567');
  expect(short(1234.5)).toBe('1,235');
  expect(short(12.34)).toBe('12.3');
  expect(short(0.456)).toBe('0.46');
});
