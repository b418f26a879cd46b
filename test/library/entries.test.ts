import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { moduleGraph } from '../support/module-graph.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const entry = z.object({ types: z.string(), default: z.string() });
const manifest = z
  .object({ exports: z.record(z.string(), z.union([z.string(), entry])) })
  .parse(JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')));

const entries = Object.entries(manifest.exports).flatMap(([name, target]) => (typeof target === 'string' ? [] : [{ name, ...target }]));
const fileOf = (name: string): string => `${ROOT}${entries.find((found) => found.name === name)?.default}`;

beforeAll(() => {
  if (!existsSync(fileOf('.'))) throw new Error('dist/public.js is missing: run `npm run build` first.');
});

/** Runs a module as a dependant would: the package is found by its name. */
function runModule(source: string): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  return spawnSync(process.execPath, ['--input-type=module', '-e', source], { cwd: ROOT, encoding: 'utf8' });
}

describe('the entry points of the package', () => {
  test('are the planner, the loaders, the schemas and the artifacts', () => {
    expect(entries.map(({ name }) => name)).toEqual(['.', './node', './schemas', './artifacts']);
  });

  test.each(entries)('$name is built, with its types', ({ types, default: code }) => {
    expect([existsSync(ROOT + types), existsSync(ROOT + code)]).toEqual([true, true]);
  });

  test.each(['.', './schemas'])('%s runs in a browser: nothing that it may ever load is of Node or of another package', (name) => {
    const { files, others } = moduleGraph(fileOf(name), { whenAsked: true });
    expect([...others]).toEqual([]);
    const text = [...files].map((file) => readFileSync(file, 'utf8')).join('\n');
    expect(text).not.toMatch(/\bcreateRequire\b|\brequire\(|\bprocess\.(env|stdout|versions|exit)\b|__dirname/);
  });

  test('plan by name, from the loaders to the texts of the artifacts', () => {
    const { stdout, stderr } = runModule(`
      import { DEFAULT_POLICY, DEFAULT_WORKLOAD, defaultServeArgs, matchGpu, parseModel, plan, resolveVersion } from 'vllm-wizard';
      import { findModel, readTextFile } from 'vllm-wizard/node';
      import { artifactTexts } from 'vllm-wizard/artifacts';
      import { jsonSchema } from 'vllm-wizard/schemas';
      const asked = { model: 'Qwen/Qwen3-8B', offline: true };
      const model = parseModel(await findModel(asked, { fetch, env: {}, readText: readTextFile }));
      const { gpu } = matchGpu('h100');
      const hardware = {
        gpu, count: 1, nodes: 1, interconnect: 'unknown', totalBytesOverride: null, detected: false, driverVersion: null, cudaVersion: null,
      };
      const result = plan({
        mode: 'plan', model, hardware, workload: DEFAULT_WORKLOAD, policy: DEFAULT_POLICY, args: defaultServeArgs(model.id),
        vllm: resolveVersion('0.24.0'), assumeKvCacheBytes: null, findings: [],
      });
      console.log(result.document.memory.verdict, artifactTexts(result).serve_command.includes('Qwen/Qwen3-8B'), jsonSchema('plan').title);
    `);
    expect([stdout, stderr]).toEqual(['starts true vLLM Wizard plan\n', '']);
  });
});
