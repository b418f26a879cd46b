import { expect, test } from 'vitest';
import { defaultServeArgs } from '../../engine/serve-args.ts';
import type { CliContext } from '../context.ts';
import { readDraft } from './read-draft.ts';
import { newModelMemory } from './read-model.ts';

const ctx: CliContext = {
  stdout: { write: () => true },
  stderr: { write: () => true },
  env: {},
  fetch: () => Promise.reject(new TypeError('fetch failed')),
  run: async () => null,
  colour: false,
};

const ask = (method: string | null, model: string | null) =>
  readDraft(
    ctx,
    { ...defaultServeArgs('Qwen/Qwen3-32B'), speculation: { method, model, numSpeculativeTokens: 3 } },
    { offline: true },
    undefined,
    newModelMemory(),
  );

test('a draft model of the catalog is found', async () => {
  const { draft, findings } = await ask(null, 'Qwen/Qwen3-0.6B');
  expect(draft?.layers).toHaveLength(28);
  expect(findings).toEqual([]);
});

test('one that nobody knows is said not to be counted', async () => {
  const { draft, findings } = await ask('draft_model', 'nobody/knows-it');
  expect(draft).toBeNull();
  expect(findings.map(({ code, fatal }) => [code, fatal])).toEqual([['DRAFT_UNKNOWN', false]]);
});

test('a head of one layer is said to be an estimate; n-grams and stored layers are not', async () => {
  expect((await ask('eagle3', 'x/y')).findings.map(({ code }) => code)).toEqual(['DRAFT_ESTIMATED']);
  expect((await ask('ngram', null)).findings).toEqual([]);
  expect((await ask('mtp', null)).findings).toEqual([]);
});
