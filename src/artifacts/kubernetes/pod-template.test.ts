import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { parseServeCommand } from '../../engine/parse-serve-command.ts';
import { buildDeployment } from '../deployment.ts';
import { oneHost } from '../kind.ts';
import { hostileWord, type TestPlan, testPlan } from '../test-support.ts';
import { yamlText } from '../yaml-text.ts';
import { kubernetesText } from './kubernetes-text.ts';
import { podRemarks, podTemplate } from './pod-template.ts';

function templateText(plan: TestPlan = {}): string {
  const deployment = buildDeployment(testPlan(plan));
  const container = oneHost(deployment);
  return yamlText(podTemplate(deployment, container), [], podRemarks(deployment, container, []));
}

/** As the API server reads it: YAML 1.1, where `on` is true and 0x1F is 31. */
const podOf = (plan: TestPlan = {}) => parse(templateText(plan), { version: '1.1' }).spec;
const serverOf = (plan: TestPlan = {}) => podOf(plan).containers[0];
/** Kubernetes replaces $(NAME); a doubled dollar is a plain one. */
const expanded = (text: string): string => text.replaceAll('$$', '$');
const variable = (plan: TestPlan, name: string) => serverOf(plan).env.find((entry: { name: string }) => entry.name === name)?.value;

describe('podTemplate', () => {
  it('reads like this', () => {
    expect(templateText({ args: { tensorParallelSize: 2 } })).toMatchInlineSnapshot(`
      "metadata:
        labels:
          app.kubernetes.io/name: vllm
          app.kubernetes.io/instance: llama-3-1-8b-instruct-vllm
          app.kubernetes.io/managed-by: vllm-wizard
      spec:
        automountServiceAccountToken: false
        # Variables of Services would clash with those of the engine (VLLM_PORT).
        enableServiceLinks: false
        # 15 s until no router sends requests + 42 s for requests (p99 of a request 42 s, kept within 30 and 600 s) + 15 s to shut down
        terminationGracePeriodSeconds: 72
        # The user vllm of the image (uid 2000, root group); other ids have no name there, and torch asks for it.
        securityContext:
          runAsNonRoot: true
          runAsUser: 2000
          runAsGroup: 0
          fsGroup: 2000
          fsGroupChangePolicy: OnRootMismatch
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
        containers:
          - name: vllm
            # The planned version; upgrade on purpose, then plan again.
            image: vllm/vllm-openai:v0.33.0
            imagePullPolicy: IfNotPresent
            command:
              - vllm
              - serve
            args:
              - meta-llama/Llama-3.1-8B-Instruct
              - --tensor-parallel-size
              - "2"
              - --max-model-len
              - "8192"
              - --gpu-memory-utilization
              - "0.9"
              - --max-num-seqs
              - "64"
              - --shutdown-timeout
              - "42"
            env:
              - name: HF_TOKEN
                valueFrom:
                  secretKeyRef:
                    name: llama-3-1-8b-instruct-secrets
                    key: HF_TOKEN
                    optional: true
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
            ports:
              - name: http
                containerPort: 8000
            resources:
              requests:
                # API server, tokenizer, engine core, and one for each of 2 workers; no limit, which would only slow it down
                cpu: 5
                # 4 GiB server + 4 GiB for each of 2 workers + 8 GiB shared memory
                memory: 20Gi
                # tensor 2 x pipeline 1 x data 1 parallel
                nvidia.com/gpu: 2
              limits:
                memory: 20Gi
                nvidia.com/gpu: 2
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
            lifecycle:
              preStop:
                exec:
                  command:
                    - sleep
                    - "15"
            securityContext:
              allowPrivilegeEscalation: false
              capabilities:
                drop:
                  - ALL
              seccompProfile:
                type: RuntimeDefault
            volumeMounts:
              - name: cache
                mountPath: /cache
              - name: shm
                mountPath: /dev/shm
        volumes:
          - name: cache
            persistentVolumeClaim:
              claimName: llama-3-1-8b-instruct-vllm-cache
          - name: shm
            # 8 GiB of shared memory for 2 GPU processes (NCCL fails without); part of the memory limit
            emptyDir:
              medium: Memory
              sizeLimit: 8Gi
      "
    `);
  });

  it('gives the engine exactly the planned arguments', () => {
    fc.assert(
      fc.property(hostileWord, hostileWord, (model, servedModelName) => {
        const plan = testPlan({ model, args: { servedModelName, otherFlags: [{ name: '--port', value: '9000' }] } });
        const deployment = buildDeployment(plan);
        const container = oneHost(deployment);
        const text = yamlText(podTemplate(deployment, container), [], podRemarks(deployment, container, []));
        const [{ command, args }] = parse(text, { version: '1.1' }).spec.containers;
        expect([...command, ...args].map(expanded)).toEqual(['vllm', 'serve', ...container.argv]);
        const read = parseServeCommand([...command, ...args].map(expanded), plan.request.vllm.version).args;
        expect({ ...read, otherFlags: [] }).toEqual({ ...plan.args, otherFlags: [] });
      }),
    );
  });

  it('gives variables to the engine as they are', () => {
    fc.assert(
      fc.property(hostileWord, (note) => {
        expect(expanded(variable({ args: { env: { NOTE: note } } }, 'NOTE'))).toBe(note);
      }),
    );
  });

  it('leaves variables that a wish brings to Kubernetes', () => {
    const deployment = buildDeployment(testPlan());
    const wishes = { args: ['--node-rank', '$(INDEX)', kubernetesText('$(x)')], serves: false, env: [{ name: 'INDEX', value: '1' }] };
    const template = podTemplate(deployment, oneHost(deployment), wishes);
    const [server] = template.spec?.containers ?? [];
    expect(server?.args).toEqual(['--node-rank', '$(INDEX)', '$$(x)']);
    expect(server?.env?.[0]).toEqual({ name: 'INDEX', value: '1' });
    expect(server).not.toHaveProperty('ports');
    expect(server).not.toHaveProperty('livenessProbe');
  });

  it('asks for as much as it may use', () => {
    const plan = { args: { tensorParallelSize: 4, cpuOffloadGib: 10 } };
    const amounts = { memory: '68Gi', 'nvidia.com/gpu': 4 };
    expect(serverOf(plan).resources).toEqual({ requests: { cpu: 7, ...amounts }, limits: amounts });
    expect(podOf(plan).volumes[1]).toEqual({ name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '8Gi' } });
  });

  it('refers to secrets by name', () => {
    const plan = { args: { otherFlags: [{ name: '--api-key', value: 'sk-secret' }] } };
    expect(templateText(plan)).not.toContain('sk-secret');
    const name = 'llama-3-1-8b-instruct-secrets';
    expect(serverOf(plan).env.slice(0, 2)).toEqual([
      { name: 'HF_TOKEN', valueFrom: { secretKeyRef: { name, key: 'HF_TOKEN', optional: true } } },
      { name: 'VLLM_API_KEY', valueFrom: { secretKeyRef: { name, key: 'VLLM_API_KEY' } } },
    ]);
  });

  test.each([
    { why: 'the engine drains', plan: { p99Ms: 41_200 }, preStop: '15', grace: 72 },
    { why: 'the engine does not', plan: { p99Ms: 41_200, version: '0.17.1' }, preStop: '57', grace: 72 },
    {
      why: 'a judged command drains',
      plan: { mode: 'check', args: { otherFlags: [{ name: '--shutdown-timeout', value: '300' }] } },
      preStop: '15',
      grace: 330,
    },
    { why: 'a judged command does not', plan: { mode: 'check', p99Ms: null }, preStop: '75', grace: 90 },
  ] as const)('leaves time for running requests where $why', ({ plan, preStop, grace }) => {
    const pod = podOf(plan);
    expect([pod.containers[0].lifecycle.preStop.exec.command[1], pod.terminationGracePeriodSeconds]).toEqual([preStop, grace]);
  });

  test.each([
    { why: 'the image has its user', plan: {}, user: 2000, drop: ['ALL'] },
    { why: 'the image is older', plan: { version: '0.21.0' }, user: undefined, drop: ['ALL'] },
    { why: 'the image is for ROCm', plan: { gpu: 'mi300x-192gb' }, user: undefined, drop: undefined },
  ] as const)('runs as $user where $why', ({ plan, user, drop }) => {
    const pod = podOf(plan);
    expect([pod.securityContext?.runAsUser, pod.containers[0].securityContext.capabilities.drop]).toEqual([user, drop]);
    expect(pod.containers[0].securityContext.allowPrivilegeEscalation).toBe(false);
  });

  it('reads a local model from the volume, without the Hub', () => {
    const plan = { local: true, model: '/srv/My Model' };
    expect(serverOf(plan).args[0]).toBe('/models/my-model');
    expect(serverOf(plan).volumeMounts[2]).toEqual({
      name: 'cache',
      mountPath: '/models/my-model',
      subPath: 'models/my-model',
      readOnly: true,
    });
    expect(variable(plan, 'HF_HUB_OFFLINE')).toBe('1');
    expect(variable({ ...plan, args: { otherFlags: [{ name: '--tokenizer', value: 'acme/words' }] } }, 'HF_HUB_OFFLINE')).toBeUndefined();
  });

  it("leaves the user's own cache where it is", () => {
    expect(variable({ args: { env: { VLLM_CACHE_ROOT: '/mine' } } }, 'VLLM_CACHE_ROOT')).toBe('/mine');
  });

  it('asks for AMD devices on AMD', () => {
    const pod = podOf({ gpu: 'mi300x-192gb' });
    expect(pod.containers[0].resources.limits).toMatchObject({ 'amd.com/gpu': 1 });
    expect(pod.tolerations).toEqual([{ key: 'amd.com/gpu', operator: 'Exists', effect: 'NoSchedule' }]);
    expect(pod.affinity).toBeUndefined();
  });
});
