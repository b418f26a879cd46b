import { describe, expect, it, test } from 'vitest';
import { fetchHubModel, isHubId } from './fetch-hub-model.ts';

const CONFIG = '{"architectures":["LlamaForCausalLM"],"model_type":"llama","hidden_size":4096}';
const INDEX = '{"metadata":{"total_size":16060522496},"weight_map":{"model.embed_tokens.weight":"model-00001-of-00004.safetensors"}}';
const COMMIT = '0e9e39f249a16976918f6564b8830bc894c89659';
const TOKEN = 'hf_thisIsSecret';

/** Answers by the end of the address, as the Hub gives them; the rest is the 404 of a missing file. */
function hub(answers: Readonly<Record<string, Response | Error>>): {
  readonly fetch: typeof fetch;
  readonly asked: { url: string; auth: string | null }[];
} {
  const asked: { url: string; auth: string | null }[] = [];
  return {
    asked,
    fetch: async (input, init) => {
      const url = String(input);
      asked.push({ url, auth: new Headers(init?.headers).get('authorization') });
      const answer = Object.entries(answers).find(([end]) => url.endsWith(end))?.[1];
      if (answer instanceof Error) throw answer;
      return answer ?? refusal(404, 'EntryNotFound');
    },
  };
}

function file(text: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(text, { headers: { 'x-repo-commit': COMMIT, ...headers } });
}

function refusal(status: number, code?: string): Response {
  return new Response('', { status, headers: code === undefined ? {} : { 'x-error-code': code } });
}

describe('fetchHubModel', () => {
  it('reads config and index, asks for three files at most, and nothing else', async () => {
    const { fetch, asked } = hub({ '/config.json': file(CONFIG), '/model.safetensors.index.json': file(INDEX) });
    expect(await fetchHubModel('meta-llama/Llama-3.1-8B', 'main', { fetch, env: {} })).toEqual({
      id: 'meta-llama/Llama-3.1-8B',
      commit: COMMIT,
      config: JSON.parse(CONFIG),
      hfQuantConfig: null,
      checkpointBytes: 16_060_522_496,
    });
    expect(asked.map(({ url }) => url)).toEqual([
      'https://huggingface.co/meta-llama/Llama-3.1-8B/resolve/main/config.json',
      'https://huggingface.co/meta-llama/Llama-3.1-8B/resolve/main/hf_quant_config.json',
      'https://huggingface.co/meta-llama/Llama-3.1-8B/resolve/main/model.safetensors.index.json',
    ]);
    expect(asked.every(({ auth }) => auth === null)).toBe(true);
  });

  it('asks the Hub for the size of a file first, then for the file', async () => {
    const asked: string[] = [];
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const url = String(input);
      const range = new Headers(init?.headers).get('range');
      asked.push(`${url.split('/').at(-1)} ${range}`);
      if (!url.endsWith('/config.json')) return refusal(404, 'EntryNotFound');
      const told = { 'x-repo-commit': COMMIT, etag: '"a1"' };
      if (range === null) return new Response(CONFIG, { headers: told });
      return new Response(CONFIG.slice(0, 1), { status: 206, headers: { ...told, 'content-range': `bytes 0-0/${CONFIG.length}` } });
    };
    expect(await fetchHubModel('acme/tiny', 'main', { fetch, env: {} })).toMatchObject({ commit: COMMIT, config: JSON.parse(CONFIG) });
    expect(asked).toEqual([
      'config.json bytes=0-0',
      'hf_quant_config.json bytes=0-0',
      'model.safetensors.index.json bytes=0-0',
      'config.json null',
    ]);
  });

  it('refuses by the size that the Hub states, before the file is asked for', async () => {
    const { fetch, asked } = hub({
      '/config.json': new Response('{', { status: 206, headers: { 'content-range': 'bytes 0-0/52428800' } }),
    });
    await expect(fetchHubModel('acme/tiny', 'main', { fetch, env: {} })).rejects.toMatchObject({ code: 'MODEL_UNREADABLE' });
    expect(asked).toHaveLength(3);
  });

  it('reads a large index where the Hub keeps it: its first answer is about the file alone', async () => {
    const about = {
      'content-type': 'application/vnd.xet-fileinfo+json',
      'x-linked-size': String(INDEX.length),
      'x-xet-hash': 'a1',
      link: '<https://huggingface.co/auth>; rel="xet-auth", <https://cas.example/a1>; rel="xet-reconstruction-info"',
    };
    const fetch: typeof globalThis.fetch = async (input, init) => {
      if (String(input).endsWith('/config.json')) return file(CONFIG);
      if (!String(input).endsWith('index.json')) return refusal(404, 'EntryNotFound');
      return new Headers(init?.headers).has('range') ? file('{"hash":"a1"}', about) : file(INDEX);
    };
    expect(await fetchHubModel('acme/tiny', 'main', { fetch, env: {} })).toMatchObject({ checkpointBytes: 16_060_522_496 });
  });

  it('honours HF_ENDPOINT, HF_TOKEN and the revision', async () => {
    const { fetch, asked } = hub({ '/config.json': file(CONFIG) });
    await fetchHubModel('acme/tiny', 'refs/pr/1', { fetch, env: { HF_ENDPOINT: 'https://mirror.example/', HF_TOKEN: TOKEN } });
    expect(asked[0]).toEqual({ url: 'https://mirror.example/acme/tiny/resolve/refs%2Fpr%2F1/config.json', auth: `Bearer ${TOKEN}` });
  });

  test.each([
    {
      why: 'gated, nobody asked for access',
      answer: refusal(401, 'GatedRepo'),
      token: undefined,
      code: 'MODEL_GATED',
      fix: 'set HF_TOKEN',
    },
    {
      why: 'gated, the account has no access',
      answer: refusal(403, 'GatedRepo'),
      token: TOKEN,
      code: 'MODEL_GATED',
      fix: 'the account that HF_TOKEN belongs to',
    },
    { why: 'a token that is not valid', answer: refusal(401), token: TOKEN, code: 'MODEL_GATED', fix: 'valid token' },
    {
      why: 'missing, as the Hub tells strangers',
      answer: refusal(401, 'RepoNotFound'),
      token: undefined,
      code: 'MODEL_UNKNOWN',
      fix: 'spelling',
    },
    {
      why: 'missing, as it tells account holders',
      answer: refusal(404, 'RepoNotFound'),
      token: TOKEN,
      code: 'MODEL_UNKNOWN',
      fix: 'spelling',
    },
    { why: 'no such revision', answer: refusal(404, 'RevisionNotFound'), token: undefined, code: 'MODEL_UNKNOWN', fix: '--revision' },
    { why: 'a repository of GGUF files', answer: refusal(404, 'EntryNotFound'), token: undefined, code: 'MODEL_UNREADABLE', fix: 'GGUF' },
    { why: 'too many requests', answer: refusal(429), token: undefined, code: 'MODEL_UNREACHABLE', fix: 'Wait' },
    { why: 'the Hub is ill', answer: refusal(503), token: undefined, code: 'MODEL_UNREACHABLE', fix: 'later' },
    { why: 'no network', answer: new TypeError('fetch failed'), token: undefined, code: 'MODEL_UNREACHABLE', fix: 'network' },
    { why: 'an empty file', answer: file(''), token: undefined, code: 'MODEL_UNREADABLE', fix: '' },
    { why: 'a page instead of a file', answer: file('<html>'), token: undefined, code: 'MODEL_UNREADABLE', fix: '' },
    { why: '50 MB, announced', answer: file('{}', { 'content-length': '52428800' }), token: undefined, code: 'MODEL_UNREADABLE', fix: '' },
    { why: '9 MiB, not announced', answer: file(' '.repeat(9 * 2 ** 20)), token: undefined, code: 'MODEL_UNREADABLE', fix: '' },
  ])('$why: $code', async ({ answer, token, code, fix }) => {
    const { fetch } = hub({ '/resolve/main/config.json': answer });
    const error: unknown = await fetchHubModel('acme/tiny', 'main', { fetch, env: { HF_TOKEN: token } }).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code, fix: expect.stringContaining(fix) });
    expect(JSON.stringify([error, String(error)])).not.toContain(TOKEN);
  });

  it('gives a token of any shape to a mirror', async () => {
    const { fetch, asked } = hub({ '/config.json': file(CONFIG) });
    await fetchHubModel('acme/tiny', 'main', { fetch, env: { HF_ENDPOINT: 'https://mirror.example', HF_TOKEN: 'eyJhbGciOi' } });
    expect(asked.map(({ auth }) => auth)).toEqual(['Bearer eyJhbGciOi', 'Bearer eyJhbGciOi', 'Bearer eyJhbGciOi']);
  });

  it('says so when the time is up', async () => {
    const fetch: typeof globalThis.fetch = async (_url, init) => {
      Object.defineProperty(init?.signal ?? {}, 'aborted', { value: true });
      throw new DOMException('The operation timed out', 'TimeoutError');
    };
    await expect(fetchHubModel('acme/tiny', 'main', { fetch, env: {} })).rejects.toMatchObject({
      code: 'MODEL_UNREACHABLE',
      message: 'huggingface.co did not answer within 20 s.',
    });
  });

  test.each([
    { why: 'an address that is none', env: { HF_ENDPOINT: 'hub.example' }, says: 'HF_ENDPOINT' },
    { why: 'a token with a line break', env: { HF_TOKEN: 'hf_a\nb' }, says: 'HF_TOKEN' },
  ])('names the setting: $why', async ({ env, says }) => {
    const { fetch, asked } = hub({});
    await expect(fetchHubModel('acme/tiny', 'main', { fetch, env })).rejects.toThrow(says);
    expect(asked).toEqual([]);
  });
});

test.each([
  ['Qwen/Qwen3-8B', true],
  ['gpt2', true],
  ['a/b/c', false],
  ['../etc/passwd', false],
  ['a b', false],
  ['acme/..', false],
])('isHubId(%s) is %s', (id, want) => {
  expect(isHubId(id)).toBe(want);
});
