import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { buildDeployment } from '../deployment.ts';
import { type TestPlan, testPlan } from '../test-support.ts';
import { helmKind } from './kind.ts';
import { VALUES_SCHEMA } from './values-schema.ts';

interface Asked extends TestPlan {
  readonly replicas?: number;
  readonly scaled?: boolean;
}

function filesOf({ replicas = 1, scaled = false, ...plan }: Asked = {}): Map<string, string> {
  const result = testPlan(plan);
  const words = scaled ? (['helm', 'keda'] as const) : (['helm'] as const);
  const files = helmKind.files(buildDeployment(result, { replicas, gpuHourUsd: null }), { result, words });
  return new Map(files.map(({ path, text }) => [path.replace(/^helm\/[^/]+\//, ''), text]));
}

const valuesOf = (asked: Asked = {}) => parse(filesOf(asked).get('values.yaml') ?? '', { version: '1.1' });
const templatesOf = (asked: Asked = {}) => [...filesOf(asked)].filter(([path]) => path.startsWith('templates/'));

describe('helm', () => {
  it('reads like this', () => {
    const files = filesOf();
    expect(files.get('Chart.yaml')).toMatchInlineSnapshot(`
      "# meta-llama/Llama-3.1-8B-Instruct on 1 x NVIDIA H100 SXM 80 GB, vLLM 0.33.0; written by vllm-wizard 1.0.0.

      apiVersion: v2
      name: llama-3-1-8b-instruct
      description: vLLM serving meta-llama/Llama-3.1-8B-Instruct
      type: application
      version: 1.0.0
      appVersion: 0.33.0
      "
    `);
    expect(files.get('values.yaml')).toMatchInlineSnapshot(`
      "# meta-llama/Llama-3.1-8B-Instruct on 1 x NVIDIA H100 SXM 80 GB, vLLM 0.33.0; written by vllm-wizard 1.0.0.

      # Of every object; not vllm, whose variables would clash with those of the engine (VLLM_PORT).
      name: llama-3-1-8b-instruct-vllm
      image:
        repository: vllm/vllm-openai
        # The planned version; upgrade on purpose, then plan again.
        tag: v0.33.0
        pullPolicy: IfNotPresent
      replicas: 1
      # true: an autoscaler sets the number of replicas.
      autoscaled: false
      # 72 s for the old pod to end + 600 s to place the new one and pull its image + 730 s for its startup probe
      progressDeadlineSeconds: 1402
      # The volume can be mounted by one node at a time, so the old pod ends first.
      strategy:
        type: Recreate
      # After vllm serve. Kubernetes reads $(NAME) as a variable; a doubled dollar is a plain one.
      args:
        - meta-llama/Llama-3.1-8B-Instruct
        - --max-model-len
        - "8192"
        - --gpu-memory-utilization
        - "0.9"
        - --max-num-seqs
        - "64"
        - --shutdown-timeout
        - "42"
      # Made before, by kubectl create secret; the chart holds none.
      existingSecret: llama-3-1-8b-instruct-secrets
      secretKeys:
        - name: HF_TOKEN
          optional: true
      env:
        - name: CUDA_CACHE_PATH
          value: /cache/cuda
        - name: FLASHINFER_WORKSPACE_BASE
          value: /cache
        - name: HF_HOME
          value: /cache/huggingface
        - name: TRITON_CACHE_DIR
          value: /cache/triton
        - name: VLLM_CACHE_ROOT
          value: /cache/vllm
      port: 8000
      # CPU: API server, tokenizer, engine core, and one for each of 1 workers. Memory: 4 GiB server + 4 GiB for each of 1 workers + 2 GiB shared memory. GPUs: tensor 1 x pipeline 1 x data 1 parallel.
      resources:
        requests:
          cpu: 4
          memory: 10Gi
          nvidia.com/gpu: 1
        limits:
          memory: 10Gi
          nvidia.com/gpu: 1
      # 2 GiB of shared memory for 1 GPU process (NCCL fails without); part of the memory limit
      sharedMemory: 2Gi
      cache:
        # 1.2 x 15.0 GiB of weights + 10 GiB
        size: 28Gi
        accessMode: ReadWriteOnce
        # Empty: the default of the cluster. Several pods need one with ReadWriteMany.
        storageClassName: ""
      # 73 x 10 s = 1.5 x (482 s to start: download 16.1 GB at 100 MB/s 161 s, load at 200 MB/s 81 s, compile and capture graphs 180 s, margin 60 s)
      startupProbe:
        httpGet:
          path: /health
          port: http
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 73
      livenessProbe:
        httpGet:
          path: /health
          port: http
        periodSeconds: 10
        timeoutSeconds: 10
        failureThreshold: 3
      readinessProbe:
        httpGet:
          path: /health
          port: http
        periodSeconds: 5
        timeoutSeconds: 5
        failureThreshold: 3
      # 15 s until no router sends requests
      preStopSeconds: 15
      # 15 s until no router sends requests + 42 s for requests (p99 of a request 42 s, kept within 30 and 600 s) + 15 s to shut down
      terminationGracePeriodSeconds: 72
      # The user vllm of the image (uid 2000, root group); other ids have no name there, and torch asks for it.
      podSecurityContext:
        runAsNonRoot: true
        runAsUser: 2000
        runAsGroup: 0
        fsGroup: 2000
        fsGroupChangePolicy: OnRootMismatch
      securityContext:
        allowPrivilegeEscalation: false
        capabilities:
          drop:
            - ALL
        seccompProfile:
          type: RuntimeDefault
      # Set it to nvidia where GPU nodes need a runtime class.
      runtimeClassName: ""
      tolerations:
        - key: nvidia.com/gpu
          operator: Exists
          effect: NoSchedule
      # The planned kind of GPU, by the labels of GPU feature discovery; or a node without such labels.
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
              - matchExpressions:
                  - key: nvidia.com/gpu.compute.major
                    operator: In
                    values:
                      - "9"
                  - key: nvidia.com/gpu.compute.minor
                    operator: In
                    values:
                      - "0"
                  - key: nvidia.com/gpu.memory
                    operator: Gt
                    values:
                      - "79927"
              - matchExpressions:
                  - key: nvidia.com/gpu.memory
                    operator: DoesNotExist
      spread: false
      # true: several pods share the volume, and compiled kernels go to /kernels of each pod.
      ownKernels: false
      podDisruptionBudget: false
      # In: its port. Out: names, and the Hub where it downloads.
      networkPolicy:
        enabled: true
        downloads: true
      "
    `);
  });

  it('has templates that no plan changes', () => {
    const asked = { model: 'acme/other', gpu: 'mi300x-192gb', version: '0.10.2', count: 4, replicas: 2 } as const;
    expect(templatesOf(asked)).toEqual(templatesOf());
    expect(filesOf(asked).get('values.schema.json')).toBe(filesOf().get('values.schema.json'));
  });

  it('has a value for all that a template reads, and reads each', () => {
    const text = templatesOf()
      .map(([, template]) => template)
      .join('\n');
    const read = new Set([...text.matchAll(/\.Values\.(\w+)/g)].map(([, key]) => key));
    const known = Object.keys(VALUES_SCHEMA.properties).filter((key) => key !== 'global');
    expect([...read].sort()).toEqual(known.sort());
    expect(known).toEqual(expect.arrayContaining(Object.keys(valuesOf({ local: true, model: '/srv/m' }))));
    for (const key of VALUES_SCHEMA.required) expect(valuesOf()).toHaveProperty(key);
  });

  it('takes nothing for granted that a user may misspell', () => {
    const closed = JSON.stringify(VALUES_SCHEMA).match(/"additionalProperties":false/g) ?? [];
    const objects = JSON.stringify(VALUES_SCHEMA).match(/"properties":/g) ?? [];
    expect(closed.length).toBe(objects.length);
  });

  test.each([
    { why: 'one replica', asked: {}, autoscaled: false, mode: 'ReadWriteOnce', several: false },
    { why: 'two replicas', asked: { count: 2, replicas: 2 }, autoscaled: false, mode: 'ReadWriteMany', several: true },
    { why: 'an autoscaler', asked: { count: 2, scaled: true }, autoscaled: true, mode: 'ReadWriteMany', several: true },
  ])('stores and updates for $why', ({ asked, autoscaled, mode, several }) => {
    const values = valuesOf(asked);
    expect([values.autoscaled, values.cache.accessMode, values.spread, values.podDisruptionBudget]).toEqual([
      autoscaled,
      mode,
      several,
      several,
    ]);
  });

  it('refers to secrets, and holds none', () => {
    const asked = { args: { otherFlags: [{ name: '--api-key', value: 'sk-secret' }] } };
    expect([...filesOf(asked).values()].join('')).not.toContain('sk-secret');
    expect(valuesOf(asked).secretKeys).toEqual([
      { name: 'HF_TOKEN', optional: true },
      { name: 'VLLM_API_KEY', optional: false },
    ]);
  });

  it('fills the volume of a local model before the first server', () => {
    const result = testPlan({ local: true, model: '/srv/m' });
    const [section] = helmKind.steps?.(buildDeployment(result), { result, words: ['helm'] }) ?? [];
    const commands = section?.lines.filter((line) => /^(helm|kubectl|tar)/.test(line)) ?? [];
    expect(commands.slice(0, 2)).toEqual([
      'helm upgrade --install m-vllm helm/m --set replicas=0 --set autoscaled=false',
      'kubectl apply --filename helm/before/model-loader.yaml',
    ]);
    expect(filesOf({ local: true, model: '/srv/m' }).has('model-loader.yaml')).toBe(true);
  });
});
