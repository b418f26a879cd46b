import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { moduleGraph } from '../support/module-graph.ts';

/** The file that people run, as `npm ci` (prepare) builds it. */
const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

beforeAll(() => {
  if (!existsSync(MAIN)) throw new Error('dist/cli/main.js is missing: run `npm run build` first.');
});

const run = (...words: string[]) => spawnSync(process.execPath, [MAIN, ...words], { encoding: 'utf8', env: { PATH: '/nonexistent' } });

describe('the bundle', () => {
  test('begins with a shebang', () => {
    expect(readFileSync(MAIN, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  test('shows help, and its start-up loads neither schema, YAML nor planner', () => {
    expect(run('--help')).toMatchObject({ status: 0, stderr: '' });
    const loaded = [...moduleGraph(MAIN).files].map((file) => readFileSync(file, 'utf8')).join('\n');
    expect(loaded).not.toMatch(/ZodError|parseDocument|maxNumBatchedTokens/);
  });

  test('plans a catalogued model with its data files at hand', () => {
    const { status, stdout, stderr } = run('plan', 'meta-llama/Llama-3.1-8B-Instruct', '--gpu', 'H100 80GB', '--json');
    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout).memory.verdict).toBe('starts');
  });

  test('exits with the code of the mistake, without colour in a pipe', () => {
    const { status, stdout, stderr } = run('plan', 'meta-llama/Llama-3.1-8B-Instruct', '--gpu', 'nonsense');
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/\[GPU_UNKNOWN\]\n$/);
    expect(run('plan', 'meta-llama/Llama-3.1-8B-Instruct', '--gpu', 'h100').stdout).not.toContain('\u001b');
  });

  test.each(['bash', 'zsh', 'fish'])('prints a completion script for %s', (shell) => {
    const { status, stdout } = run('completion', shell);
    expect(status).toBe(0);
    expect(stdout).toContain('vllm-wizard');
  });

  test('completes commands, options, GPUs and models', () => {
    const complete = (...words: string[]) => execFileSync(process.execPath, [MAIN, 'complete', '--', ...words], { encoding: 'utf8' });
    expect(complete('pl')).toContain('plan\t');
    expect(complete('plan', '--max-mod')).toContain('--max-model-len\t');
    expect(complete('plan', '--gpu', 'h100')).toContain('h100-sxm-80gb\t');
    expect(complete('plan', 'Qwen/Qwen3-8')).toContain('Qwen/Qwen3-8B\t');
  });

  test('survives a reader that stops early', () => {
    const piped = spawnSync('/bin/sh', ['-c', `"${process.execPath}" "${MAIN}" models | head -n 1`], { encoding: 'utf8' });
    expect(piped).toMatchObject({ status: 0, stderr: '' });
  });
});
