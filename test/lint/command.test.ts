import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import { runFake } from '../../src/cli/test-context.ts';
import { RULES } from '../../src/lint/rules.ts';
import { compose, deployment } from './rule-case.ts';

const root = mkdtempSync(join(tmpdir(), 'lint-command-'));
afterAll(() => {
  chmodSync(join(root, 'closed'), 0o755);
  rmSync(root, { recursive: true });
});

function write(path: string, text: string): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

const BAD = compose(
  'restart: always\nhealthcheck: {test: [CMD, python3, check.py], start_period: 8m}',
  'command: [Qwen/Qwen3-8B, --swap-space, "4"]',
);
write('tree/a/compose.yaml', BAD);
write('tree/b/Dockerfile', 'FROM vllm/vllm-openai:latest\n');
write('tree/package.json', '{"name": "x", /* no JSON */ }');
write('tree/node_modules/x/compose.yaml', BAD);
write('tree/.git/compose.yaml', BAD);
write('tree/notes.txt', 'docker run vllm/vllm-openai:latest --model a/b\n');
write('elsewhere/compose.yaml', BAD);
symlinkSync(join(root, 'elsewhere'), join(root, 'tree/link'));
symlinkSync(join(root, 'tree'), join(root, 'tree/loop'));
const clean = write('clean.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n');
mkdirSync(join(root, 'closed'));

async function run(...words: string[]) {
  const answer = await runFake(['lint', ...words]);
  return { ...answer, stdout: answer.stdout.replaceAll(`${root}/`, '') };
}

describe('vllm-wizard lint', () => {
  it('searches folders, without packages, repositories and links', async () => {
    const { code, stdout, stderr } = await run(join(root, 'tree'), '--json');
    expect([code, stderr]).toEqual([3, '']);
    expect(JSON.parse(stdout)).toMatchObject({
      schema_version: 1,
      counts: { error: 1, warning: 2, info: 0 },
      files: ['tree/a/compose.yaml', 'tree/b/Dockerfile'],
      skipped: [],
      suppressed: 0,
      findings: [
        { file: 'tree/a/compose.yaml', line: 2, column: 3, severity: 'warning', rule: 'gpu-not-requested' },
        { file: 'tree/a/compose.yaml', line: 5, column: 30, severity: 'error', rule: 'flag-removed' },
        { file: 'tree/b/Dockerfile', line: 1, column: 6, severity: 'warning', rule: 'image-tag-floating' },
      ],
    });
  });

  it('reads a named file whatever it is called, and a named link', async () => {
    expect((await run(join(root, 'tree/notes.txt'), '--rule', 'image-tag-floating')).stdout).toContain('tree/notes.txt:1:12 warning');
    expect((await run(join(root, 'tree/link'), '--rule', 'flag-removed')).code).toBe(3);
  });

  it('prints paragraphs that fit 80 columns, the place first', async () => {
    const { stdout } = await run(join(root, 'tree'));
    expect(stdout).toContain('tree/a/compose.yaml:5:30 error flag-removed\n  vLLM 0.24.0 has no flag --swap-space:');
    expect(stdout).toMatch(/\n1 error, 2 warnings in 2 files; /);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('ends with 0 where nothing is wrong, and for warnings unless told otherwise', async () => {
    expect(await run(clean)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^no mistakes found in 1 file; /) });
    const docker = join(root, 'tree/b');
    expect((await run(docker)).code).toBe(0);
    expect((await run(docker, '--strict')).code).toBe(3);
    expect((await run(join(root, 'closed'))).stdout).toMatch(/^no mistakes found in 0 files; /);
  });

  test.each([
    { why: 'no path', words: [], code: 2, error: 'USAGE' },
    { why: 'an unknown rule', words: [clean, '--rule', 'privilegd'], code: 2, error: 'USAGE' },
    { why: 'an unknown rule to ignore', words: [clean, '--ignore', 'x'], code: 2, error: 'USAGE' },
    { why: 'an unknown format', words: [clean, '--format', 'xml'], code: 2, error: 'USAGE' },
    { why: 'two formats', words: [clean, '--json', '--format', 'sarif'], code: 2, error: 'CONTRADICTION' },
    { why: 'an unknown release', words: [clean, '--vllm-version', 'newest'], code: 2, error: 'VERSION_UNKNOWN' },
    { why: 'a path that is not there', words: [join(root, 'missing.yaml')], code: 1, error: 'FILE_UNREADABLE' },
  ])('ends with $code for $why', async ({ words, code, error }) => {
    const answer = await run(...words);
    expect(answer.code).toBe(code);
    expect(answer.stderr + answer.stdout).toContain(error);
  });

  it('judges by the release that it is told', async () => {
    const unpinned = write(
      'unpinned.yaml',
      deployment({ image: 'example.com/vllm-own', command: 'command: [vllm, serve, a/b, --swap-space=4]' }),
    );
    expect((await run(unpinned, '--rule', 'flag-removed')).code).toBe(3);
    expect((await run(unpinned, '--rule', 'flag-removed', '--vllm-version', '0.10')).code).toBe(0);
  });

  it('knows from the catalog how long a model loads', async () => {
    const probe = (failures: number) =>
      deployment({
        command: 'command: [vllm, serve, meta-llama/Llama-3.1-8B-Instruct]',
        container: `startupProbe: {periodSeconds: 10, failureThreshold: ${failures}}`,
      });
    const { stdout } = await run(write('probe.yaml', probe(30)), '--rule', 'startup-probe-short');
    expect(stdout).toContain('download 16.1 GB at');
    expect((await run(write('probe.yaml', probe(72)), '--rule', 'startup-probe-short')).stdout).toContain('no mistakes found');
  });

  it('prints SARIF that names each rule once, and every place', async () => {
    const { stdout, code } = await run(join(root, 'tree'), '--format', 'sarif');
    expect(code).toBe(3);
    const { version, runs } = JSON.parse(stdout);
    expect([version, runs.length, runs[0].columnKind]).toEqual(['2.1.0', 1, 'utf16CodeUnits']);
    expect(runs[0].tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual([
      'flag-removed',
      'gpu-not-requested',
      'image-tag-floating',
    ]);
    expect(runs[0].results[1]).toMatchObject({
      ruleId: 'flag-removed',
      ruleIndex: 0,
      level: 'error',
      locations: [{ physicalLocation: { region: { startLine: 5, startColumn: 30 } } }],
    });
  });

  it('lists its rules', async () => {
    const text = await run('--list-rules');
    expect(text.code).toBe(0);
    for (const { id } of RULES) expect(text.stdout).toContain(`${id} `);
    expect(text.stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    const { stdout } = await run('--list-rules', '--json');
    expect(JSON.parse(stdout).rules).toHaveLength(RULES.length);
  });
});
