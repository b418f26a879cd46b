import { describe, expect, it, test } from 'vitest';
import { changesBetween } from './changes-between.ts';
import { RULES } from './rules.ts';
import { compareVersions, parseRelease, RELEASES } from './version.ts';

describe('changesBetween', () => {
  test.each([
    {
      why: 'a patch that changed two rules and more',
      from: '0.20.0',
      to: '0.20.1',
      keys: ['tokensReported', 'overrideInCheck', 'capturesTokenBudget'],
    },
    { why: 'a rule that changed twice', from: '0.22.0', to: '0.24.0', keys: ['modelRunnerV2', 'modelRunnerV2'] },
    { why: 'one release, no rule', from: '0.32.0', to: '0.32.0', keys: [] },
  ])('$why', ({ from, to, keys }) => {
    const found = changesBetween(parseRelease(from), parseRelease(to)).map(({ key }) => key);
    expect(found.sort()).toEqual([...keys].sort());
  });

  it('leaves out a rule that came back to its old value', () => {
    const found = changesBetween(parseRelease('0.17.1'), parseRelease('0.27.0')).map(({ key }) => key);
    expect(found).not.toContain('profilesGraphsInWindow');
  });

  it('says when, why and where for every change of every rule', () => {
    for (const change of changesBetween(parseRelease('0.8.0'), parseRelease('0.33.0'))) {
      expect(RELEASES).toContain(change.since);
      expect(change.why).toMatch(/^\S.*\.$/);
      expect(change.source).toMatch(/\.py/);
    }
  });
});

describe('RULES', () => {
  test.each(Object.entries(RULES))('%s is in order and never repeats a value', (_, { timeline }) => {
    for (const [index, [since, value]] of timeline.entries()) {
      const before = timeline[index - 1];
      if (before === undefined) continue;
      expect(compareVersions(parseRelease(since), parseRelease(before[0]))).toBeGreaterThan(0);
      expect(JSON.stringify(value)).not.toBe(JSON.stringify(before[1]));
    }
  });
});
