import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { withRulesTable } from '../../scripts/lint-docs/rules-table.ts';
import { runFake } from '../../src/cli/test-context.ts';
import { RULES } from '../../src/lint/rules.ts';

const page = readFileSync(new URL('../../docs/lint.md', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'lint-docs-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('docs/lint.md', () => {
  test('has every rule as the code has it (npx unrun scripts/lint-docs/write.ts)', () => {
    expect(page).toBe(withRulesTable(page, RULES));
  });

  test('names every option of the command', async () => {
    const { stdout } = await runFake(['lint', '--help']);
    const options = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map((match) => match[1] ?? '');
    expect(options.length).toBeGreaterThan(6);
    for (const option of options.filter((name) => name !== '--help')) expect(page).toContain(option);
  });

  test('shows what the command prints', async () => {
    const deploy = join(folder, 'deploy');
    mkdirSync(deploy);
    writeFileSync(
      join(deploy, 'compose.yaml'),
      'services:\n  llama:\n    image: vllm/vllm-openai:v0.24.0\n    entrypoint: [vllm, serve]\n    command:\n      - Qwen/Qwen3-8B\n      - --swap-space=4\n',
    );
    writeFileSync(
      join(deploy, 'rules.yaml'),
      'groups:\n  - name: a\n    rules:\n      - alert: KvFull\n        expr: vllm:gpu_cache_usage_perc > 0.9\n',
    );
    const { stdout } = await runFake(['lint', deploy, '--vllm-version', '0.24', '--rule', 'flag-removed,metric-removed']);
    const printed = stdout.replaceAll(`${folder}/`, '').replace(/\s+/g, ' ');
    const shown = /\$ vllm-wizard lint deploy\/ --vllm-version 0\.24\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
    expect(printed).toBe(shown.replace(/\s+/g, ' '));
  });
});
