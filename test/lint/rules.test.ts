import { describe, expect, test } from 'vitest';
import { resolveVersion } from '../../src/engine/version.ts';
import { lint } from '../../src/lint/lint.ts';
import { RULES } from '../../src/lint/rules.ts';
import { ARTIFACT_CASES } from './cases/artifacts.ts';
import { COMMAND_CASES } from './cases/commands.ts';
import { CONTAINER_CASES } from './cases/containers.ts';
import { KUBERNETES_CASES } from './cases/kubernetes.ts';
import { PROMQL_CASES } from './cases/promql.ts';
import { SCALING_CASES } from './cases/scaling.ts';
import { SECRET_CASES } from './cases/secrets.ts';
import { type RuleCase, readMarks } from './rule-case.ts';

const CASES: readonly RuleCase[] = [
  ...ARTIFACT_CASES,
  ...COMMAND_CASES,
  ...CONTAINER_CASES,
  ...KUBERNETES_CASES,
  ...PROMQL_CASES,
  ...SCALING_CASES,
  ...SECRET_CASES,
];

function hits({ rule, file = 'deploy.yaml', others = {}, version, weightBytes, folders = [] }: RuleCase, text: string): readonly string[] {
  const beside = Object.entries(others).map(([path, other]) => ({ path, text: other }));
  const report = lint([{ path: file, text }, ...beside], {
    only: [rule],
    folders,
    version: version === undefined ? null : resolveVersion(version).version,
    weightBytes: () => weightBytes ?? null,
  });
  expect(report.skipped).toEqual([]);
  return report.findings.filter((finding) => finding.file === file).map(({ line, column }) => `${line}:${column}`);
}

describe('every rule', () => {
  test.each(RULES.map(({ id }) => id))('%s has a case', (id) => {
    expect(CASES.filter(({ rule }) => rule === id)).not.toEqual([]);
  });

  test.each(CASES.map((example) => ({ title: `${example.rule}${example.why === undefined ? '' : `: ${example.why}`}`, example })))(
    '$title: found at its place, silent once corrected',
    ({ example }) => {
      const { text, places } = readMarks(example.bad);
      expect(places).not.toEqual([]);
      expect(hits(example, text)).toEqual(places);
      expect(hits(example, example.good)).toEqual([]);
    },
  );
});

describe('the registry', () => {
  test('is sorted by id, with ids that are spelled alike', () => {
    const ids = RULES.map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted());
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
  });

  test.each(RULES)('$id says what it finds, why and what to do', ({ finds, why, fix, formats }) => {
    expect(finds).not.toMatch(/[.]$/);
    expect(why).toMatch(/^\S.*[.]$/s);
    expect(fix).toMatch(/[.”"'\w]$/);
    expect(formats.length).toBeGreaterThan(0);
  });
});
