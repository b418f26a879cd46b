import { deployment, type RuleCase } from '../rule-case.ts';

const service = (name: string, selector = '{app: llama}'): string =>
  `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\nspec:\n  selector: ${selector}\n  ports:\n    - {name: http, port: 8000}\n`;

const probe = (kind: string, lines: string): string => `${kind}:\n${lines.replace(/^/gm, '  ')}`;

const GPU = 'resources:\n  limits:\n    nvidia.com/gpu: 1';

const lws = (worker: string): string => `apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
metadata: {name: llama}
spec:
  leaderWorkerTemplate:
    size: 2
    leaderTemplate:
      spec:
        containers:
          - name: leader
            image: vllm/vllm-openai:v0.24.0
            command: [vllm, serve, Qwen/Qwen3-8B, --nnodes, $(LWS_GROUP_SIZE)]
            readinessProbe:
              httpGet: {path: /health, port: 8000}
    workerTemplate:
      spec:
        containers:
          - name: worker
            image: vllm/vllm-openai:v0.24.0
            command: [vllm, serve, Qwen/Qwen3-8B, --nnodes, $(LWS_GROUP_SIZE), --headless]
${worker}`;

/** Objects of Kubernetes: pods, Services, volumes, probes, rollouts. */
export const KUBERNETES_CASES: readonly RuleCase[] = [
  {
    rule: 'service-named-vllm',
    bad: `${service('▸vllm')}---\n${deployment()}`,
    good: `${service('vllm')}---\n${deployment({ pod: 'enableServiceLinks: false' })}`,
  },
  {
    rule: 'selector-mismatch',
    bad: deployment().replace('matchLabels: {app: llama}', 'matchLabels: {app: ▸other}'),
    good: deployment(),
  },
  {
    rule: 'service-selects-nothing',
    bad: `${service('llama', '▸{app: other}')}---\n${deployment()}`,
    good: `${service('llama')}---\n${deployment()}`,
  },
  {
    rule: 'service-selects-nothing',
    why: 'no selector at all',
    bad: `apiVersion: v1\nkind: Service\nmetadata: {name: llama}\n▸spec:\n  ports: [{port: 8000}]\n---\n${deployment()}`,
    good: `${service('llama')}---\n${deployment()}`,
  },
  { rule: 'name-missing', bad: 'apiVersion: v1\n▸kind: Service\nspec: {selector: {app: a}}\n', good: service('llama') },
  {
    rule: 'monitor-port-unknown',
    bad: 'apiVersion: monitoring.coreos.com/v1\nkind: PodMonitor\nmetadata: {name: llama}\nspec:\n  selector: {matchLabels: {app: llama}}\n  podMetricsEndpoints:\n    - port: ▸"8000"\n    - port: ▸metrics\n',
    good: 'apiVersion: monitoring.coreos.com/v1\nkind: PodMonitor\nmetadata: {name: llama}\nspec:\n  selector: {matchLabels: {app: llama}}\n  podMetricsEndpoints:\n    - port: http\n    - portNumber: 8000\n',
    others: { 'pod.yaml': deployment({ container: 'ports:\n  - {name: http, containerPort: 8000}' }) },
  },
  {
    rule: 'monitor-port-unknown',
    why: 'a ServiceMonitor asks the ports of the Service',
    bad: 'apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: llama}\nspec:\n  selector: {matchLabels: {app: llama}}\n  endpoints:\n    - port: ▸metrics\n',
    good: 'apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: llama}\nspec:\n  selector: {matchLabels: {app: llama}}\n  endpoints:\n    - port: http\n',
    others: { 'service.yaml': service('llama').replace('  name: llama', '  name: llama\n  labels: {app: llama}') },
  },
  {
    rule: 'volume-shared-rwo',
    bad: deployment({ spec: 'replicas: 2', pod: 'volumes:\n  - name: cache\n    persistentVolumeClaim: {claimName: ▸cache}' }),
    good: deployment({ spec: 'replicas: 1', pod: 'volumes:\n  - name: cache\n    persistentVolumeClaim: {claimName: cache}' }),
    others: {
      'pvc.yaml': 'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: cache}\nspec: {accessModes: [ReadWriteOnce]}\n',
    },
  },
  {
    rule: 'volume-shared-rwo',
    why: 'values of the production-stack chart',
    bad: 'servingEngineSpec:\n  modelSpec:\n    - name: a\n      modelURL: Qwen/Qwen3-8B\n      replicaCount: 2\n      pvcStorage: 50Gi\n      pvcAccessMode: ▸[ReadWriteOnce]\n',
    good: 'servingEngineSpec:\n  modelSpec:\n    - name: a\n      modelURL: Qwen/Qwen3-8B\n      replicaCount: 2\n      pvcStorage: 50Gi\n      pvcAccessMode: [ReadWriteMany]\n',
  },
  {
    rule: 'rollout-deadlock',
    bad: deployment({ container: GPU }).replace('  template:', '  ▸template:'),
    good: deployment({ container: GPU, spec: 'strategy: {type: Recreate}' }),
  },
  {
    rule: 'rollout-deadlock',
    why: 'a quarter of one replica is none',
    bad: deployment({ container: GPU, spec: '▸strategy:\n  rollingUpdate: {maxSurge: 1, maxUnavailable: 25%}' }),
    good: deployment({ container: GPU, spec: 'strategy:\n  rollingUpdate: {maxSurge: 0, maxUnavailable: 1}' }),
  },
  {
    rule: 'disruption-budget-blocks',
    bad: 'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: llama}\nspec:\n  ▸minAvailable: 1\n  selector: {matchLabels: {app: llama}}\n',
    good: 'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: llama}\nspec:\n  maxUnavailable: 1\n  selector: {matchLabels: {app: llama}}\n',
    others: { 'pod.yaml': deployment() },
  },
  {
    rule: 'root-read-only',
    bad: deployment({ container: 'securityContext:\n  ▸readOnlyRootFilesystem: true' }),
    good: deployment({ container: 'securityContext:\n  allowPrivilegeEscalation: false' }),
  },
  {
    rule: 'user-without-home',
    bad: deployment({ pod: 'securityContext:\n  ▸runAsUser: 1000' }),
    good: deployment({ pod: 'securityContext:\n  runAsUser: 2000' }),
  },
  {
    rule: 'user-without-home',
    why: 'a home of its own',
    bad: deployment({ container: 'securityContext: {▸runAsUser: 2000}', image: 'vllm/vllm-openai:v0.12.0' }),
    good: deployment({
      container: 'securityContext: {runAsUser: 1000}\nenv:\n  - {name: HOME, value: /cache}\n  - {name: USER, value: vllm}',
    }),
  },
  {
    rule: 'node-selector-generic',
    bad: deployment({ pod: 'nodeSelector:\n  ▸nvidia.com/gpu.present: "true"' }),
    good: deployment({ pod: 'nodeSelector:\n  nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3' }),
  },
  {
    rule: 'resources-unset',
    bad: deployment({ container: `▸${GPU}` }),
    good: deployment({ container: 'resources:\n  requests: {cpu: 4, memory: 24Gi}\n  limits: {nvidia.com/gpu: 1}' }),
  },
  {
    rule: 'gpu-limit-differs',
    bad: deployment({ container: 'resources:\n  requests:\n    nvidia.com/gpu: ▸1\n  limits:\n    nvidia.com/gpu: 2' }),
    good: deployment({ container: 'resources:\n  requests:\n    nvidia.com/gpu: 2\n  limits:\n    nvidia.com/gpu: 2' }),
  },
  {
    rule: 'gpu-limit-differs',
    why: 'a request alone',
    bad: deployment({ container: 'resources:\n  requests:\n    ▸nvidia.com/gpu: 1' }),
    good: deployment({ container: GPU }),
  },
  {
    rule: 'memory-limit-differs',
    bad: deployment({ container: 'resources:\n  requests: {memory: ▸16Gi}\n  limits: {memory: 64Gi}' }),
    good: deployment({ container: 'resources:\n  requests: {memory: 64Gi}\n  limits: {memory: 64Gi}' }),
  },
  {
    rule: 'startup-probe-short',
    bad: deployment({
      container: `▸${probe('startupProbe', 'httpGet: {path: /health, port: 8000}\nperiodSeconds: 5\nfailureThreshold: 30')}`,
    }),
    good: deployment({ container: probe('startupProbe', 'httpGet: {path: /health, port: 8000}\nperiodSeconds: 10\nfailureThreshold: 72') }),
    weightBytes: 16e9,
  },
  {
    rule: 'startup-probe-short',
    why: 'the probe of a chart is for all models',
    bad: 'servingEngineSpec:\n  ▸startupProbe: {periodSeconds: 10, failureThreshold: 20}\n  modelSpec:\n    - {name: a, modelURL: Qwen/Qwen3-8B}\n',
    good: 'servingEngineSpec:\n  startupProbe: {periodSeconds: 10, failureThreshold: 60}\n  modelSpec:\n    - {name: a, modelURL: Qwen/Qwen3-8B}\n',
    weightBytes: 16e9,
  },
  {
    rule: 'liveness-kills-start',
    bad: deployment({ container: `▸${probe('livenessProbe', 'httpGet: {path: /health, port: 8000}\ninitialDelaySeconds: 60')}` }),
    good: deployment({
      container: `${probe('startupProbe', 'failureThreshold: 60')}\n${probe('livenessProbe', 'httpGet: {path: /health, port: 8000}')}`,
    }),
  },
  {
    rule: 'liveness-initial-delay',
    bad: deployment({ container: probe('livenessProbe', 'httpGet: {path: /health, port: 8000}\n▸initialDelaySeconds: 600') }),
    good: deployment({ container: probe('livenessProbe', 'httpGet: {path: /health, port: 8000}\ninitialDelaySeconds: 15') }),
  },
  {
    rule: 'probe-missing',
    bad: deployment().replace('- name: engine', '- ▸name: engine'),
    good: deployment({ container: probe('readinessProbe', 'httpGet: {path: /health, port: 8000}') }),
  },
  {
    rule: 'probe-tcp',
    bad: deployment({ container: probe('readinessProbe', '▸tcpSocket: {port: 8000}') }),
    good: deployment({ container: probe('readinessProbe', 'httpGet: {path: /health, port: 8000}') }),
  },
  {
    rule: 'probe-on-worker',
    bad: lws('            ▸readinessProbe:\n              tcpSocket: {port: 8000}\n'),
    good: lws(''),
  },
  {
    rule: 'probe-needs-key',
    bad: deployment({
      command: 'command: [vllm, serve, Qwen/Qwen3-8B, --api-key, $(KEY)]',
      container: probe('readinessProbe', 'httpGet:\n  path: ▸/v1/models\n  port: 8000'),
    }),
    good: deployment({
      command: 'command: [vllm, serve, Qwen/Qwen3-8B, --api-key, $(KEY)]',
      container: probe('readinessProbe', 'httpGet:\n  path: /health\n  port: 8000'),
    }),
  },
  {
    rule: 'probe-port-unknown',
    bad: deployment({
      command: 'command: [vllm, serve, Qwen/Qwen3-8B, --port, "9000"]',
      container: probe('readinessProbe', 'httpGet: {path: /health, port: ▸8000}'),
    }),
    good: deployment({
      container: `ports:\n  - {name: http, containerPort: 8000}\n${probe('readinessProbe', 'httpGet: {path: /health, port: http}')}`,
    }),
  },
  {
    rule: 'progress-deadline-short',
    bad: deployment({ container: `▸${probe('startupProbe', 'failureThreshold: 90')}` }),
    good: deployment({ spec: 'progressDeadlineSeconds: 1000', container: probe('startupProbe', 'failureThreshold: 90') }),
  },
  {
    rule: 'drain-missing',
    bad: deployment({ command: 'command: [▸vllm, serve, Qwen/Qwen3-8B]' }),
    good: deployment({ command: 'command: [vllm, serve, Qwen/Qwen3-8B, --shutdown-timeout, "60"]' }),
  },
  {
    rule: 'ingress-timeout',
    bad: 'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  ▸name: llama\nspec:\n  ingressClassName: nginx\n  rules:\n    - http: {paths: [{path: /v1, pathType: Prefix, backend: {service: {name: llama, port: {number: 8000}}}}]}\n',
    good: 'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: llama\n  annotations: {nginx.ingress.kubernetes.io/proxy-read-timeout: "900"}\nspec:\n  ingressClassName: nginx\n  rules:\n    - http: {paths: [{path: /v1, pathType: Prefix, backend: {service: {name: llama, port: {number: 8000}}}}]}\n',
    others: { 'pod.yaml': `${service('llama')}---\n${deployment()}` },
  },
  {
    rule: 'kustomize-resource-missing',
    file: 'deploy/overlays/prod/kustomization.yaml',
    bad: 'resources:\n  - ../../base\n  - ▸ingress.yaml\n  - https://example.com/remote.yaml\npatches:\n  - path: ▸../replicas.yaml\n',
    good: 'resources:\n  - ../../base\n  - ../../../elsewhere\n',
    others: { 'deploy/base/kustomization.yaml': 'resources: []\n' },
    folders: ['deploy'],
  },
];
