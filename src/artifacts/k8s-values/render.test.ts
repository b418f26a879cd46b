import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseServeCommand } from '../../engine/parse-serve-command.ts';
import { buildDeployment } from '../deployment.ts';
import { oneHost } from '../kind.ts';
import { hostileWord, type TestPlan, testPlan } from '../test-support.ts';
import { valuesInput } from './input.ts';
import { renderValues } from './render.ts';

function valuesText(plan: TestPlan = {}): string {
  const result = testPlan(plan);
  const deployment = buildDeployment(result);
  const container = oneHost(deployment);
  return renderValues(deployment, container, valuesInput(deployment, container, result.document.config.enable_prefix_caching));
}

const engineOf = (plan: TestPlan = {}) => parse(valuesText(plan)).servingEngineSpec;
const modelOf = (plan: TestPlan = {}) => engineOf(plan).modelSpec[0];

/** Kubernetes replaces $(NAME); a doubled dollar is a plain one. */
const expanded = (text: string): string => text.replaceAll('$$', '$');

/** As Helm prints a number that it read from YAML. */
const printed = (n: number): string => (n >= 1e6 ? n.toExponential() : String(n));

/** The container's command as deployment-vllm-multi.yaml of chart 0.1.12 puts it together. */
function chartCommand(engine: ReturnType<typeof engineOf>): string[] {
  const [model] = engine.modelSpec;
  const config = model.vllmConfig;
  const words = ['vllm', 'serve', model.modelURL, '--host', '0.0.0.0', '--port', String(engine.containerPort)];
  if ('enableChunkedPrefill' in config)
    words.push(config.enableChunkedPrefill ? '--enable-chunked-prefill' : '--no-enable-chunked-prefill');
  words.push(config.enablePrefixCaching ? '--enable-prefix-caching' : '--no-enable-prefix-caching');
  if ('maxModelLen' in config) words.push('--max-model-len', printed(config.maxModelLen));
  if ('dtype' in config) words.push('--dtype', config.dtype);
  if ('tensorParallelSize' in config) words.push('--tensor-parallel-size', printed(config.tensorParallelSize));
  if ('maxNumSeqs' in config) words.push('--max-num-seqs', printed(config.maxNumSeqs));
  if ('gpuMemoryUtilization' in config) words.push('--gpu_memory_utilization', printed(config.gpuMemoryUtilization));
  words.push(...config.extraArgs);
  if (model.modelRevision) words.push('--revision', model.modelRevision);
  return words.map(expanded);
}

describe('renderValues', () => {
  it('reads like this', () => {
    expect(
      valuesText({ version: '0.17.0', args: { tensorParallelSize: 2, revision: '0e9e39f249a16976918f6564b8830bc894c89659' } }),
    ).toMatchInlineSnapshot(`
      "# meta-llama/Llama-3.1-8B-Instruct on 2 x NVIDIA H100 SXM 80 GB, vLLM 0.17.0; written by vllm-wizard 1.0.0.
      # Values for the vLLM production-stack chart vllm-stack 0.1.12:
      # helm repo add vllm https://vllm-project.github.io/production-stack
      # helm install llm vllm/vllm-stack --version 0.1.12 --values k8s-values.yaml
      # The chart has no preStop hook and no grace period for engines: running requests get at most the 30 s of Kubernetes.
      # Secret (only gated and private models need it): kubectl create secret generic llama-3-1-8b-instruct-secrets --from-literal=HF_TOKEN="$HF_TOKEN"

      servingEngineSpec:
        containerPort: 8000
        imagePullPolicy: IfNotPresent
        # Set it to nvidia where GPU nodes need a runtime class.
        runtimeClassName: ""
        # The volume can be mounted by one node at a time, so the old pod ends first.
        strategy:
          type: Recreate
        # 73 x 10 s = 1.5 x (482 s to start: download 16.1 GB at 100 MB/s 161 s, load at 200 MB/s 81 s, compile and capture graphs 180 s, margin 60 s)
        startupProbe:
          initialDelaySeconds: 15
          periodSeconds: 10
          failureThreshold: 73
          httpGet:
            path: /health
            port: 8000
        livenessProbe:
          periodSeconds: 10
          failureThreshold: 3
          timeoutSeconds: 10
          httpGet:
            path: /health
            port: 8000
        readinessProbe:
          periodSeconds: 5
          failureThreshold: 3
          timeoutSeconds: 5
          httpGet:
            path: /health
            port: 8000
        containerSecurityContext:
          allowPrivilegeEscalation: false
          capabilities:
            drop:
              - ALL
          seccompProfile:
            type: RuntimeDefault
        tolerations:
          - key: nvidia.com/gpu
            operator: Exists
            effect: NoSchedule
        modelSpec:
          - name: llama-3-1-8b-instruct
            repository: vllm/vllm-openai
            # The planned version; upgrade on purpose, then plan again.
            tag: v0.17.0
            modelURL: meta-llama/Llama-3.1-8B-Instruct
            modelRevision: 0e9e39f249a16976918f6564b8830bc894c89659
            replicaCount: 1
            # API server, tokenizer, engine core, and one for each of 2 workers
            requestCPU: 5
            # 4 GiB server + 4 GiB for each of 2 workers + 8 GiB shared memory
            requestMemory: 20Gi
            # tensor 2 x pipeline 1 x data 1 parallel
            requestGPU: 2
            requestGPUType: nvidia.com/gpu
            # 1.2 x 15.0 GiB of weights + 10 GiB
            pvcStorage: 28Gi
            pvcAccessMode:
              - ReadWriteOnce
            # 8 GiB of shared memory for 2 GPU processes (NCCL fails without)
            shmSize: 8Gi
            vllmConfig:
              tensorParallelSize: 2
              enablePrefixCaching: true
              maxModelLen: 8192
              gpuMemoryUtilization: 0.9
              maxNumSeqs: 64
              extraArgs: []
            env:
              - name: HF_TOKEN
                valueFrom:
                  secretKeyRef:
                    name: llama-3-1-8b-instruct-secrets
                    key: HF_TOKEN
                    optional: true
              - name: VLLM_CACHE_ROOT
                value: /data/vllm-cache
            # The planned kind of GPU, by the labels of GPU feature discovery; or a node without such labels.
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
      # The chart's default is the tag latest.
      routerSpec:
        tag: v0.1.12
      "
    `);
  });

  it('becomes exactly the planned arguments in the chart', () => {
    const length = fc.constantFrom(8192, 131_072, 1_048_576, 'auto' as const);
    fc.assert(
      fc.property(hostileWord, hostileWord, length, fc.boolean(), (model, servedModelName, maxModelLen, eager) => {
        const args = {
          servedModelName,
          maxModelLen,
          enforceEager: eager,
          dtype: 'bfloat16',
          enableChunkedPrefill: true,
          revision: 'v1',
          kvCacheDtype: 'fp8',
        };
        const plan = testPlan({ model, args });
        const deployment = buildDeployment(plan);
        const container = oneHost(deployment);
        const { servingEngineSpec } = parse(renderValues(deployment, container, valuesInput(deployment, container, true)), {
          version: '1.1',
        });
        const read = parseServeCommand(chartCommand(servingEngineSpec), plan.request.vllm.version).args;
        expect({ ...read, otherFlags: [] }).toEqual({ ...plan.args, tensorParallelSize: 1, enablePrefixCaching: true, otherFlags: [] });
      }),
    );
  });

  it('gives variables to Kubernetes as they are', () => {
    fc.assert(
      fc.property(hostileWord, (note) => {
        const { env } = modelOf({ args: { env: { NOTE: note } } });
        expect(expanded(env.find((entry: { name: string }) => entry.name === 'NOTE').value)).toBe(note);
      }),
    );
  });

  it('always names the keys that the chart must not guess', () => {
    const { vllmConfig } = modelOf({ args: { enablePrefixCaching: null } });
    expect(vllmConfig).toMatchObject({ tensorParallelSize: 1, enablePrefixCaching: true });
  });

  it('waits 1.5 times as long as the server takes to start', () => {
    expect(engineOf().startupProbe).toMatchObject({ periodSeconds: 10, failureThreshold: 73 });
    expect(engineOf({ moe: true }).startupProbe.failureThreshold).toBe(181);
    expect(engineOf({ args: { enforceEager: true } }).startupProbe.failureThreshold).toBe(46);
  });

  it('refers to secrets by name', () => {
    const plan = { args: { otherFlags: [{ name: '--api-key', value: 'sk-secret' }] } };
    expect(valuesText(plan)).not.toContain('sk-secret');
    expect(engineOf(plan).vllmApiKey).toEqual({ secretName: 'llama-3-1-8b-instruct-secrets', secretKey: 'VLLM_API_KEY' });
    expect(modelOf(plan).env[0]).toEqual({
      name: 'HF_TOKEN',
      valueFrom: { secretKeyRef: { name: 'llama-3-1-8b-instruct-secrets', key: 'HF_TOKEN', optional: true } },
    });
  });

  it('sizes the pod from the plan', () => {
    expect(modelOf({ args: { tensorParallelSize: 4, cpuOffloadGib: 10 } })).toMatchObject({
      requestGPU: 4,
      requestGPUType: 'nvidia.com/gpu',
      requestCPU: 7,
      requestMemory: '68Gi',
      shmSize: '8Gi',
      pvcStorage: '28Gi',
    });
  });

  it('shares the volume between replicas, and updates them one by one', () => {
    const result = testPlan({ count: 2 });
    const deployment = buildDeployment(result, { replicas: 2, gpuHourUsd: null });
    const container = oneHost(deployment);
    const { servingEngineSpec } = parse(renderValues(deployment, container, valuesInput(deployment, container, true)));
    expect(servingEngineSpec.strategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } });
    expect(servingEngineSpec.modelSpec[0]).toMatchObject({ replicaCount: 2, pvcAccessMode: ['ReadWriteMany'] });
    expect(servingEngineSpec.modelSpec[0].env).toContainEqual({ name: 'VLLM_CACHE_ROOT', value: '/tmp/vllm-cache' });
  });

  it('asks for AMD devices on AMD', () => {
    const model = modelOf({ gpu: 'mi300x-192gb' });
    expect(model).toMatchObject({ requestGPUType: 'amd.com/gpu', repository: 'vllm/vllm-openai-rocm', tag: 'v0.33.0' });
    expect(model.nodeSelectorTerms).toBeUndefined();
  });

  it('keeps the drain within the grace period of Kubernetes', () => {
    const { extraArgs } = modelOf({ args: { otherFlags: [{ name: '--shutdown-timeout', value: '300' }] } }).vllmConfig;
    expect(extraArgs).toEqual(['--shutdown-timeout', '25']);
  });
});
