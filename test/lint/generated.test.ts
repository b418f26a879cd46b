import { describe, expect, test } from 'vitest';
import { artifactTexts } from '../../src/artifacts/artifact-texts.ts';
import { EMIT_WORDS, type EmitWord } from '../../src/artifacts/emit-words.ts';
import { generateFiles } from '../../src/artifacts/generate-files.ts';
import { type TestPlan, testPlan } from '../../src/artifacts/test-support.ts';
import { WizardError } from '../../src/errors/wizard-error.ts';
import { type LintInput, lint } from '../../src/lint/lint.ts';

const PLANS: readonly (TestPlan & { readonly why: string })[] = [
  { why: 'one GPU' },
  { why: 'four GPUs', args: { tensorParallelSize: 4 } },
  { why: 'GPUs for more replicas', count: 8, args: { tensorParallelSize: 2 } },
  { why: 'two hosts', nodes: 2, count: 16, args: { tensorParallelSize: 8, pipelineParallelSize: 2 } },
  { why: 'an older release', version: '0.12.0', args: { tensorParallelSize: 2 } },
  { why: 'AMD', gpu: 'mi300x-192gb', args: { tensorParallelSize: 2 } },
  { why: 'a local model', model: '/models/llama', local: true },
  { why: 'a key', args: { otherFlags: [{ name: '--api-key', value: 'correct-horse' }] } },
];

/** Autoscalers are alternatives, so each is a deployment of its own. */
const SCALERS: readonly string[] = ['hpa', 'keda'];

/** The files of every one of these words that the plan can have. */
function filesOf(plan: TestPlan, words: readonly EmitWord[]): readonly LintInput[] {
  const result = testPlan(plan);
  const found = new Map<string, string>();
  for (const word of words) {
    try {
      for (const { path, text } of generateFiles(result, result.document, [word])) found.set(path, text);
    } catch (error) {
      // Some plans have no such file: no container for several hosts, nothing to scale.
      if (!(error instanceof WizardError)) throw error;
    }
  }
  const docker = artifactTexts(result).docker_command;
  if (docker !== null) found.set('docker-run.sh', docker);
  return [...found].map(([path, text]) => ({ path, text }));
}

describe('files that generate writes are clean', () => {
  test.each(PLANS)('$why', (plan) => {
    const others = EMIT_WORDS.filter((word) => !SCALERS.includes(word));
    const sets = [others, ...EMIT_WORDS.filter((word) => SCALERS.includes(word)).map((word) => [word])];
    for (const words of sets) {
      const report = lint(filesOf(plan, words), { weightBytes: () => 16_060_522_496, folders: [''] });
      expect(report.findings).toEqual([]);
    }
    expect(filesOf(plan, others).length).toBeGreaterThan(2);
  });
});
