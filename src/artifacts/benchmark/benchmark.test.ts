import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import type { PlanResult } from '../../plan/plan-result.ts';
import { buildDeployment } from '../deployment.ts';
import { hostileWord, type TestPlan, testPlan } from '../test-support.ts';
import { benchArgv } from './bench-argv.ts';
import { CHECK_PROGRAM } from './check-program.ts';
import { clientLoad } from './client-load.ts';
import { benchmarkKind } from './kind.ts';

type Workload = PlanResult['request']['workload'];

function planOf(plan: TestPlan = {}, workload: Partial<Workload> = {}): PlanResult {
  const result = testPlan(plan);
  return { ...result, request: { ...result.request, workload: { ...result.request.workload, ...workload } } };
}

function filesOf(result: PlanResult, replicas = 1): Map<string, string> {
  const files = benchmarkKind.files(buildDeployment(result, { replicas, gpuHourUsd: null }), { result, words: [] });
  return new Map(files.map(({ path, text }) => [path.replace('benchmark/', ''), text]));
}

const jobPod = (result: PlanResult, replicas = 1) => parse(filesOf(result, replicas).get('job.yaml') ?? '').spec.template.spec;
const limitsOf = (result: PlanResult, replicas = 1) => JSON.parse(filesOf(result, replicas).get('limits.json') ?? '');

/** As `vllm bench serve --save-result` of 0.33.0 names them; in the middle of what the test plan expects. */
const GOOD = {
  completed: 10,
  failed: 0,
  mean_ttft_ms: 30,
  p99_ttft_ms: 39,
  mean_tpot_ms: 10,
  p99_tpot_ms: 11.5,
  output_throughput: 100,
};

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'benchmark-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** The real program over a result. */
function check(result: string, limits: object = limitsOf(planOf())): { status: number | null; lines: string[]; stderr: string } {
  const paths = ['check.py', 'result.json', 'limits.json'].map((name) => join(dir, name));
  for (const [i, text] of [CHECK_PROGRAM, result, JSON.stringify(limits)].entries()) writeFileSync(paths[i] ?? '', text);
  const { status, stdout, stderr, error } = spawnSync('python3', paths, { encoding: 'utf8' });
  if (error) throw error;
  return { status, lines: stdout.trim().split('\n'), stderr };
}

describe('check.py', () => {
  it('accepts what is as planned', () => {
    const { status, lines } = check(JSON.stringify(GOOD));
    expect(status).toBe(0);
    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "ok      10 of 10 requests answered
      ok      mean time to first token     30 ms            planned: 20 to 40 (90 % range of the forecast)
      ok      mean time per output token   10 ms            planned: 8 to 12 (90 % range of the forecast)
      ok      output tokens                100 tokens/s     planned: 80 to 120 (90 % range of the forecast)
      ok      p99 of time to first token   39 ms            planned: at most 40 (forecast p99 of TTFT 1.00 ms x 40.00 (upper end of the 90 % range over its mean))
      ok      p99 of time per output token 11.5 ms          planned: at most 12 (forecast p99 of TPOT 1.00 ms x 12.00 (upper end of the 90 % range over its mean))"
    `);
  });

  test.each([
    { why: 'slow first tokens', change: { mean_ttft_ms: 40.1 }, status: 1, verdict: 'FAILED  mean time to first token' },
    { why: 'few tokens', change: { output_throughput: 79 }, status: 1, verdict: 'FAILED  output tokens' },
    { why: 'a slow tail', change: { p99_ttft_ms: 4000 }, status: 1, verdict: 'FAILED  p99 of time to first token' },
    { why: 'requests without an answer', change: { completed: 9 }, status: 1, verdict: 'FAILED  9 of 10 requests answered' },
    { why: 'a missing number', change: { mean_tpot_ms: undefined }, status: 1, verdict: 'FAILED  mean time per output token' },
    { why: 'no number', change: { mean_tpot_ms: 'fast' }, status: 1, verdict: 'FAILED  mean time per output token' },
    { why: 'quick first tokens', change: { mean_ttft_ms: 5 }, status: 0, verdict: 'better  mean time to first token' },
    { why: 'many tokens', change: { output_throughput: 500 }, status: 0, verdict: 'better  output tokens' },
  ])('ends with $status for $why', ({ change, status, verdict }) => {
    const checked = check(JSON.stringify({ ...GOOD, ...change }));
    expect(checked.status).toBe(status);
    expect(checked.lines.some((line) => line.startsWith(verdict))).toBe(true);
  });

  it('fails for NaN, which is what no tokens give', () => {
    expect(check(JSON.stringify(GOOD).replace('"mean_tpot_ms":10', '"mean_tpot_ms":NaN')).status).toBe(1);
  });

  test.each(['', '[]', '{'])('ends with 2 for a result that is none: %s', (text) => {
    const { status, stderr } = check(text);
    expect([status, stderr.startsWith('cannot compare: ')]).toEqual([2, true]);
  });

  it('says how it is used', () => {
    const { status, stderr } = spawnSync('python3', ['-c', CHECK_PROGRAM], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([2, expect.stringContaining('python3 check.py RESULT LIMITS')]);
  });
});

describe('limits', () => {
  it('hold the mean to a target, and the tail to the forecast', () => {
    const rows = (result: PlanResult) => limitsOf(result).checks.map(({ key, high }: { key: string; high: number }) => [key, high]);
    expect(rows(planOf()).slice(3)).toEqual([
      ['p99_ttft_ms', 40],
      ['p99_tpot_ms', 12],
    ]);
    expect(rows(planOf({}, { ttftTargetMs: 200, tpotTargetMs: 25 })).slice(3)).toEqual([
      ['mean_ttft_ms', 200],
      ['mean_tpot_ms', 25],
    ]);
  });

  it('ask for all requests where there is no forecast', () => {
    expect(limitsOf(planOf({ p99Ms: null }))).toEqual({ requests: 10, checks: [] });
  });

  it('are of all replicas together', () => {
    const { requests, checks } = limitsOf(planOf({ count: 3 }), 3);
    expect(requests).toBe(30);
    expect(checks.find(({ key }: { key: string }) => key === 'output_throughput')).toMatchObject({ low: 240, high: 360 });
  });
});

describe('the client', () => {
  const words = (result: PlanResult, replicas = 1): string => {
    const deployment = buildDeployment(result, { replicas, gpuHourUsd: null });
    return benchArgv(deployment, clientLoad(deployment, result), result.args).join(' ');
  };

  test.each<{ why: string; workload: Partial<Workload>; has: string }>([
    { why: 'a closed loop', workload: { concurrency: 16 }, has: '--request-rate inf --max-concurrency 16' },
    { why: 'a rate', workload: { requestRate: 2.5 }, has: '--request-rate 2.5 --ignore-eos' },
    { why: 'a rate with a limit', workload: { requestRate: 2.5, concurrency: 4 }, has: '--request-rate 2.5 --max-concurrency 4' },
    { why: 'bursts', workload: { requestRate: 2, burstiness: 0.5 }, has: '--request-rate 2 --burstiness 0.5' },
    {
      why: 'all at once',
      workload: { requestRate: Number.POSITIVE_INFINITY, concurrency: 8 },
      has: '--request-rate inf --max-concurrency 8',
    },
    {
      why: 'a shared prefix',
      workload: { prefixHitRate: 0.25 },
      has: '--random-input-len 384 --random-output-len 256 --random-range-ratio 0 --random-prefix-len 128',
    },
    {
      why: 'lengths that differ',
      workload: { randomRangeRatio: 0.5 },
      has: '--random-input-len 512 --random-output-len 256 --random-range-ratio 0.5',
    },
  ])('plays $why', ({ workload, has }) => {
    expect(words(planOf({}, workload))).toContain(has);
  });

  it('plays the load of all replicas', () => {
    expect(words(planOf({ count: 2 }, { concurrency: 16 }), 2)).toContain('--num-prompts 20 --request-rate inf --max-concurrency 32');
  });

  it('means the same lengths to releases that read the ratio otherwise', () => {
    const old = planOf({ version: '0.8.4' }, { randomRangeRatio: 0.5 });
    expect(words(old)).toContain('--random-input-len 768 --random-output-len 384 --random-range-ratio 0.3333');
    expect(words(planOf({ version: '0.8.4' }))).toContain('--random-input-len 512 --random-output-len 256 --random-range-ratio 1');
  });

  it('has the tokenizer of the server', () => {
    const args = { trustRemoteCode: true, otherFlags: [{ name: 'tokenizer_mode', value: 'mistral' }] };
    expect(words(planOf({ args }))).toMatch(/--tokenizer-mode mistral --trust-remote-code$/);
  });

  it('cannot play a trace', () => {
    expect(() => filesOf(planOf({}, { trace: [] }))).toThrow(/recorded trace/);
  });
});

describe('job.yaml', () => {
  it('runs on nodes without GPUs, in every release', () => {
    const head = (version: string) => jobPod(planOf({ version })).initContainers[0].args.slice(0, 3);
    expect(head('0.33.0')).toEqual(['vllm', 'bench', 'serve']);
    expect(head('0.11.0').slice(0, 2)).toEqual(['python3', '-c']);
  });

  it('asks with the key of the server, by reference', () => {
    const pod = jobPod(planOf({ args: { otherFlags: [{ name: '--api-key', value: 'sk-secret' }] } }));
    const name = 'llama-3-1-8b-instruct-secrets';
    expect(pod.initContainers[0].env.slice(0, 2)).toEqual([
      { name: 'HF_TOKEN', valueFrom: { secretKeyRef: { name, key: 'HF_TOKEN', optional: true } } },
      { name: 'OPENAI_API_KEY', valueFrom: { secretKeyRef: { name, key: 'VLLM_API_KEY' } } },
    ]);
  });

  it('reads the tokenizer of a local model where the server does', () => {
    const pod = jobPod(planOf({ local: true, model: '/srv/m' }));
    expect(pod.initContainers[0].args).toContain('/models/m');
    expect(pod.initContainers[0].volumeMounts[1]).toMatchObject({ mountPath: '/models/m', readOnly: true });
    expect(pod.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution).toHaveLength(1);
  });

  it('reads like this', () => {
    expect(filesOf(planOf()).get('job.yaml')).toMatchInlineSnapshot(`
      "# meta-llama/Llama-3.1-8B-Instruct on 1 x NVIDIA H100 SXM 80 GB, vLLM 0.33.0; written by vllm-wizard 1.0.0.
      # A Job cannot be changed: delete it before it is applied again.

      apiVersion: batch/v1
      kind: Job
      metadata:
        name: llama-3-1-8b-instruct-vllm-benchmark
        labels:
          app.kubernetes.io/name: vllm-benchmark
          app.kubernetes.io/instance: llama-3-1-8b-instruct-vllm-benchmark
          app.kubernetes.io/managed-by: vllm-wizard
      spec:
        backoffLimit: 0
        # 900 s to begin + 3 x the 0 s of the forecast
        activeDeadlineSeconds: 901
        ttlSecondsAfterFinished: 86400
        template:
          metadata:
            labels:
              app.kubernetes.io/name: vllm-benchmark
              app.kubernetes.io/instance: llama-3-1-8b-instruct-vllm-benchmark
              app.kubernetes.io/managed-by: vllm-wizard
          spec:
            restartPolicy: Never
            automountServiceAccountToken: false
            enableServiceLinks: false
            securityContext:
              runAsNonRoot: true
              runAsUser: 2000
              runAsGroup: 0
              fsGroup: 2000
              fsGroupChangePolicy: OnRootMismatch
            # Beside the server if there is room: its node has the image, and the network adds nothing to the times.
            affinity:
              podAffinity:
                preferredDuringSchedulingIgnoredDuringExecution:
                  - weight: 100
                    podAffinityTerm:
                      topologyKey: kubernetes.io/hostname
                      labelSelector:
                        matchLabels:
                          app.kubernetes.io/name: vllm
                          app.kubernetes.io/instance: llama-3-1-8b-instruct-vllm
            tolerations:
              - key: nvidia.com/gpu
                operator: Exists
                effect: NoSchedule
            initContainers:
              - name: client
                image: vllm/vllm-openai:v0.33.0
                imagePullPolicy: IfNotPresent
                resources:
                  requests:
                    cpu: 2
                    memory: 8Gi
                  limits:
                    memory: 8Gi
                securityContext:
                  allowPrivilegeEscalation: false
                  capabilities:
                    drop:
                      - ALL
                  seccompProfile:
                    type: RuntimeDefault
                # A new seed each time: the prompts of the last run are in the prefix cache.
                command:
                  - sh
                  - -c
                  - exec "$$@" --seed "$$(date +%s)"
                  - sh
                # The planned load, of all replicas together.
                args:
                  - vllm
                  - bench
                  - serve
                  - --model
                  - meta-llama/Llama-3.1-8B-Instruct
                  - --served-model-name
                  - meta-llama/Llama-3.1-8B-Instruct
                  - --dataset-name
                  - random
                  - --random-input-len
                  - "512"
                  - --random-output-len
                  - "256"
                  - --random-range-ratio
                  - "0"
                  - --num-prompts
                  - "10"
                  - --request-rate
                  - inf
                  - --max-concurrency
                  - "1"
                  - --ignore-eos
                  - --percentile-metrics
                  - ttft,tpot,itl,e2el
                  - --metric-percentiles
                  - 50,90,99
                  - --base-url
                  - http://llama-3-1-8b-instruct-vllm:8000
                  - --save-result
                  - --result-dir
                  - /results
                  - --result-filename
                  - result.json
                env:
                  - name: HF_TOKEN
                    valueFrom:
                      secretKeyRef:
                        name: llama-3-1-8b-instruct-secrets
                        key: HF_TOKEN
                        optional: true
                  - name: HF_HOME
                    value: /results/huggingface
                volumeMounts:
                  - name: work
                    mountPath: /results
            containers:
              - name: check
                image: vllm/vllm-openai:v0.33.0
                imagePullPolicy: IfNotPresent
                resources:
                  requests:
                    cpu: 2
                    memory: 1Gi
                  limits:
                    memory: 1Gi
                securityContext:
                  allowPrivilegeEscalation: false
                  capabilities:
                    drop:
                      - ALL
                  seccompProfile:
                    type: RuntimeDefault
                command:
                  - python3
                  - /benchmark/check.py
                  - /results/result.json
                  - /benchmark/limits.json
                volumeMounts:
                  - name: work
                    mountPath: /results
                    readOnly: true
                  - name: config
                    mountPath: /benchmark
                    readOnly: true
            volumes:
              - name: work
                emptyDir: {}
              - name: config
                configMap:
                  name: llama-3-1-8b-instruct-vllm-benchmark
      "
    `);
    expect(filesOf(planOf()).get('kustomization.yaml')).toMatchInlineSnapshot(`
      "# meta-llama/Llama-3.1-8B-Instruct on 1 x NVIDIA H100 SXM 80 GB, vLLM 0.33.0; written by vllm-wizard 1.0.0.

      apiVersion: kustomize.config.k8s.io/v1beta1
      kind: Kustomization
      resources:
        - job.yaml
      configMapGenerator:
        - name: llama-3-1-8b-instruct-vllm-benchmark
          files:
            - check.py
            - limits.json
      generatorOptions:
        disableNameSuffixHash: true
      "
    `);
  });

  it('is left out where no container runs the plan', () => {
    expect([...filesOf(planOf({ gpu: 'arc-b580-12gb' })).keys()]).toEqual(['run.sh', 'check.py', 'limits.json']);
  });
});

describe('run.sh', () => {
  /** Runs the files with a stand-in for vllm that writes down its words and leaves a result. */
  function run(files: ReadonlyMap<string, string>, result: object, env: Record<string, string> = {}) {
    for (const [name, text] of files) if (!name.endsWith('.yaml')) writeFileSync(join(dir, name), text);
    const stub = join(dir, 'vllm');
    const find = 'while [ "$1" != --result-dir ]; do shift; done; cp "$RESULT" "$2/result.json"';
    writeFileSync(
      stub,
      `#!/bin/sh\nfor a in "$@"; do printf '%s\\0' "$a"; done >"$RECORD"\nprintf '%s' "\${OPENAI_API_KEY-}" >"$RECORD.key"\n${find}\n`,
    );
    chmodSync(stub, 0o755);
    const record = join(dir, 'record');
    writeFileSync(join(dir, 'sample.json'), JSON.stringify(result));
    const { status, stdout, stderr } = spawnSync('/bin/sh', [join(dir, 'run.sh')], {
      encoding: 'utf8',
      cwd: '/',
      env: { PATH: `${dir}:${process.env.PATH ?? ''}`, RECORD: record, RESULT: join(dir, 'sample.json'), ...env },
    });
    return {
      status,
      stdout,
      stderr,
      words: readFileSync(record, 'utf8').split('\0').slice(0, -1),
      key: readFileSync(`${record}.key`, 'utf8'),
    };
  }

  it('ends as the comparison does', () => {
    const files = filesOf(planOf());
    expect(run(files, GOOD).status).toBe(0);
    const bad = run(files, { ...GOOD, mean_ttft_ms: 900 });
    expect([bad.status, bad.stdout]).toEqual([1, expect.stringContaining('FAILED  mean time to first token')]);
  });

  it('asks the server that BASE_URL names, with its key', () => {
    const files = filesOf(planOf({ args: { otherFlags: [{ name: '--api-key', value: 'sk-secret' }] } }));
    expect([...files.values()].join('')).not.toContain('sk-secret');
    const { words, key } = run(files, GOOD, { BASE_URL: 'http://other:1', VLLM_API_KEY: 'mine' });
    expect([words[words.indexOf('--base-url') + 1], key]).toEqual(['http://other:1', 'mine']);
    expect(words[words.indexOf('--seed') + 1]).toMatch(/^\d+$/);
  });

  it('gives the client any name as it is', () => {
    fc.assert(
      fc.property(hostileWord, hostileWord, (model, servedModelName) => {
        const { words } = run(filesOf(planOf({ model, args: { servedModelName } })), GOOD);
        expect(words.slice(0, 6)).toEqual(['bench', 'serve', '--model', model, '--served-model-name', servedModelName]);
      }),
      { numRuns: 10 },
    );
  });
});
