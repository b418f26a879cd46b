import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runFake } from '../../src/cli/test-context.ts';

const folder = mkdtempSync(join(tmpdir(), 'vllm-wizard-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Two hundred requests, one every `gapS` seconds, and one that no context of 4096 tokens holds. */
function trace(name: string, gapS: number): string {
  const rows = Array.from({ length: 200 }, (_, index) => `${index * gapS},${400 + index},50`);
  const path = join(folder, name);
  writeFileSync(path, ['timestamp,prompt,output', ...rows, `${200 * gapS},9000,50`].join('\n'));
  return path;
}

async function played(path: string) {
  const serve = ['--', 'vllm', 'serve', 'Qwen/Qwen3-8B', '--max-model-len', '4096', '--max-num-seqs', '8'];
  const { stdout, code } = await runFake(['check', '--gpu', 'L4', '--offline', '--json', '--trace', path, ...serve]);
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

test('a recorded load is played as it came: the closer its requests, the longer they wait', async () => {
  const [slow, fast] = [await played(trace('slow.csv', 5)), await played(trace('fast.csv', 0.05))];
  expect(slow.workload).toMatchObject({ num_prompts: 201, prompt_tokens: 542, gen_tokens: 50 });
  expect(fast.performance.ttft_ms.mean).toBeGreaterThan(20 * slow.performance.ttft_ms.mean);
  expect(slow.performance.assumptions).toContain('A recorded load: 201 requests over 1000.0 s, of 542 + 50 tokens on average.');
  expect(slow.performance.assumptions.join(' ')).toContain('1 of them are longer than max_model_len');
});
