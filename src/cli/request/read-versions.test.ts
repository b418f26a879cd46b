import { describe, expect, it, test } from 'vitest';
import { RELEASES } from '../../engine/version.ts';
import { readVersions } from './read-versions.ts';

describe('readVersions', () => {
  test.each([
    { why: 'newest patch of a minor, in order', list: '0.24,0.19', want: ['0.19.1', '0.24.0'] },
    { why: 'each once', list: 'newest, 0.33.0', want: ['0.33.0'] },
    { why: 'spaces and empty parts', list: ' 0.20.2, ,v0.11.0,', want: ['0.11.0', '0.20.2'] },
    { why: 'build strings', list: '0.23.0rc1.dev7+g1a2b', want: ['0.23.0'] },
    { why: 'all that are held', list: 'all', want: [...RELEASES] },
  ])('$why', ({ list, want }) => {
    expect(readVersions(list).map(({ text }) => text)).toEqual(want);
  });

  it.each([
    ['', 'USAGE'],
    [' , ', 'USAGE'],
    ['latestt', 'VERSION_UNKNOWN'],
    ['0.7', 'VERSION_UNKNOWN'],
  ])('refuses "%s"', (list, code) => {
    expect(() => readVersions(list)).toThrow(expect.objectContaining({ code }));
  });
});
