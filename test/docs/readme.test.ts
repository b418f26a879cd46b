import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { splitShellWords } from '../../src/engine/split-shell-words.ts';

const root = new URL('../../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');
const lines = [...readme.matchAll(/^\$ (?:npm ci && )?npx vllm-wizard (.*)$/gm)].flatMap((match) => match[1] ?? []);

function run(command: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'vllm-wizard-readme-'));
  try {
    const main = new URL('dist/cli/main.js', root).pathname;
    const words = [...splitShellWords(command)];
    return execFileSync(process.execPath, [main, ...words], { cwd: folder, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('README.md', () => {
  it('has commands to run', () => {
    expect(lines.length).toBeGreaterThan(4);
  });

  test.each(lines)('npx vllm-wizard %s', (command) => {
    expect(run(command)).not.toBe('');
  });

  it('shows what its first command prints', () => {
    const shown = /vllm-wizard plan[^\n]*\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    expect(shown).not.toBe('');
    expect(run(lines[0] ?? '').startsWith(shown)).toBe(true);
  });

  test.each([...readme.matchAll(/\]\(((?:docs\/)?[\w.-]+)\)/g)].map((match) => match[1] ?? ''))('links to %s, which is there', (file) => {
    expect(existsSync(new URL(file, root))).toBe(true);
  });
});
