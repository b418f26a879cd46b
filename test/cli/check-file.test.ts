import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runFake } from '../../src/cli/test-context.ts';

const folder = mkdtempSync(join(tmpdir(), 'check-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const COMPOSE = `services:
  vllm:
    image: vllm/vllm-openai:v0.18.1
    command:
      - Qwen/Qwen3-8B
      - --max-model-len
      - "131072"
      - --swap-space=4
  web: {image: nginx}
`;

describe('check --file', () => {
  it('judges the command by the file and says where each word stands', async () => {
    const path = write('docker-compose.yaml', COMPOSE);
    const { code, stdout } = await runFake(['check', '--offline', '--json', '--gpu', 'l4', '--file', path]);
    expect(code).toBe(3);
    const document: unknown = JSON.parse(stdout);
    expect(document).toMatchObject({
      vllm_version: '0.18.1',
      model: { id: 'Qwen/Qwen3-8B' },
      command_file: { kind: 'compose', name: 'vllm', line: 3 },
      memory: { failure: { place: `${path}:8:9` } },
    });
    expect(stdout).toContain('"place"');
  });

  it('puts the place in front of the message in the report', async () => {
    const path = write('serve.sh', 'vllm serve Qwen/Qwen3-8B \\\n  --max-model-len 131072\n');
    const { code, stdout } = await runFake(['check', '--offline', '--gpu', 'l4', '--file', path]);
    expect(code).toBe(3);
    expect(stdout.replace(/\s+/g, ' ')).toContain(`${path}:2:3: `);
  });

  it('compares releases of the command of a file', async () => {
    const path = write('two.sh', 'vllm serve Qwen/Qwen3-8B --max-model-len 8192\n');
    const { code, stdout } = await runFake(['check', '--offline', '--gpu', 'l4', '--versions', '0.19,0.24', '--file', path]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^0\.19\.1 +starts/m);
  });

  it('takes our options before those of the file', async () => {
    const path = write('c.yaml', COMPOSE);
    const { stdout } = await runFake(['check', '--offline', '--json', '--gpu', 'h100', '--vllm-version', '0.17.1', '--file', path]);
    expect(stdout).toContain('"vllm_version": "0.17.1"');
  });

  it.each([
    ['a file and a command', ['--file', 'x.yaml', '--', 'vllm', 'serve', 'm'], 'CONTRADICTION'],
    ['a service without a file', ['--service', 'x', '--', 'vllm', 'serve', 'm'], 'USAGE'],
  ])('refuses %s', async (_, words, error) => {
    const { code, stderr } = await runFake(['check', '--offline', '--gpu', 'l4', ...words]);
    expect(code).toBe(2);
    expect(stderr).toContain(error);
  });

  it('ends with 1 where the file is missing, and with 2 where it holds no command', async () => {
    const missing = await runFake(['check', '--gpu', 'l4', '--file', join(folder, 'none.yaml')]);
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('does not exist')]);
    const path = write('nginx.yaml', 'services: {web: {image: nginx}}');
    const none = await runFake(['check', '--gpu', 'l4', '--file', path]);
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('holds no vllm serve command')]);
  });
});
