import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { buildDeployment } from '../deployment.ts';
import { oneHost } from '../kind.ts';
import { hostileWord, runShell, type TestPlan, testPlan } from '../test-support.ts';
import { renderDockerRun, renderDockerScript } from './render.ts';

function dockerRun(plan: TestPlan = {}): string {
  const deployment = buildDeployment(testPlan(plan));
  return renderDockerRun(deployment, oneHost(deployment));
}

const runDocker = (plan: TestPlan, env: Readonly<Record<string, string>> = {}): readonly string[] => runShell(dockerRun(plan), env).argv;
const valueAfter = (argv: readonly string[], name: string): string | undefined => argv[argv.indexOf(name) + 1];

describe('renderDockerRun', () => {
  it('reads like this', () => {
    expect(dockerRun({ version: '0.17.0', args: { tensorParallelSize: 2 } })).toMatchInlineSnapshot(`
      "docker run --rm \\
        --name llama-3-1-8b-instruct \\
        --gpus 2 \\
        --shm-size 8g \\
        --ulimit memlock=-1 \\
        --ulimit stack=67108864 \\
        --stop-timeout 57 \\
        --publish 127.0.0.1:8000:8000 \\
        --volume "\${HF_HOME:-$HOME/.cache/huggingface}":/root/.cache/huggingface \\
        --env HF_TOKEN \\
        --entrypoint vllm \\
        vllm/vllm-openai:v0.17.0 serve \\
        meta-llama/Llama-3.1-8B-Instruct \\
        --tensor-parallel-size 2 \\
        --max-model-len 8192 \\
        --gpu-memory-utilization 0.9 \\
        --max-num-seqs 64"
    `);
  });

  it('hands the engine exactly the planned arguments, whatever they hold', () => {
    fc.assert(
      fc.property(hostileWord, hostileWord, hostileWord, (model, servedModelName, note) => {
        const plan = { model, args: { servedModelName, env: { NOTE: note } } };
        const deployment = buildDeployment(testPlan(plan));
        const argv = runDocker(plan);
        const image = argv.indexOf('vllm/vllm-openai:v0.33.0');
        expect(argv.slice(image + 1)).toEqual(['serve', ...oneHost(deployment).argv]);
        expect(argv).toContain(`NOTE=${note}`);
      }),
      { numRuns: 25 },
    );
  });

  test.each([
    { why: 'a count by default', args: { tensorParallelSize: 4 }, want: '4' },
    { why: 'all ranks count', args: { tensorParallelSize: 2, pipelineParallelSize: 2, dataParallelSize: 2 }, want: '8' },
    {
      why: 'the devices that the user picked',
      args: { tensorParallelSize: 2, env: { CUDA_VISIBLE_DEVICES: '2,3' } },
      want: '"device=2,3"',
    },
    { why: 'too few devices say nothing', args: { tensorParallelSize: 2, env: { CUDA_VISIBLE_DEVICES: '3' } }, want: '2' },
  ])('--gpus: $why', ({ args, want }) => {
    const argv = runDocker({ args });
    expect(valueAfter(argv, '--gpus')).toBe(want);
    expect(argv.join(' ')).not.toContain('CUDA_VISIBLE_DEVICES');
  });

  it('uses the devices of ROCm for AMD, and only as many as planned', () => {
    const argv = runDocker({ gpu: 'mi300x-192gb', count: 8, args: { tensorParallelSize: 2 } });
    expect(argv).not.toContain('--gpus');
    expect(argv).toEqual(
      expect.arrayContaining(['/dev/kfd', '/dev/dri', 'video', 'vllm/vllm-openai-rocm:v0.33.0', 'HIP_VISIBLE_DEVICES=0,1']),
    );
  });

  it('finds the cache also where HF_HOME is not set', () => {
    expect(valueAfter(runDocker({}), '--volume')).toBe('/home/me/.cache/huggingface:/root/.cache/huggingface');
    expect(valueAfter(runDocker({}, { HF_HOME: '/data/my hub' }), '--volume')).toBe('/data/my hub:/root/.cache/huggingface');
  });

  it('mounts a local model and keeps its name for clients', () => {
    const argv = runDocker({ model: '/srv/my "best", model', local: true });
    expect(valueAfter(argv, '--mount')).toBe('type=bind,"source=/srv/my ""best"", model",target=/models/my-best-model,readonly');
    expect(argv).toEqual(expect.arrayContaining(['/models/my-best-model', '--served-model-name', '/srv/my "best", model']));
    expect(argv).not.toContain('HF_TOKEN');
  });

  it('finds a relative model from the current folder', () => {
    expect(valueAfter(runDocker({ model: 'my model', local: true }), '--mount')).toMatch(
      /^type=bind,"source=\/.*\/my model",target=\/models\/my-model,readonly$/,
    );
  });

  it('publishes the port on this host only and never the value of a secret', () => {
    const args = {
      env: { HF_TOKEN: 'hf_secret' },
      otherFlags: [
        { name: '--port', value: '9000' },
        { name: '--host', value: '10.0.0.1' },
      ],
    };
    const argv = runDocker({ args });
    expect(valueAfter(argv, '--publish')).toBe('127.0.0.1:9000:9000');
    expect(argv).not.toContain('--host');
    expect(argv).toContain('HF_TOKEN');
    expect(argv.join(' ')).not.toContain('hf_secret');
  });

  it('is a script too, which will not start without a secret that the server needs', () => {
    const deployment = buildDeployment(testPlan({ args: { otherFlags: [{ name: '--api-key', value: 'sk-1' }] } }));
    const script = renderDockerScript(deployment, oneHost(deployment));
    expect(script).not.toContain('sk-1');
    expect(() => runShell(script)).toThrow(/set VLLM_API_KEY/);
    const { argv, env } = runShell(script, { VLLM_API_KEY: 'x' });
    expect(argv.slice(argv.indexOf('vllm/vllm-openai:v0.33.0') + 1)).toEqual(['serve', ...oneHost(deployment).argv]);
    expect(env.VLLM_API_KEY).toBe('x');
  });
});
