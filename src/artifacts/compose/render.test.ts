import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { buildDeployment } from '../deployment.ts';
import { oneHost } from '../kind.ts';
import { hostileWord, type TestPlan, testPlan } from '../test-support.ts';
import { renderCompose } from './render.ts';

function compose(plan: TestPlan = {}): string {
  const deployment = buildDeployment(testPlan(plan));
  return renderCompose(deployment, oneHost(deployment));
}

/** What Compose makes of a value: it replaces variables, and a doubled dollar is a plain one. */
function interpolated(text: string): string {
  return text.replace(/\$(\$|\{?[A-Za-z_])/g, (_, next) => {
    if (next !== '$') throw new Error(`a variable in ${text}`);
    return '$';
  });
}

const serviceOf = (plan: TestPlan = {}) => parse(compose(plan)).services.vllm;

describe('renderCompose', () => {
  it('reads like this', () => {
    expect(compose({ version: '0.17.0', args: { tensorParallelSize: 2 } })).toMatchInlineSnapshot(`
      "# meta-llama/Llama-3.1-8B-Instruct on 2 x NVIDIA H100 SXM 80 GB, vLLM 0.17.0; written by vllm-wizard 1.0.0.
      # Start: docker compose up --detach --wait; then http://127.0.0.1:8000/v1
      # From the shell or an .env file, never from here: HF_TOKEN

      name: llama-3-1-8b-instruct
      services:
        vllm:
          # The planned version; upgrade on purpose, then plan again.
          image: vllm/vllm-openai:v0.17.0
          entrypoint:
            - vllm
            - serve
          command:
            - meta-llama/Llama-3.1-8B-Instruct
            - --tensor-parallel-size
            - "2"
            - --max-model-len
            - "8192"
            - --gpu-memory-utilization
            - "0.9"
            - --max-num-seqs
            - "64"
          restart: unless-stopped
          # Only this host: the server asks nobody for a password unless VLLM_API_KEY is set.
          ports:
            - 127.0.0.1:8000:8000
          # 8 GiB of shared memory for 2 GPU processes (NCCL fails without)
          shm_size: 8gb
          ulimits:
            memlock: -1
            stack: 67108864
          # 2 GPUs: tensor 2 x pipeline 1 x data 1 parallel
          deploy:
            resources:
              reservations:
                devices:
                  - driver: nvidia
                    count: 2
                    capabilities:
                      - gpu
          # HF_TOKEN is handed on where it is set; only gated and private models need it.
          environment:
            HF_TOKEN:
          # Named volumes keep weights and compiled kernels; \${HF_HOME:-~/.cache/huggingface} would be the cache of the host.
          volumes:
            - huggingface:/root/.cache/huggingface
            - vllm-cache:/root/.cache/vllm
          healthcheck:
            test:
              - CMD
              - python3
              - -c
              - import http.client, sys; c = http.client.HTTPConnection('127.0.0.1', 8000, timeout=5); c.request('GET', '/health'); sys.exit(c.getresponse().status != 200)
            interval: 30s
            timeout: 10s
            retries: 3
            # 482 s to start: download 16.1 GB at 100 MB/s 161 s, load at 200 MB/s 81 s, compile and capture graphs 180 s, margin 60 s
            start_period: 482s
            start_interval: 5s
          # At most: this engine drops running requests as soon as it is told to stop.
          stop_grace_period: 57s
          logging:
            driver: json-file
            options:
              max-size: 50m
              max-file: "3"
      volumes:
        huggingface: {}
        vllm-cache: {}
      "
    `);
  });

  it.each(['1.1', '1.2'] as const)('hands the engine exactly the planned arguments: YAML %s', (version) => {
    fc.assert(
      fc.property(hostileWord, hostileWord, hostileWord, (model, servedModelName, note) => {
        const plan = testPlan({ model, args: { servedModelName, env: { NOTE: note } } });
        const deployment = buildDeployment(plan);
        const service = parse(renderCompose(deployment, oneHost(deployment)), { version }).services.vllm;
        expect(service.entrypoint).toEqual(['vllm', 'serve']);
        expect(service.command.map(interpolated)).toEqual(oneHost(deployment).argv);
        expect(service.command.map(interpolated)[0]).toBe(model);
        expect(interpolated(service.environment.NOTE)).toBe(note);
      }),
    );
  });

  test.each([
    { why: 'count', args: { tensorParallelSize: 2, pipelineParallelSize: 2 }, want: { count: 4 } },
    { why: 'picked devices', args: { tensorParallelSize: 2, env: { CUDA_VISIBLE_DEVICES: '4,5' } }, want: { device_ids: ['4', '5'] } },
  ])('reserves the GPUs of the plan: $why', ({ args, want }) => {
    const [device] = serviceOf({ args }).deploy.resources.reservations.devices;
    expect(device).toEqual({ driver: 'nvidia', ...want, capabilities: ['gpu'] });
  });

  it('passes the device files to AMD instead', () => {
    const service = serviceOf({ gpu: 'mi300x-192gb', count: 8, args: { tensorParallelSize: 2 } });
    expect(service.deploy).toBeUndefined();
    expect(service.devices).toEqual(['/dev/kfd', '/dev/dri']);
    expect(service.environment.HIP_VISIBLE_DEVICES).toBe('0,1');
  });

  it('hands a token on without holding it, and insists only on what was planned', () => {
    const text = compose({ args: { otherFlags: [{ name: '--api-key', value: 'sk-secret' }] } });
    expect(text).not.toContain('sk-secret');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Compose's own spelling
    const reference = '${VLLM_API_KEY:?set VLLM_API_KEY}';
    expect(parse(text).services.vllm.environment).toEqual({ HF_TOKEN: null, VLLM_API_KEY: reference });
  });

  it('gives a server time to load and to finish', () => {
    const service = serviceOf({ version: '0.33.0' });
    expect(service.healthcheck.start_period).toBe('482s');
    expect(service.stop_grace_period).toBe('57s');
    expect(compose({ args: { otherFlags: [{ name: '--shutdown-timeout', value: '42' }] } })).toContain('42 s to finish requests');
    expect(compose({ version: '0.17.0' })).toContain('drops running requests');
  });

  it('mounts a local model read-only', () => {
    const service = serviceOf({ model: '/srv/my $model', local: true });
    expect(service.volumes.at(-1)).toEqual({ type: 'bind', source: '/srv/my $$model', target: '/models/my-model', read_only: true });
    expect(service.environment).toEqual({});
  });

  it('asks where a model lies that was named by a relative path', () => {
    expect(serviceOf({ model: 'my-model', local: true }).volumes.at(-1).source).toMatch(/^\$\{MODEL_DIR:\?/);
  });

  it('has none of the old mistakes', () => {
    const text = compose();
    const { version, services } = parse(text);
    expect(version).toBeUndefined();
    expect(text).not.toMatch(/latest|swap-space|0\.0\.0\.0/);
    expect(services.vllm.ports).toEqual(['127.0.0.1:8000:8000']);
  });

  it('starts what reads the monitoring files beside it, in a profile of its own', () => {
    const deployment = buildDeployment(testPlan());
    const { services, volumes } = parse(renderCompose(deployment, oneHost(deployment), ['prometheus', 'alertmanager', 'grafana']));
    expect(Object.keys(services)).toEqual(['vllm', 'prometheus', 'alertmanager', 'grafana', 'dcgm-exporter']);
    const { vllm, ...others } = services;
    for (const service of Object.values(others)) expect(service).toMatchObject({ profiles: ['observability'] });
    expect(vllm.profiles).toBeUndefined();
    expect(vllm.networks.default.aliases).toEqual([deployment.service]);
    const used = Object.values(services as Record<string, { volumes?: string[] }>).flatMap((service) => service.volumes ?? []);
    const named = used.map((volume) => volume.split(':')[0] ?? '').filter((name) => !name.startsWith('.'));
    expect([...new Set(named)].sort()).toEqual(Object.keys(volumes).sort());
  });

  it('asks for no NVIDIA exporter on AMD', () => {
    const deployment = buildDeployment(testPlan({ gpu: 'mi300x-192gb' }));
    expect(parse(renderCompose(deployment, oneHost(deployment), ['prometheus'])).services).not.toHaveProperty('dcgm-exporter');
  });
});
