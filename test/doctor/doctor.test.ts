import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { runDoctor } from '../../src/cli/commands/doctor.run.ts';
import { runCli } from '../../src/cli/program.ts';
import { CAUSES } from '../../src/doctor/causes/causes.ts';
import { CASES } from './all-cases.ts';
import { logText, quietContext } from './doctor-world.ts';

async function* piped(text: string): AsyncGenerator<string> {
  yield text;
}

async function doctor(text: string, options: Parameters<typeof runDoctor>[2] = { offline: true }) {
  const context = quietContext();
  const code = await runDoctor(context, undefined, options, piped(text)).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error) return String(error.code);
    throw error;
  });
  return { code, said: context.written.join('') };
}

describe('doctor', () => {
  it('names the cause, shows figures beside the forecast and proposes a command', async () => {
    const { code, said } = await doctor(logText('free-memory-multiproc'), {
      offline: true,
      vllmVersion: '0.9.1',
      model: 'Qwen/Qwen3-8B',
      gpu: 'a6000',
    });
    expect(code).toBe(0);
    expect(said).toContain('[free-memory-below-requested]');
    expect(said).toContain('vllm serve Qwen/Qwen3-8B --gpu-memory-utilization 0.66');
    expect(said).toMatch(/free at start\s+31\.44 GiB/);
  });

  it('prints one document with --json', async () => {
    const { code, said } = await doctor(logText('max-len-pp-5070ti'), { offline: true, json: true });
    expect(code).toBe(0);
    expect(JSON.parse(said)).toMatchObject({
      schema_version: 1,
      verdict: 'failed',
      cause: { id: 'max-model-len-exceeds-kv' },
      understood: { estimated_max_model_len: 34_736 },
    });
  });

  it('ends with 1 and LOG_UNREADABLE for text that is no log of vLLM', async () => {
    expect((await doctor('The quick brown fox jumps over the lazy dog.')).code).toBe('LOG_UNREADABLE');
  });

  it('says what it read and ends with 1 when no cause is known', async () => {
    const { code, said } = await doctor('INFO 07-07 10:00:00 [api_server.py:1] vLLM API server version 0.10.2\nsomething odd happened');
    expect(code).toBe(1);
    expect(said).toContain('No known cause');
    expect(said).toContain('0.10.2');
  });

  it('is a command of the program', async () => {
    const context = quietContext();
    const path = new URL('logs/vllm-port-kubernetes.txt', import.meta.url).pathname;
    expect(await runCli(context, ['doctor', path, '--offline'])).toBe(0);
    expect(context.written.join('')).toContain('[vllm-port-uri]');
  });

  const secrets = ['hf_AbCdEfGhIjKlMnOpQrStUv', 'sk-abcdefghijklmnop1234', 'ghp_abcdefghijklmnopqrst', 'nvapi-abcdefghijklmnop'];
  test.each([
    ...secrets.map((secret) => ({
      secret,
      text: `Bearer ${secret}\nHF_TOKEN=${secret} vllm serve Qwen/Qwen3-8B --api-key ${secret} --max-num-seqs 8`,
    })),
    { secret: 'hunter2hunter2', text: 'vllm serve Qwen/Qwen3-8B --api-key hunter2hunter2 --port 8000' },
    {
      secret: 'hunter2hunter2',
      text: "non-default args: {'model': 'Qwen/Qwen3-8B', 'api_key': ['hunter2hunter2'], 'hf_token': 'hunter2hunter2'}",
    },
    { secret: 'hunter2hunter2', text: "non-default args: {'model': 'Qwen/Qwen3-8B', 'api_key': ['first', 'hunter2hunter2']}" },
    { secret: 'hunter2hunter2', text: 'vllm serve Qwen/Qwen3-8B --api-key first hunter2hunter2 --port 8000' },
    { secret: 'hunter2hunter2', text: 'curl -H "Authorization: Bearer hunter2hunter2" https://me:hunter2hunter2@host/v1' },
  ])('never prints a secret: $text', async ({ secret, text }) => {
    for (const json of [undefined, true] as const) {
      const options = json === undefined ? { offline: true as const, gpu: 'h100' } : { offline: true as const, gpu: 'h100', json };
      const { said } = await doctor(
        `${text}\nValueError: No available memory for the cache blocks. (${text})\nOSError: [Errno 98] address already in use ${text}`,
        options,
      );
      expect(said).not.toContain(secret);
      expect(said).toContain('no-cache-memory');
    }
  });

  it('documents every cause', () => {
    const page = readFileSync(new URL('../../docs/doctor.md', import.meta.url), 'utf8');
    expect(CAUSES.map(({ id }) => id).filter((id) => !page.includes(`| \`${id}\` |`))).toEqual([]);
  });

  it('survives any text, alone and inside logs', async () => {
    const logs = CASES.map(({ name }) => logText(name));
    const piece = fc.oneof(
      fc.string({ maxLength: 200 }),
      fc.constantFrom(...logs),
      fc.constantFrom('vllm serve ', "non-default args: {'model': '", 'args: Namespace(model=', '\\\n', '{', "'"),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 5 }), fc.nat(), async (pieces, cut) => {
        const whole = pieces.join('');
        const { code } = await doctor(whole.slice(0, cut % (whole.length + 1)));
        expect([0, 1, 'LOG_UNREADABLE']).toContain(code);
      }),
      { numRuns: 100 },
    );
  });
});
