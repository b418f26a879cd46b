import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runFake } from '../../src/cli/test-context.ts';
import { parseProfile } from '../../src/plan/parse-profile.ts';
import { planDocumentSchema } from '../../src/plan/plan-schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'vllm-wizard-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PLAN = ['plan', 'Qwen/Qwen3-8B', '--gpu', 'h100', '--offline'];
const plan = async (...words: string[]) => JSON.parse((await runFake([...PLAN, ...words, '--json'])).stdout);
const check = async (before: readonly string[], ...after: string[]) =>
  JSON.parse((await runFake(['check', '--gpu', 'h100', '--offline', '--json', ...before, '--', ...after])).stdout);

describe('plan', () => {
  test('prints a document of the published schema', async () => {
    const answer = await runFake([...PLAN, '--json']);
    expect(answer.code).toBe(0);
    const document = JSON.parse(answer.stdout);
    expect(planDocumentSchema.safeParse(document).error).toBeUndefined();
    expect(document.artifacts.serve_command).toContain('vllm serve');
  });

  test('prints a report that says the answer first, within 80 columns', async () => {
    const { stdout, code } = await runFake(PLAN);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^FITS: Qwen\/Qwen3-8B on 1 x NVIDIA H100/);
    expect(stdout.split('\n').filter((line) => [...line].length > 80)).toEqual([]);
  });

  test('pins what is given, by every spelling', async () => {
    const document = await plan(
      '--tp',
      '2',
      '-c',
      '8',
      '--max-model-len',
      '8k',
      '--kv-cache-dtype',
      'fp8_e4m3fn',
      '--dtype',
      'bf16',
      '--enforce-eager',
    );
    expect(document.config).toMatchObject({ tensor_parallel_size: 2, max_model_len: 8000, dtype: 'bfloat16', enforce_eager: true });
    expect(document.hardware.count).toBe(2);
    expect(document.workload).toMatchObject({ concurrency: 8, num_prompts: 80 });
  });

  test('takes the number on the box for the usual card, and another number as it is', async () => {
    const usual = await plan();
    expect((await plan('--vram-gb', '80')).memory.workers[0].total_bytes).toBe(usual.memory.workers[0].total_bytes);
    expect((await plan('--gpu-total-gib', '79')).memory.workers[0].total_bytes).toBe(79 * 2 ** 30);
  });

  test('-q says how the weights are stored', async () => {
    const wide = await plan();
    const online = await plan('-q', 'fp8');
    expect(online.memory.workers[0].weights_bytes).toBeLessThan(0.7 * wide.memory.workers[0].weights_bytes);
    expect(online.artifacts.serve_command).toContain('--quantization');
    const awq = await plan('-q', 'awq');
    expect(awq.artifacts.serve_command).not.toContain('--quantization');
    expect(awq.warnings.map((warning: { code: string }) => warning.code)).toContain('WEIGHTS_DIFFER');
  });

  test('finds this host with --gpu auto', async () => {
    const run = async (program: string, args: readonly string[]) =>
      program === 'nvidia-smi' && args[0]?.startsWith('--query-gpu') ? 'NVIDIA L4, 23034, 570.124.06, 8.9\n'.repeat(2) : null;
    const answer = await runFake(['plan', 'Qwen/Qwen3-8B', '--offline', '--json'], { run });
    expect(JSON.parse(answer.stdout).hardware).toMatchObject({
      count: 2,
      detected: true,
      gpus: Array.from({ length: 2 }, () => expect.objectContaining({ id: 'l4-24gb', driver_version: '570.124.06' })),
    });
  });

  test('a profile is read, and options beat it', async () => {
    const path = join(folder, 'profile.yaml');
    writeFileSync(
      path,
      'profile_version: 2\nmodel: {id: Qwen/Qwen3-8B}\nhardware: {gpu_name: l4}\nworkload: {concurrency: 4}\noutputs: {vllm_args: {max-num-seqs: 64}}\noverrides: {prod: {hardware: {gpu_name: h100}}}\n',
    );
    const read = async (...words: string[]) => JSON.parse((await runFake(['plan', '-p', path, '--offline', '--json', ...words])).stdout);
    const dev = await read();
    expect(dev.hardware.gpus[0].id).toBe('l4-24gb');
    expect(dev.workload.concurrency).toBe(4);
    expect(dev.config.max_num_seqs).toBe(64);
    const prod = await read('--env', 'prod', '-c', '2', '--max-num-seqs', '32');
    expect(prod.hardware.gpus[0].id).toBe('h100-sxm-80gb');
    expect(prod.workload.concurrency).toBe(2);
    expect(prod.config.max_num_seqs).toBe(32);
  });
});

describe('check', () => {
  test('judges the command with and without --, and as one word', async () => {
    const split = await check([], 'vllm', 'serve', 'Qwen/Qwen3-8B', '--max-model-len', '8192');
    expect(split).toMatchObject({ mode: 'check', memory: { verdict: 'starts' }, config: { max_model_len: 8192 } });
    expect(await check([], 'vllm serve Qwen/Qwen3-8B --max-model-len 8192')).toEqual(split);
    const bare = await runFake([
      'check',
      '--gpu',
      'h100',
      '--offline',
      '--json',
      'vllm',
      'serve',
      'Qwen/Qwen3-8B',
      '--max-model-len',
      '8192',
    ]);
    expect(JSON.parse(bare.stdout)).toEqual(split);
  });

  test('takes the cache memory as given', async () => {
    const document = await check(['--assume-kv-cache-bytes', '10G'], 'vllm', 'serve', 'Qwen/Qwen3-8B', '--max-model-len', '8192');
    // 10 GiB over blocks of 16 tokens x 144 KiB.
    expect(document.memory.kv_cache.num_blocks).toBe(Math.floor((10 * 2 ** 30) / (16 * 147_456)));
  });

  test('too few GPUs for the command is a verdict', async () => {
    const document = await check(['--gpus', '1'], 'vllm', 'serve', 'Qwen/Qwen3-8B', '-tp', '2');
    expect(document.memory.failure.message).toContain('2');
  });

  test('--batch answers every line in order, mistakes included', async () => {
    const path = join(folder, 'rows.jsonl');
    const row = (...flags: string[]) => JSON.stringify(['--gpu', 'h100', '--offline', '--', 'vllm', 'serve', 'Qwen/Qwen3-8B', ...flags]);
    writeFileSync(
      path,
      [row('--max-model-len', '8192'), '{"no": "array"}', row('--swap-space', '4'), '["--nope"]', row('--max-model-len', '4096')].join(
        '\n',
      ),
    );
    const answer = await runFake(['check', '--batch', path]);
    expect(answer).toMatchObject({ code: 0, stderr: '' });
    const documents = answer.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(documents.map((d) => d.error?.code ?? d.memory.verdict)).toEqual(['starts', 'USAGE', 'fails', 'USAGE', 'starts']);
    expect(
      documents
        .map((d) => d.config?.max_model_len)
        .filter(Boolean)
        .slice(-1),
    ).toEqual([4096]);
    // Options of one row must not leak into the next, and a row is judged as a single command would be.
    const single = await check([], 'vllm', 'serve', 'Qwen/Qwen3-8B', '--max-model-len', '8192');
    expect({ ...documents[0], artifacts: null }).toEqual({ ...single, artifacts: null });
  });
});

describe('generate', () => {
  test('writes the files, and a profile that plans the same again', async () => {
    const out = join(folder, 'deploy');
    const words = ['generate', 'Qwen/Qwen3-8B', '--gpu', 'h100', '--offline', '-o', out, '--emit', 'command,profile,compose'];
    const answer = await runFake(words);
    expect(answer.code).toBe(0);
    expect(readdirSync(out).sort()).toEqual(
      expect.arrayContaining(['docker-compose.yaml', 'plan.json', 'profile.yaml', 'serve_command.sh']),
    );
    const text = readFileSync(join(out, 'profile.yaml'), 'utf8');
    expect(parseProfile(text, 'profile.yaml').model?.id).toBe('Qwen/Qwen3-8B');
    const again = JSON.parse((await runFake(['plan', '--profile', join(out, 'profile.yaml'), '--offline', '--json'])).stdout);
    const first = JSON.parse(readFileSync(join(out, 'plan.json'), 'utf8'));
    expect(again.config).toEqual(first.config);
    expect((await runFake(words)).stdout).toContain('unchanged');
  });

  test('starts replicas of one engine each, and plans the same again from the profile', async () => {
    const out = join(folder, 'replicas');
    const words = ['generate', 'Qwen/Qwen3-8B', '--gpu', 'h100-sxm-80gb', '--gpus', '4', '--replicas', '2', '--offline', '-o', out];
    expect(await runFake([...words, '--emit', 'docker,profile'])).toMatchObject({ code: 0 });
    const first = readFileSync(join(out, 'plan.json'), 'utf8');
    expect(JSON.parse(first).config).toMatchObject({ tensor_parallel_size: 1, data_parallel_size: 1 });
    const again = await runFake(['generate', '--profile', join(out, 'profile.yaml'), '--offline', '-o', out]);
    expect(again).toMatchObject({ code: 0, stdout: expect.not.stringContaining('wrote') });
    expect(readFileSync(join(out, 'RUNBOOK.md'), 'utf8')).toContain('| replicas | 2 | at most 4: 4 x 1 of the 4 GPUs in the plan |');
  });

  test('counts the GPUs of all replicas where the user does not', async () => {
    const out = join(folder, 'uncounted');
    const words = ['generate', 'Qwen/Qwen3-8B', '--gpu', 'h100-sxm-80gb', '--replicas', '3', '--offline', '-o', out];
    expect(await runFake(words)).toMatchObject({ code: 0 });
    expect(JSON.parse(readFileSync(join(out, 'plan.json'), 'utf8')).hardware.count).toBe(3);
    const tooMany = await runFake([...words, '--gpus', '2', '--force']);
    expect(tooMany).toMatchObject({ code: 2, stderr: expect.stringContaining('3 replicas of 1 GPU do not fit on the 2') });
  });

  test('says which words of a group the plan cannot have', async () => {
    const model = 'meta-llama/Llama-3.1-405B-Instruct-FP8';
    const nodes = ['--gpu', 'h100', '--gpus', '16', '--nodes', '2', '--tp', '8', '--pp', '2'];
    const answer = await runFake(['generate', model, ...nodes, '--offline', '-o', join(folder, 'nodes'), '--emit', 'docker']);
    expect(answer).toMatchObject({ code: 0, stderr: expect.stringContaining('Left out compose: ') });
  });
});

describe('lists', () => {
  test('gpus and models, as text and as JSON', async () => {
    expect((await runFake(['gpus', 'h100'])).stdout).toContain('h100-sxm-80gb');
    const gpus = JSON.parse((await runFake(['gpus', '--json'])).stdout);
    expect(gpus.length).toBeGreaterThanOrEqual(45);
    expect((await runFake(['models', 'qwen3', '8b'])).stdout).toContain('Qwen/Qwen3-8B');
    expect(JSON.parse((await runFake(['models', 'qwen3-8b', '--json'])).stdout)[0]).toHaveProperty('context_limit');
    expect((await runFake(['gpus', 'voodoo'])).stdout).toBe('');
  });

  test('detect prints an empty list without GPUs, and exits 0 either way', async () => {
    expect(await runFake(['detect', '--json'])).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
    expect((await runFake(['detect'])).code).toBe(0);
  });

  test('schemas are draft 2020-12', async () => {
    for (const name of ['plan', 'profile']) {
      const answer = await runFake(['schema', name]);
      expect(JSON.parse(answer.stdout).$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    }
  });

  test('profile validate says yes', async () => {
    const path = join(folder, 'good.yaml');
    writeFileSync(path, 'profile_version: 1\nmodel: {id: a/b}\n');
    expect(await runFake(['profile', 'validate', path])).toEqual({ code: 0, stdout: `${path} is a valid profile.\n`, stderr: '' });
  });
});

describe('help and version', () => {
  test('go to stdout with exit code 0', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(await runFake(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    expect(await runFake(['-v'])).toMatchObject({ code: 0, stdout: `${version}\n` });
    const help = await runFake(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).not.toContain('complete ');
  });

  test('no command shows the help on stderr', async () => {
    const answer = await runFake([]);
    expect(answer).toMatchObject({ code: 2, stdout: '' });
    expect(answer.stderr).toContain('Usage: vllm-wizard');
  });

  const COMMANDS = ['plan', 'generate', 'check', 'doctor', 'lint', 'detect', 'models', 'gpus', 'profile', 'schema', 'completion'];

  test.each(COMMANDS)('%s fits in 80 columns', async (command) => {
    const { stdout } = await runFake([command, '--help']);
    expect(stdout).toContain(`Usage: vllm-wizard ${command}`);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  /** Examples whose output a shell takes up, or that need this host's GPU, are run without that part. */
  test.each(['plan', 'generate', 'check', 'detect', 'models', 'gpus', 'schema'])('the example of %s runs', async (command) => {
    const { stdout } = await runFake([command, '--help']);
    const line = /\n {2}\$ vllm-wizard (.+)/.exec(stdout)?.[1] ?? '';
    const words = line
      .replace(/ [|>].*$/, '')
      .replace('-o deploy', `-o ${join(folder, 'example')}`)
      .split(' ');
    const answer = await runFake(words);
    expect([answer.code, answer.stderr]).toEqual([0, expect.not.stringContaining('error')]);
  });
});
