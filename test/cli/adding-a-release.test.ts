import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, test } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const page = readFileSync(join(root, 'docs/adding-a-release.md'), 'utf8');

describe('docs/adding-a-release.md', () => {
  it('names files and folders that exist', () => {
    const named = [...page.matchAll(/`((?:src|scripts|test)\/[\w./-]+)`/g)].map(([, path]) => path ?? '');
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

/** The report is read by people who add a release; python3 may be missing where only the product is tested. */
function compare(...words: string[]): string | null {
  try {
    return execFileSync('python3', [join(root, 'scripts/oracle/compare_releases.py'), ...words], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

describe('compare_releases.py', () => {
  test('finds what is known to have changed between 0.19.1 and 0.24.0', ({ skip }) => {
    const report = compare('0.19.1', '0.24.0');
    if (report === null) return skip();
    expect(report).toContain('--kv-cache-dtype choices: +fp8_per_token_head');
    expect(report).toMatch(/config\.gpu_memory_utilization: \d+ cases\n\s+0\.9 -> 0\.92/);
  });

  test('finds nothing between a release and itself', ({ skip }) => {
    const report = compare('0.24.0', '0.24.0', '--json');
    if (report === null) return skip();
    const { flags, goldens } = JSON.parse(report);
    expect(flags).toEqual({ added: [], removed: [], changed: [] });
    expect(goldens.files).toMatchObject([{ changes: [] }]);
  });
});
