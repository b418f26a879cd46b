import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { buildDeployment } from '../deployment.ts';
import { oneHost } from '../kind.ts';
import { hostileText, type TestPlan, testPlan } from '../test-support.ts';
import { manifestsKind } from './kind.ts';
import { manifestFile, serverManifests } from './manifests.ts';
import { scaleOf } from './scale.ts';

interface Asked extends TestPlan {
  readonly replicas?: number;
  readonly scaledBy?: string | undefined;
}

function texts({ replicas = 1, scaledBy, ...plan }: Asked = {}): Map<string, string> {
  const deployment = buildDeployment(testPlan(plan), { replicas, gpuHourUsd: null });
  const manifests = serverManifests(deployment, oneHost(deployment), scaleOf(deployment, [scaledBy ?? 'manifests']));
  const files = manifests.map((manifest) => manifestFile('kubernetes', deployment, manifest));
  return new Map(files.map(({ path, text }) => [path.replace('kubernetes/', ''), text]));
}

/** As the API server reads it. */
const objectOf = (file: string, asked: Asked = {}) => parse(texts(asked).get(file) ?? '', { version: '1.1' });

interface Row {
  readonly why: string;
  readonly asked: Asked;
  readonly strategy: object;
  readonly mode: string;
  readonly budget: boolean;
}

describe('manifests', () => {
  it('are one file for each object', () => {
    const usual = ['serviceaccount.yaml', 'pvc.yaml', 'service.yaml', 'networkpolicy.yaml', 'deployment.yaml'];
    expect([...texts().keys()]).toEqual(usual);
    expect([...texts({ count: 2, replicas: 2 }).keys()].sort()).toEqual([...usual, 'pdb.yaml'].sort());
    const local = testPlan({ local: true, model: '/srv/m' });
    const files = manifestsKind.files(buildDeployment(local), { result: local, words: ['manifests'] }).map(({ path }) => path);
    expect(files).toEqual([...usual.map((file) => `kubernetes/${file}`), 'kubernetes/before/model-loader.yaml']);
  });

  it('read like this', () => {
    const files = texts();
    const rest = [...files].filter(([file]) => file !== 'deployment.yaml').map(([file, text]) => `${file}\n${text}`);
    expect(rest.join('\n')).toMatchInlineSnapshot(`
      "serviceaccount.yaml
      # meta-llama/Llama-3.1-8B-Instruct on 1 x NVIDIA H100 SXM 80 GB, vLLM 0.33.0; written by vllm-wizard 1.0.0.
      # It may do nothing: the server never asks the API of the cluster.

      apiVersion: v1
      kind: ServiceAccount
      metadata:
        name: llama-3-1-8b-instruct-vllm
        labels:
          app.kubernetes.io/name: vllm
          app.kubernetes.io/instance: llama-3-1-8b-instruct-vllm
          app.kubernetes.io/managed-by: vllm-wizard
      automountServiceAccountToken: false

      pvc.yaml
      # meta-llama/Llama-3.1-8B-Instruct on 1 x NVIDIA H100 SXM 80 GB, vLLM 0.33.0; written by vllm-wizard 1.0.0.
      # Weights and compiled kernels, so that a restart downloads nothing.

      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata:
        name: llama-3-1-8b-instruct-vllm-cache
        labels:
          app.kubernetes.io/name: vllm
          app.kubernetes.io/instance: llama-3-1-8b-instruct-vllm
          app.kubernetes.io/managed-by: vllm-wizard
      spec:
        # One pod, on the storage class of the cluster that is the default.
        accessModes:
          - ReadWriteOnce
        # 1.2 x 15.0 GiB of weights + 10 GiB
        resources:
          requests:
            storage: 28Gi

      service.yaml
      # meta-llama/Llama-3.1-8B-Instruct on 1 x NVIDIA H100 SXM 80 GB, vLLM 0.33.0; written by vllm-wizard 1.0.0.
      # An API key covers /v1 only: let gateways forward that, never /metrics or /health.

      apiVersion: v1
      kind: Service
      metadata:
        name: llama-3-1-8b-instruct-vllm
        labels:
          app.kubernetes.io/name: vllm
          app.kubernetes.io/instance: llama-3-1-8b-instruct-vllm
          app.kubernetes.io/managed-by: vllm-wizard
      spec:
        type: ClusterIP
        selector:
          app.kubernetes.io/name: vllm
          app.kubernetes.io/instance: llama-3-1-8b-instruct-vllm
        ports:
          - name: http
            port: 8000
            targetPort: http

      networkpolicy.yaml
      # meta-llama/Llama-3.1-8B-Instruct on 1 x NVIDIA H100 SXM 80 GB, vLLM 0.33.0; written by vllm-wizard 1.0.0.

      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: llama-3-1-8b-instruct-vllm
        labels:
          app.kubernetes.io/name: vllm
          app.kubernetes.io/instance: llama-3-1-8b-instruct-vllm
          app.kubernetes.io/managed-by: vllm-wizard
      spec:
        podSelector:
          matchLabels:
            app.kubernetes.io/name: vllm
            app.kubernetes.io/instance: llama-3-1-8b-instruct-vllm
        policyTypes:
          - Ingress
          - Egress
        # Its port only. A \`from\` with the namespaces of your gateway and Prometheus would keep others from /metrics, which asks for no key.
        ingress:
          - ports:
              - protocol: TCP
                port: http
        # Names, and the Hub over HTTPS. What else it sends to (traces, say) needs a rule here.
        egress:
          - ports:
              - protocol: UDP
                port: 53
              - protocol: TCP
                port: 53
          - ports:
              - protocol: TCP
                port: 443
      "
    `);
    const [head] = (files.get('deployment.yaml') ?? '').split('      containers:');
    expect(head).toMatchInlineSnapshot(`
      "# meta-llama/Llama-3.1-8B-Instruct on 1 x NVIDIA H100 SXM 80 GB, vLLM 0.33.0; written by vllm-wizard 1.0.0.

      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: llama-3-1-8b-instruct-vllm
        labels:
          app.kubernetes.io/name: vllm
          app.kubernetes.io/instance: llama-3-1-8b-instruct-vllm
          app.kubernetes.io/managed-by: vllm-wizard
      spec:
        replicas: 1
        # 72 s for the old pod to end + 600 s to place the new one and pull its image + 730 s for its startup probe
        progressDeadlineSeconds: 1402
        # The volume can be mounted by one node at a time, so the old pod ends first.
        strategy:
          type: Recreate
        selector:
          matchLabels:
            app.kubernetes.io/name: vllm
            app.kubernetes.io/instance: llama-3-1-8b-instruct-vllm
        template:
          metadata:
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
            serviceAccountName: llama-3-1-8b-instruct-vllm
      "
    `);
  });

  test.each([
    { why: 'one replica', asked: {}, strategy: { type: 'Recreate' }, mode: 'ReadWriteOnce', budget: false },
    { why: 'one replica and GPUs to spare', asked: { count: 2 }, strategy: { type: 'Recreate' }, mode: 'ReadWriteOnce', budget: false },
    {
      why: 'two replicas on all GPUs',
      asked: { count: 2, replicas: 2 },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
      mode: 'ReadWriteMany',
      budget: true,
    },
    {
      why: 'two replicas and GPUs for a third',
      asked: { count: 6, replicas: 2, args: { tensorParallelSize: 2 } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      mode: 'ReadWriteMany',
      budget: true,
    },
    {
      why: 'two replicas and too few GPUs for a third',
      asked: { count: 6, replicas: 2, args: { tensorParallelSize: 3 } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
      mode: 'ReadWriteMany',
      budget: true,
    },
    {
      why: 'one replica and an autoscaler',
      asked: { count: 4, scaledBy: 'keda' },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      mode: 'ReadWriteMany',
      budget: true,
    },
  ] satisfies Row[])('update and store for $why', ({ asked, strategy, mode, budget }) => {
    expect(objectOf('deployment.yaml', asked).spec.strategy).toEqual(strategy);
    expect(objectOf('pvc.yaml', asked).spec.accessModes).toEqual([mode]);
    expect(texts(asked).has('pdb.yaml')).toBe(budget);
    expect('topologySpreadConstraints' in objectOf('deployment.yaml', asked).spec.template.spec).toBe(budget);
  });

  it('keep compiled kernels apart where pods share a volume', () => {
    const kernels = (asked: Asked) => {
      const [server] = objectOf('deployment.yaml', asked).spec.template.spec.containers;
      const { value } = server.env.find(({ name }: { name: string }) => name === 'VLLM_CACHE_ROOT');
      return [value, server.volumeMounts.some(({ mountPath }: { mountPath: string }) => mountPath === '/kernels')];
    };
    expect(kernels({})).toEqual(['/cache/vllm', false]);
    expect(kernels({ count: 2, replicas: 2 })).toEqual(['/kernels/vllm', true]);
    expect(kernels({ count: 2, scaledBy: 'hpa' })).toEqual(['/kernels/vllm', true]);
  });

  it('leave the number of replicas to an autoscaler', () => {
    expect(objectOf('deployment.yaml', { count: 2, replicas: 2 }).spec.replicas).toBe(2);
    expect(objectOf('deployment.yaml', { count: 2, scaledBy: 'hpa' }).spec).not.toHaveProperty('replicas');
  });

  it('find each other by labels', () => {
    const { spec } = objectOf('deployment.yaml');
    for (const selector of [
      spec.selector.matchLabels,
      objectOf('service.yaml').spec.selector,
      objectOf('networkpolicy.yaml').spec.podSelector.matchLabels,
      objectOf('pdb.yaml', { count: 2, replicas: 2 }).spec.selector.matchLabels,
    ]) {
      expect(spec.template.metadata.labels).toMatchObject(selector);
    }
    const [{ name, port, targetPort }] = objectOf('service.yaml', { args: { otherFlags: [{ name: '--port', value: '9000' }] } }).spec.ports;
    expect([name, port, targetPort]).toEqual(['http', 9000, 'http']);
    expect(spec.template.spec.containers[0].ports[0].name).toBe('http');
    expect(spec.template.spec.volumes[0].persistentVolumeClaim.claimName).toBe(objectOf('pvc.yaml').metadata.name);
    expect(spec.template.spec.serviceAccountName).toBe(objectOf('serviceaccount.yaml').metadata.name);
  });

  it('wait longer for an update than its probe does', () => {
    const { spec } = objectOf('deployment.yaml', { moe: true });
    const { periodSeconds, failureThreshold } = spec.template.spec.containers[0].startupProbe;
    expect(spec.progressDeadlineSeconds).toBeGreaterThan(
      periodSeconds * failureThreshold + spec.template.spec.terminationGracePeriodSeconds,
    );
  });

  it('let a server out that downloads, and no other', () => {
    const ports = (asked: Asked) =>
      objectOf('networkpolicy.yaml', asked).spec.egress.flatMap((rule: { ports: { port: number }[] }) =>
        rule.ports.map(({ port }) => port),
      );
    expect(ports({})).toEqual([53, 53, 443]);
    expect(ports({ local: true, model: '/srv/m' })).toEqual([53, 53]);
    expect(ports({ args: { env: { HF_HUB_OFFLINE: '1' } } })).toEqual([53, 53]);
  });

  it('stay objects of one name under any model name', () => {
    fc.assert(
      fc.property(hostileText, (name) => {
        for (const text of texts({ model: name, args: { servedModelName: name } }).values()) {
          const { metadata } = parse(text, { version: '1.1' });
          expect(metadata.name).toMatch(/^[a-z][a-z0-9-]{0,51}[a-z0-9]$/);
          expect(metadata.name).not.toBe('vllm');
        }
      }),
    );
  });

  it('come with the commands that apply them', () => {
    const result = testPlan({ local: true, model: "/srv/it's mine", args: { otherFlags: [{ name: '--api-key', value: 'sk-secret' }] } });
    const steps = manifestsKind.steps?.(buildDeployment(result), { result, words: [] }) ?? [];
    expect(steps.flatMap(({ title, lines }) => [title, ...lines]).join('\n')).toMatchInlineSnapshot(`
      "Kubernetes: plain manifests
      The secret first:

      \`\`\`sh
      kubectl create secret generic it-s-mine-secrets --from-literal=VLLM_API_KEY="$VLLM_API_KEY"
      \`\`\`

      The model is a local folder. Copy it into the volume once:

      \`\`\`sh
      kubectl apply --filename kubernetes/pvc.yaml --filename kubernetes/before/model-loader.yaml
      kubectl wait --for condition=Ready pod/it-s-mine-vllm-loader --timeout 10m
      kubectl exec it-s-mine-vllm-loader -- mkdir -p /models/it-s-mine
      tar -C '/srv/it'\\''s mine' -cf - . | kubectl exec -i it-s-mine-vllm-loader -- tar -C /models/it-s-mine -xf - --no-same-owner
      kubectl delete pod it-s-mine-vllm-loader
      \`\`\`

      Then everything else. The Deployment waits until the model is loaded:

      \`\`\`sh
      kubectl apply --filename kubernetes/
      kubectl rollout status deployment/it-s-mine-vllm --timeout 1162s
      \`\`\`

      Expect 321 s to start: no download of 16.1 GB, load at 200 MB/s 81 s, compile and capture graphs 180 s, margin 60 s. The startup probe gives up after 490 s.

      It answers with the planned name:

      \`\`\`sh
      kubectl port-forward service/it-s-mine-vllm 8000:8000 &
      curl --silent --fail --header "Authorization: Bearer $VLLM_API_KEY" http://127.0.0.1:8000/v1/models
      \`\`\`"
    `);
  });
});
