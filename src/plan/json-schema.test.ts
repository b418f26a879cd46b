import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { jsonSchema } from './json-schema.ts';
import { TOOL_VERSION } from './tool-version.ts';

test('schemas name their draft and describe every top-level part', () => {
  const schema = jsonSchema('plan');
  expect(schema).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' });
  expect(schema.required).toEqual(
    expect.arrayContaining(['model', 'hardware', 'feasibility', 'memory', 'config', 'performance', 'artifacts']),
  );
  expect(jsonSchema('profile').anyOf).toHaveLength(2);
});

test('the version is that of the package', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(TOOL_VERSION).toBe(version);
});
