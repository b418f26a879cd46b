import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runFake } from '../../src/cli/test-context.ts';

const folder = mkdtempSync(join(tmpdir(), 'vllm-wizard-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function modelFolder(name: string, config: string): string {
  const path = mkdtempSync(join(folder, `${name}-`));
  writeFileSync(join(path, 'config.json'), config);
  return path;
}

const plan = (...words: string[]): string[] => ['plan', 'Qwen/Qwen3-8B', '--gpu', 'h100', '--offline', ...words];
const FIFTY_MEGABYTES = 50 * 2 ** 20;

/** Mistakes of the user: one clear error with its fix, and the exit code of its kind. */
const MISTAKES: readonly { why: string; argv: () => string[]; exit: number; code: string; says: string; fix: string }[] = [
  {
    why: 'an unknown model',
    argv: () => ['plan', 'acme/nothing-9b', '--gpu', 'h100', '--offline'],
    exit: 1,
    code: 'MODEL_UNKNOWN',
    says: 'acme/nothing-9b',
    fix: '',
  },
  {
    why: 'an unreachable Hub',
    argv: () => ['plan', 'acme/nothing-9b', '--gpu', 'h100'],
    exit: 1,
    code: 'MODEL_UNREACHABLE',
    says: '',
    fix: '',
  },
  {
    why: 'a size without a model',
    argv: () => ['plan', 'acme/nothing-9b', '--gpu', 'h100', '--offline', '--params-b', '9'],
    exit: 1,
    code: 'MODEL_UNKNOWN',
    says: '--params-b does not help',
    fix: 'config.json',
  },
  {
    why: 'an unknown GPU',
    argv: () => ['plan', 'Qwen/Qwen3-8B', '--gpu', 'h1000'],
    exit: 1,
    code: 'GPU_UNKNOWN',
    says: '"h1000"',
    fix: 'Did you mean',
  },
  {
    why: 'no GPU on the host',
    argv: () => ['plan', 'Qwen/Qwen3-8B'],
    exit: 1,
    code: 'GPU_NOT_FOUND',
    says: 'No GPU was found',
    fix: '--gpu h100',
  },
  { why: 'a Mac', argv: () => ['plan', 'Qwen/Qwen3-8B', '--gpu', 'M2 Max'], exit: 1, code: 'GPU_UNSUPPORTED', says: 'Metal', fix: '' },
  {
    why: 'a rate beside a trace',
    argv: () => plan('--trace', file('load.csv', 'timestamp,prompt,output\n0,5,5\n'), '--request-rate', '3'),
    exit: 2,
    code: 'CONTRADICTION',
    says: '--request-rate',
    fix: 'Leave --request-rate out',
  },
  {
    why: 'a trace without a column of answers',
    argv: () => plan('--trace', file('short.csv', 'timestamp,prompt\n0,5\n')),
    exit: 1,
    code: 'FILE_UNREADABLE',
    says: 'no column for the output',
    fix: 'generatedtokens',
  },
  {
    why: 'an empty config.json',
    argv: () => ['plan', modelFolder('empty', ''), '--gpu', 'h100'],
    exit: 1,
    code: 'MODEL_UNREADABLE',
    says: 'config.json',
    fix: '',
  },
  {
    why: 'a config.json of 50 MB',
    argv: () => ['plan', modelFolder('huge', ' '.repeat(FIFTY_MEGABYTES)), '--gpu', 'h100'],
    exit: 1,
    code: 'MODEL_UNREADABLE',
    says: 'bytes',
    fix: '',
  },
  {
    why: 'a folder without a config.json',
    argv: () => ['plan', folder, '--gpu', 'h100'],
    exit: 1,
    code: 'MODEL_UNREADABLE',
    says: '',
    fix: 'config.json',
  },
  { why: 'no model', argv: () => ['plan', '--gpu', 'h100'], exit: 2, code: 'USAGE', says: 'No model', fix: 'vllm-wizard plan' },
  { why: 'two models', argv: () => plan('--model', 'Qwen/Qwen3-4B'), exit: 2, code: 'CONTRADICTION', says: 'twice', fix: 'Keep one' },
  { why: 'an unknown command', argv: () => ['plna'], exit: 2, code: 'USAGE', says: "'plna'", fix: 'Did you mean plan?' },
  {
    why: 'an unknown option',
    argv: () => plan('--max-modellen', '8'),
    exit: 2,
    code: 'USAGE',
    says: "'--max-modellen'",
    fix: 'Did you mean --max-model-len?',
  },
  { why: 'an option without its value', argv: () => ['plan', '--gpu'], exit: 2, code: 'USAGE', says: '--gpu', fix: '--help' },
  { why: 'too many arguments', argv: () => plan('again'), exit: 2, code: 'USAGE', says: 'Too many arguments', fix: '--help' },
  {
    why: 'a missing required option',
    argv: () => ['generate', 'Qwen/Qwen3-8B', '--gpu', 'h100'],
    exit: 2,
    code: 'USAGE',
    says: '--output-dir',
    fix: '--help',
  },
  {
    why: 'a negative length',
    argv: () => plan('--max-model-len', '-5'),
    exit: 2,
    code: 'OUT_OF_RANGE',
    says: '--max-model-len',
    fix: 'at least 1',
  },
  { why: 'a length of zero', argv: () => plan('--max-model-len', '0'), exit: 2, code: 'OUT_OF_RANGE', says: 'at least 1, not 0', fix: '' },
  {
    why: 'no number',
    argv: () => plan('--gpus', 'two'),
    exit: 2,
    code: 'USAGE',
    says: '--gpus must be a whole number, not "two"',
    fix: '',
  },
  {
    why: 'a share above one',
    argv: () => plan('--gpu-memory-utilization', '1.5'),
    exit: 2,
    code: 'OUT_OF_RANGE',
    says: 'above 0 and at most 1',
    fix: '',
  },
  {
    why: 'an unknown choice',
    argv: () => plan('--interconnect', 'infiniband'),
    exit: 2,
    code: 'USAGE',
    says: 'pcie, nvlink, unknown',
    fix: '',
  },
  { why: 'an unknown dtype', argv: () => plan('--dtype', 'bf61'), exit: 2, code: 'USAGE', says: '"bf61"', fix: 'Did you mean bf16?' },
  {
    why: 'an unknown KV dtype',
    argv: () => plan('--kv-cache-dtype', 'fp9'),
    exit: 2,
    code: 'USAGE',
    says: '"fp9"',
    fix: 'Did you mean fp8?',
  },
  {
    why: 'an unknown way of storing weights',
    argv: () => plan('-q', 'nvpf4'),
    exit: 2,
    code: 'USAGE',
    says: '"nvpf4"',
    fix: 'Did you mean nvfp4?',
  },
  {
    why: 'a way of storing weights that cannot be sized',
    argv: () => plan('-q', 'gguf'),
    exit: 1,
    code: 'MODEL_UNSUPPORTED',
    says: '"gguf"',
    fix: '',
  },
  {
    why: 'broken JSON',
    argv: () => plan('--speculative-config', '{'),
    exit: 2,
    code: 'USAGE',
    says: '--speculative-config must be JSON',
    fix: '',
  },
  {
    why: 'an unknown vLLM version',
    argv: () => plan('--vllm-version', 'latest'),
    exit: 2,
    code: 'VERSION_UNKNOWN',
    says: '"latest"',
    fix: '',
  },
  {
    why: 'a version before V1',
    argv: () => plan('--vllm-version', '0.6.3'),
    exit: 2,
    code: 'VERSION_UNKNOWN',
    says: 'older than 0.8.0',
    fix: '',
  },
  { why: '--offline with --refresh', argv: () => plan('--refresh'), exit: 2, code: 'CONTRADICTION', says: '--refresh', fix: '' },
  {
    why: 'a layout larger than the GPUs',
    argv: () => plan('--gpus', '2', '--tp', '4'),
    exit: 2,
    code: 'CONTRADICTION',
    says: 'needs 4 GPUs',
    fix: '--gpus 4',
  },
  {
    why: 'two memory sizes',
    argv: () => plan('--vram-gb', '80', '--gpu-total-gib', '79'),
    exit: 2,
    code: 'CONTRADICTION',
    says: '--vram-gb 80',
    fix: '',
  },
  {
    why: 'an environment without a profile',
    argv: () => plan('--env', 'prod'),
    exit: 2,
    code: 'CONTRADICTION',
    says: '--env prod',
    fix: '--profile',
  },
  {
    why: 'a missing profile',
    argv: () => plan('--profile', join(folder, 'none.yaml')),
    exit: 1,
    code: 'FILE_UNREADABLE',
    says: 'does not exist',
    fix: '',
  },
  {
    why: 'an unknown profile key',
    argv: () => plan('--profile', file('key.yaml', 'profile_version: 1\nmodel: {max_modl_len: 8}')),
    exit: 2,
    code: 'PROFILE_INVALID',
    says: 'model.max_modl_len',
    fix: 'Did you mean max_model_len?',
  },
  {
    why: 'a profile that is no YAML',
    argv: () => ['profile', 'validate', file('bad.yaml', 'model: [')],
    exit: 2,
    code: 'PROFILE_INVALID',
    says: 'not valid YAML',
    fix: '',
  },
  { why: 'check without a command', argv: () => ['check', '--gpu', 'h100'], exit: 2, code: 'USAGE', says: 'No command', fix: 'vllm serve' },
  {
    why: 'check of another program',
    argv: () => ['check', '--gpu', 'h100', '--', 'docker', 'run', 'x'],
    exit: 2,
    code: 'USAGE',
    says: 'docker run',
    fix: 'vllm serve',
  },
  {
    why: 'an unclosed quote',
    argv: () => ['check', '--gpu', 'h100', '--', "vllm serve 'x"],
    exit: 2,
    code: 'USAGE',
    says: 'unclosed',
    fix: '',
  },
  {
    why: 'an unknown artifact',
    argv: () => ['generate', 'Qwen/Qwen3-8B', '--gpu', 'h100', '--offline', '-o', join(folder, 'out'), '--emit', 'compsoe'],
    exit: 2,
    code: 'USAGE',
    says: 'compsoe',
    fix: 'Did you mean compose?',
  },
  { why: 'an unknown schema', argv: () => ['schema', 'plans'], exit: 2, code: 'USAGE', says: 'plans', fix: '' },
];

describe('a mistake gives one error with its fix', () => {
  test.each(MISTAKES)('$why', async ({ argv, exit, code, says, fix }) => {
    const answer = await runFake(argv());
    expect(answer).toMatchObject({ code: exit, stdout: '' });
    const [problem = '', help = '', ...rest] = answer.stderr.trimEnd().split('\n');
    expect(rest).toEqual([]);
    expect(problem).toMatch(/^error: /);
    expect(problem).toContain(says);
    expect(help).toMatch(new RegExp(`^ {2}fix: .+ {2}\\[${code}\\]$`));
    expect(help).toContain(fix);
  });

  test('with --json it is one document on stdout', async () => {
    const answer = await runFake(['plan', 'Qwen/Qwen3-8B', '--gpu', 'h1000', '--json']);
    expect(answer).toMatchObject({ code: 1, stderr: '' });
    expect(JSON.parse(answer.stdout).error).toMatchObject({ code: 'GPU_UNKNOWN', facts: { gpu: 'h1000' } });
    const usage = await runFake(['plan', '--json', '--nope']);
    expect(JSON.parse(usage.stdout).error.code).toBe('USAGE');
  });
});

describe('what would not start is an answer, with exit code 3', () => {
  test.each([
    { why: 'tp = 3 on 32 heads', words: ['--tp', '3', '--gpus', '3'], says: 'divisible' },
    { why: 'a KV dtype that the release lacks', words: ['--kv-cache-dtype', 'nvfp4', '--vllm-version', '0.12'], says: '--kv-cache-dtype' },
    { why: 'a length beyond the model', words: ['--max-model-len', '1000000'], says: 'max_model_len' },
  ])('$why', async ({ words, says }) => {
    const answer = await runFake(plan(...words, '--json'));
    expect(answer.code).toBe(3);
    const { memory } = JSON.parse(answer.stdout);
    expect(memory.verdict).toBe('fails');
    expect(memory.failure.message).toContain(says);
  });

  test.each([
    { why: 'a removed flag', flags: ['--swap-space', '4'], says: '--swap-space' },
    { why: 'an unknown flag', flags: ['--max-modle-len', '8'], says: '--max-modle-len' },
    { why: 'awq on a plain checkpoint', flags: ['--quantization', 'awq'], says: 'awq' },
  ])('check: $why', async ({ flags, says }) => {
    const answer = await runFake(['check', '--gpu', 'h100', '--offline', '--json', '--', 'vllm', 'serve', 'Qwen/Qwen3-8B', ...flags]);
    expect(answer.code).toBe(3);
    expect(JSON.parse(answer.stdout).memory.failure.message).toContain(says);
  });
});

test('generate writes nothing when the plan does not start', async () => {
  const out = join(folder, 'nothing');
  const answer = await runFake(['generate', 'Qwen/Qwen3-8B', '--gpu', 'h100', '--offline', '--tp', '3', '--gpus', '3', '-o', out]);
  expect(answer.code).toBe(3);
  expect(readdirSync(folder)).not.toContain('nothing');
});
