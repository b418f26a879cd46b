import { describe, expect, it, test } from 'vitest';
import { findCatalogModel, findModel, type ModelWorld } from './find-model.ts';

const CONFIG = '{"architectures":["LlamaForCausalLM"],"model_type":"llama","hidden_size":7}';

/** A world in which nothing is on disk and every request is counted; `hub` holds what config.json answers, by id. */
function world(
  hub: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
): ModelWorld & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    env: { HOME: '/home/me' },
    readText: async (path) => files[path] ?? null,
    fetch: async (input) => {
      const url = String(input);
      asked.push(url);
      const answer = Object.entries(hub).find(([id]) => url.endsWith(`/${id}/resolve/main/config.json`))?.[1];
      if (answer !== undefined) return new Response(answer);
      const code = Object.keys(hub).some((id) => url.includes(`/${id}/`)) ? 'EntryNotFound' : 'RepoNotFound';
      return new Response('', { status: 404, headers: { 'x-error-code': code } });
    },
  };
}

describe('findModel', () => {
  it('answers from the catalog without asking anybody', async () => {
    const here = world();
    expect(await findModel({ model: 'qwen3-8b' }, here)).toMatchObject({
      id: 'Qwen/Qwen3-8B',
      source: { kind: 'catalog' },
      publishedParameters: 8_190_735_360,
      contextKnown: true,
      config: { hidden_size: 4096 },
    });
    expect(here.asked).toEqual([]);
  });

  it('takes a folder before the catalog', async () => {
    const files = { 'Qwen/Qwen3-8B/config.json': CONFIG, '/home/me/m/config.json': CONFIG };
    expect(await findModel({ model: 'Qwen/Qwen3-8B' }, world({}, files))).toMatchObject({
      source: { kind: 'local' },
      config: { hidden_size: 7 },
    });
    expect(await findModel({ model: '~/m' }, world({}, files))).toMatchObject({ source: { kind: 'local' }, id: '~/m' });
  });

  it('asks the Hub for what the catalog does not know', async () => {
    expect(await findModel({ model: 'acme/new-7b' }, world({ 'acme/new-7b': CONFIG }))).toMatchObject({
      id: 'acme/new-7b',
      source: { kind: 'hub', detail: 'acme/new-7b' },
      config: { hidden_size: 7 },
    });
  });

  it('asks the Hub first with --refresh, under the id that a bare name means', async () => {
    const here = world({ 'Qwen/Qwen3-8B': CONFIG });
    expect(await findModel({ model: 'qwen3-8b', refresh: true }, here)).toMatchObject({
      source: { kind: 'hub' },
      config: { hidden_size: 7 },
    });
    expect(here.asked[0]).toContain('/Qwen/Qwen3-8B/');
  });

  it('never asks the Hub with --offline', async () => {
    const here = world({ 'acme/new-7b': CONFIG });
    await expect(findModel({ model: 'acme/new-7b', offline: true, refresh: true }, here)).rejects.toMatchObject({
      code: 'MODEL_UNKNOWN',
      message: expect.stringContaining('the Hub is not asked'),
      fix: expect.stringContaining('--params-b'),
    });
    expect(here.asked).toEqual([]);
  });

  it('names the nearest ids when neither the catalog nor the Hub has it', async () => {
    await expect(findModel({ model: 'Qwen/Qwen3-33B' }, world())).rejects.toMatchObject({
      code: 'MODEL_UNKNOWN',
      message: expect.stringContaining('Qwen/Qwen3-32B'),
    });
  });

  test.each([
    { why: 'a path that is no model', model: './nothing', code: 'MODEL_UNREADABLE', says: './nothing' },
    { why: 'a name that no id can be', model: 'what is this', code: 'MODEL_UNKNOWN', says: 'what is this' },
    { why: 'a megabyte of name', model: 'x'.repeat(2 ** 20), code: 'MODEL_UNKNOWN', says: 'xxx…' },
  ])('$why', async ({ model, code, says }) => {
    const here = world();
    await expect(findModel({ model }, here)).rejects.toMatchObject({ code, message: expect.stringContaining(says) });
    expect(here.asked).toEqual([]);
  });

  it('says that the catalog does not tell revisions apart', async () => {
    const found = await findModel({ model: 'Qwen/Qwen3-8B', revision: 'v1' }, world());
    expect(found).toMatchObject({ revision: 'v1', caveats: [expect.stringContaining('--refresh')] });
  });
});

describe('findCatalogModel', () => {
  it('gives one object for one name, so that a batch can remember what it made of it', () => {
    expect(findCatalogModel('qwen3-8b')).toBe(findCatalogModel('qwen3-8b'));
  });

  it('gives a quantized copy the scheme of its name', () => {
    expect(findCatalogModel('acme/Qwen3-8B-AWQ')).toMatchObject({
      source: { kind: 'derived', detail: 'the shape of Qwen/Qwen3-8B, stored as awq' },
      quantizationOverride: { method: 'awq', linear: { kind: 'int4', groupSize: 128 } },
      publishedParameters: null,
      checkpointBytes: null,
    });
  });

  it('applies the differences of an alias', () => {
    expect(findCatalogModel('Qwen/Qwen2.5-72B-Instruct-AWQ').config).toMatchObject({ intermediate_size: 29696, hidden_size: 8192 });
  });

  it('knows no context where only the dimensions are known', () => {
    expect(findCatalogModel('01-ai/Yi-1.5-6B')).toMatchObject({ contextKnown: false, source: { kind: 'derived' } });
  });

  it('says when the copy of the config is not complete', () => {
    expect(findCatalogModel('google/gemma-4-12B-it').caveats.join()).toContain('not complete (trimmed');
  });

  it('refuses a storage that it cannot size, unless the request states it', () => {
    expect(() => findCatalogModel('acme/Qwen3-8B-Q4_K_M-GGUF')).toThrow(
      expect.objectContaining({ code: 'MODEL_UNSUPPORTED', fix: expect.stringContaining('-q') }),
    );
    expect(findCatalogModel('acme/Qwen3-8B-Q4_K_M-GGUF', true)).toMatchObject({ source: { kind: 'derived' } });
  });
});
