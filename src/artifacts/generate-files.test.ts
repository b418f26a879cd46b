import { describe, expect, it, test } from 'vitest';
import { WizardError } from '../errors/wizard-error.ts';
import { artifactTexts } from './artifact-texts.ts';
import { buildDeployment } from './deployment.ts';
import { EMIT_WORDS } from './emit-words.ts';
import { generateFiles, possibleWords } from './generate-files.ts';
import { slugOf } from './slug.ts';
import { testPlan } from './test-support.ts';

describe('generateFiles', () => {
  const plan = testPlan({ args: { tensorParallelSize: 2 } });

  it('writes the asked files, and the plan always', () => {
    expect(generateFiles(plan, plan.document, []).map(({ path }) => path)).toEqual(['plan.json']);
    expect(generateFiles(plan, plan.document, ['k8s', 'command', 'k8s']).map(({ path, mode }) => [path, mode.toString(8)])).toEqual([
      ['serve_command.sh', '755'],
      ['k8s-values.yaml', '644'],
      ['plan.json', '644'],
    ]);
  });

  it('gives the same bytes for the same plan', () => {
    const again = testPlan({ args: { tensorParallelSize: 2 } });
    const { words } = possibleWords(plan, EMIT_WORDS);
    expect(generateFiles(again, again.document, words)).toEqual(generateFiles(plan, plan.document, words));
  });

  it('writes the document as it was given', () => {
    const document = { ...plan.document, artifacts: artifactTexts(plan) };
    const file = generateFiles(plan, document, []).find(({ path }) => path === 'plan.json');
    expect(JSON.parse(file?.text ?? '')).toEqual(document);
  });

  it('refuses one-host files for a plan of several nodes, and names what works', () => {
    const wide = testPlan({ nodes: 2, count: 16, args: { tensorParallelSize: 8, pipelineParallelSize: 2 } });
    expect(() => generateFiles(wide, wide.document, ['compose'])).toThrow(WizardError);
    expect(artifactTexts(wide)).toMatchObject({ docker_command: null, docker_compose: null, k8s_values: null });
    expect(artifactTexts(wide).serve_command).toContain('--distributed-executor-backend ray');
  });

  it('leaves out of a group what the plan cannot have, and says why', () => {
    const wide = testPlan({ nodes: 2, count: 16, args: { tensorParallelSize: 8, pipelineParallelSize: 2 } });
    const { words, skipped } = possibleWords(wide, ['command', 'compose']);
    expect(words).toEqual(['command']);
    expect(skipped).toEqual([{ word: 'compose', problem: expect.stringContaining('spans 2 nodes') }]);
  });

  it('knows no container for Intel', () => {
    const intel = testPlan({ gpu: 'arc-b580-12gb' });
    expect(() => generateFiles(intel, intel.document, ['k8s'])).toThrow(/no server image/);
  });

  it('says at the top of every file that a plan does not start', () => {
    const failing = testPlan({ fails: true });
    for (const { path, text } of generateFiles(failing, failing.document, ['command', 'compose', 'k8s'])) {
      if (path !== 'plan.json') expect(text).toContain('# WARNING: this configuration does not start: No available memory');
    }
  });

  it('keeps line breaks in names out of comments', () => {
    const evil = testPlan({ model: 'x\nrm -rf /', args: { servedModelName: 'y\r\ntouch z' } });
    for (const { path, text } of generateFiles(evil, evil.document, ['command', 'compose', 'k8s'])) {
      if (path !== 'plan.json')
        expect(text.split(/[\r\n]/).filter((line) => /^(rm -rf|touch z)/.test(line) && path !== 'serve_command.sh')).toEqual([]);
    }
  });

  it('says which AMD images have to be built', () => {
    expect(artifactTexts(testPlan({ gpu: 'mi300x-192gb', version: '0.12.0' })).docker_command).toContain('build docker/Dockerfile.rocm');
    expect(artifactTexts(testPlan({ gpu: 'mi300x-192gb', version: '0.14.0' })).docker_command).not.toContain('Dockerfile');
  });
});

describe('buildDeployment', () => {
  it('leaves a judged command as it is', () => {
    const plan = testPlan({ mode: 'check', nodes: 2, count: 16, args: { tensorParallelSize: 16 } });
    expect(buildDeployment(plan).argv).not.toContain('--distributed-executor-backend');
  });

  it('refuses what no program can be given', () => {
    expect(() => buildDeployment(testPlan({ model: 'a\0b' }))).toThrow(/NUL/);
    expect(() => buildDeployment(testPlan({ args: { env: { 'A B': '1' } } }))).toThrow(/no name for an environment variable/);
  });

  test.each([
    { p99Ms: null, drain: 60 },
    { p99Ms: 1_000, drain: 30 },
    { p99Ms: 41_200, drain: 42 },
    { p99Ms: 10_000_000, drain: 600 },
  ])('drains for $drain s when the slowest requests take $p99Ms ms', ({ p99Ms, drain }) => {
    const deployment = buildDeployment(testPlan({ p99Ms }));
    expect([deployment.drain.value, deployment.grace.value]).toEqual([drain, drain + 15]);
  });
});

describe('slugOf', () => {
  test.each([
    { model: 'meta-llama/Llama-3.1-8B-Instruct', want: 'llama-3-1-8b-instruct' },
    { model: '/srv/models/My Model/', want: 'my-model' },
    { model: 'acme/70B', want: 'm-70b' },
    { model: 'acme/vllm', want: 'vllm-model' },
    { model: 'on', want: 'on-model' },
    { model: '模型', want: 'model' },
    { model: `acme/${'long-'.repeat(20)}`, want: 'long-long-long-long-long-long' },
  ])('$model', ({ model, want }) => {
    expect(slugOf(model)).toBe(want);
  });
});
