import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { compareVersions, NEWEST_RELEASE, parseRelease, RELEASES, resolveVersion } from './version.ts';

describe('resolveVersion', () => {
  test.each([
    { why: 'a release', text: '0.24.0', want: '0.24.0', warns: false },
    { why: 'the newest patch of a minor', text: '0.20', want: '0.20.2', warns: false },
    { why: 'a leading v', text: 'v0.19.1', want: '0.19.1', warns: false },
    { why: 'a build string counts as its numbers', text: '0.23.1rc1.dev7+g1a2b', want: '0.23.1', warns: true },
    { why: 'a patch that was never released', text: '0.24.9', want: '0.24.9', warns: true },
    { why: 'newer than the newest held', text: '0.99', want: '0.99.0', warns: true },
  ])('$why', ({ text, want, warns }) => {
    const { text: found, warning } = resolveVersion(text);
    expect(found).toBe(want);
    expect(warning !== null).toBe(warns);
  });

  test.each(['', 'latest', '1', 'x.y', '0.7.3', '0.6'])('refuses %j', (text) => {
    expect(() => resolveVersion(text)).toThrow(/vLLM version/);
  });

  it('knows its releases in order, the newest last', () => {
    const versions = RELEASES.map(parseRelease);
    expect([...versions].sort(compareVersions)).toEqual(versions);
    expect(RELEASES.at(-1)).toBe(NEWEST_RELEASE);
  });

  it('orders any two versions one way', () => {
    const version = fc.tuple(fc.nat(9), fc.nat(40), fc.nat(9));
    fc.assert(fc.property(version, version, (a, b) => Math.sign(compareVersions(a, b)) === -Math.sign(compareVersions(b, a))));
  });
});
