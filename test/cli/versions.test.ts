import { describe, expect, it } from 'vitest';
import { runFake } from '../../src/cli/test-context.ts';

const check = ['check', '--offline', '--gpu', 'rtx pro 6000'];
const gemma = ['--', 'vllm', 'serve', 'google/gemma-4-31B-it', '--max-num-batched-tokens', '32768'];

describe('check --versions', () => {
  it('prints a row a release and the cause between them, within 80 columns', async () => {
    const { code, stdout } = await runFake([...check, '--versions', '0.26,0.25.1', ...gemma, '--kv-cache-memory-bytes', '52613349376']);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^0\.25\.1 +starts .*\n0\.26\.0 +fails /m);
    expect(stdout).toContain('0.25.1 to 0.26.0: starts became fails, need of one request +25.00');
    expect(stdout).toContain('SlidingWindowSpec.max_memory_usage_bytes');
    for (const line of stdout.split('\n')) expect([...line].length).toBeLessThanOrEqual(80);
  });

  it('prints one document with --json', async () => {
    const { code, stdout } = await runFake([...check, '--json', '--versions', '0.19,newest', '--', 'vllm', 'serve', 'Qwen/Qwen3-8B']);
    expect(code).toBe(0);
    const document: unknown = JSON.parse(stdout);
    expect(document).toMatchObject({
      schema_version: 1,
      mode: 'check',
      rows: [{ vllm_version: '0.19.1' }, { vllm_version: '0.33.0' }],
      changes: [{ from: '0.19.1', to: '0.33.0' }],
    });
  });

  it('says which release lost or gained a flag', async () => {
    const swap = ['--', 'vllm', 'serve', 'Qwen/Qwen3-8B', '--swap-space', '4'];
    const { code, stdout } = await runFake([...check, '--versions', '0.17.1,0.18', ...swap]);
    expect(code).toBe(3);
    expect(stdout).toContain('0.17.1 was the last release with it');
  });
});

describe('plan --versions', () => {
  it('ends with 0 when the newest starts, and says that settings are chosen anew', async () => {
    const { code, stdout } = await runFake(['plan', 'Qwen/Qwen3-8B', '--offline', '--gpu', 'l4', '--versions', '0.11,0.24']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Settings are\s+chosen anew for each release\./);
  });

  it('asks this host for its GPUs once', async () => {
    let asked = 0;
    const run = async (program: string): Promise<string | null> => {
      if (program === 'nvidia-smi') asked++;
      return null;
    };
    const { code } = await runFake(['plan', 'Qwen/Qwen3-8B', '--offline', '--versions', '0.11,0.24'], { run });
    expect(code).toBe(1);
    expect(asked).toBeLessThanOrEqual(3);
  });

  it.each([
    ['a release that is none', ['--versions', 'soon'], 'VERSION_UNKNOWN'],
    ['both ways at once', ['--versions', '0.24', '--vllm-version', '0.24'], 'CONTRADICTION'],
  ])('refuses %s', async (_, words, error) => {
    const { code, stderr } = await runFake(['plan', 'Qwen/Qwen3-8B', '--offline', '--gpu', 'l4', ...words]);
    expect(code).toBe(2);
    expect(stderr).toContain(error);
  });
});
