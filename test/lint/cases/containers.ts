import { compose, deployment, type RuleCase } from '../rule-case.ts';

const GPUS = (device: string): string =>
  `deploy:\n  resources:\n    reservations:\n      devices:\n        - driver: nvidia\n${device.replace(/^/gm, '          ')}`;

const run = (options: string, image = 'vllm/vllm-openai:v0.24.0', after = 'serve Qwen/Qwen3-8B'): string =>
  `docker run --rm --gpus all --entrypoint vllm ${options} \\\n  ${image} ${after}\n`;

/** Images, GPUs, shared memory, ports: Compose, docker run, Dockerfiles. */
export const CONTAINER_CASES: readonly RuleCase[] = [
  {
    rule: 'image-tag-floating',
    bad: 'services:\n  a:\n    image: ▸vllm/vllm-openai:latest\n  b:\n    image: ▸grafana/grafana\n',
    good: 'services:\n  a:\n    image: vllm/vllm-openai:v0.24.0\n  b:\n    image: grafana/grafana:12.1.0\n',
  },
  {
    rule: 'image-tag-floating',
    why: 'what has nothing to do with a server is left alone',
    bad: deployment({ image: '▸vllm/vllm-openai:nightly' }),
    good: 'services:\n  b:\n    image: grafana/grafana\n',
  },
  {
    rule: 'image-tag-floating',
    why: 'values of the production-stack chart',
    bad: 'servingEngineSpec:\n  modelSpec:\n    - name: a\n      repository: vllm/vllm-openai\n      tag: ▸latest\n      modelURL: Qwen/Qwen3-8B\n▸routerSpec:\n  replicaCount: 1\n',
    good: 'servingEngineSpec:\n  modelSpec:\n    - name: a\n      repository: vllm/vllm-openai\n      tag: v0.24.0\n      modelURL: Qwen/Qwen3-8B\nrouterSpec:\n  tag: v0.1.12\n',
  },
  {
    rule: 'image-tag-floating',
    why: 'a kustomization pins what its base leaves open',
    file: 'base/deploy.yaml',
    bad: deployment({ image: '▸example.com/vllm-own' }),
    good: deployment({ image: 'vllm/vllm-openai' }),
    others: { 'overlay/kustomization.yaml': 'resources: [../base]\nimages:\n  - name: vllm/vllm-openai\n    newTag: v0.24.0\n' },
  },
  {
    rule: 'image-tag-floating',
    why: 'a tag of a kustomization',
    file: 'kustomization.yaml',
    bad: 'images:\n  - name: vllm/vllm-openai\n    newTag: ▸nightly\n',
    good: 'images:\n  - name: vllm/vllm-openai\n    newTag: v0.24.0\n',
  },
  {
    rule: 'image-tag-floating',
    why: 'a Dockerfile, with stages by name',
    file: 'Dockerfile',
    bad: 'FROM ▸vllm/vllm-openai AS base\nFROM base\n',
    good: 'FROM vllm/vllm-openai@sha256:0123456789abcdef AS base\nFROM base\n',
  },
  {
    rule: 'pip-unpinned',
    file: 'Dockerfile',
    bad: 'FROM python:3.12.4-slim\nRUN pip install --no-cache-dir ▸vllm\n',
    good: 'FROM python:3.12.4-slim\nRUN pip install --no-cache-dir vllm==0.24.0\n',
  },
  {
    rule: 'dockerfile-shell-form',
    file: 'Dockerfile',
    bad: 'FROM vllm/vllm-openai:v0.24.0\n▸ENTRYPOINT vllm serve Qwen/Qwen3-8B\n',
    good: 'FROM vllm/vllm-openai:v0.24.0\nENTRYPOINT ["vllm", "serve", "Qwen/Qwen3-8B"]\n',
  },
  { rule: 'privileged', file: 'run.sh', bad: run('▸--privileged'), good: run('') },
  {
    rule: 'privileged',
    why: 'Kubernetes',
    bad: deployment({ container: 'securityContext:\n  ▸privileged: true' }),
    good: deployment({ container: 'securityContext:\n  privileged: false' }),
  },
  { rule: 'host-network', file: 'run.sh', bad: run('▸--network host'), good: run('-p 127.0.0.1:8000:8000') },
  {
    rule: 'host-network',
    why: 'ranks on several hosts need it',
    bad: deployment({ pod: '▸hostNetwork: true' }),
    good: deployment({ pod: 'hostNetwork: true', command: 'command: [vllm, serve, Qwen/Qwen3-8B, --nnodes, "2", -tp, "16"]' }),
  },
  { rule: 'host-ipc', bad: deployment({ pod: '▸hostIPC: true' }), good: deployment() },
  { rule: 'exposed-without-key', bad: compose('ports:\n  - ▸"8000:8000"'), good: compose('ports:\n  - "127.0.0.1:8000:8000"') },
  {
    rule: 'exposed-without-key',
    why: 'docker run',
    file: 'run.sh',
    bad: run('-p ▸8000:8000'),
    good: run('-p 8000:8000 -e VLLM_API_KEY'),
  },
  {
    rule: 'exposed-without-key',
    why: 'a Service that leaves the cluster',
    bad: 'apiVersion: v1\nkind: Service\nmetadata: {name: llama}\nspec:\n  ▸type: LoadBalancer\n  selector: {app: llama}\n',
    good: 'apiVersion: v1\nkind: Service\nmetadata: {name: llama}\nspec:\n  type: ClusterIP\n  selector: {app: llama}\n',
    others: { 'pod.yaml': deployment() },
  },
  {
    rule: 'shm-missing',
    bad: compose('', 'command: [Qwen/Qwen3-8B, ▸--tensor-parallel-size, "2"]'),
    good: compose('shm_size: 16gb', 'command: [Qwen/Qwen3-8B, --tensor-parallel-size, "2"]'),
  },
  {
    rule: 'shm-missing',
    why: 'Kubernetes',
    bad: deployment({ command: 'command: [vllm, serve, Qwen/Qwen3-8B, ▸-tp, "4"]' }),
    good: deployment({
      command: 'command: [vllm, serve, Qwen/Qwen3-8B, -tp, "4"]',
      container: 'volumeMounts:\n  - {name: shm, mountPath: /dev/shm}',
      pod: 'volumes:\n  - {name: shm, emptyDir: {medium: Memory, sizeLimit: 8Gi}}',
    }),
  },
  {
    rule: 'shm-missing',
    why: 'the chart mounts it for its own key only',
    bad: 'servingEngineSpec:\n  modelSpec:\n    - name: a\n      modelURL: Qwen/Qwen3-8B\n      vllmConfig:\n        extraArgs: [▸--tensor-parallel-size, "2"]\n',
    good: 'servingEngineSpec:\n  modelSpec:\n    - name: a\n      modelURL: Qwen/Qwen3-8B\n      vllmConfig:\n        tensorParallelSize: 2\n',
  },
  {
    rule: 'shm-over-limit',
    bad: deployment({
      container: 'resources:\n  limits: {nvidia.com/gpu: 1, memory: ▸8Gi}\nvolumeMounts:\n  - {name: shm, mountPath: /dev/shm}',
      pod: 'volumes:\n  - {name: shm, emptyDir: {medium: Memory, sizeLimit: 8Gi}}',
    }),
    good: deployment({
      container: 'resources:\n  limits: {nvidia.com/gpu: 1, memory: 24Gi}\nvolumeMounts:\n  - {name: shm, mountPath: /dev/shm}',
      pod: 'volumes:\n  - {name: shm, emptyDir: {medium: Memory, sizeLimit: 8Gi}}',
    }),
  },
  {
    rule: 'shm-unlimited',
    bad: deployment({ container: 'volumeMounts:\n  - {name: shm, mountPath: /dev/shm}', pod: 'volumes:\n  - {name: shm, ▸emptyDir: {}}' }),
    good: deployment({
      container: 'volumeMounts:\n  - {name: shm, mountPath: /dev/shm}',
      pod: 'volumes:\n  - {name: shm, emptyDir: {medium: Memory, sizeLimit: 8Gi}}',
    }),
  },
  { rule: 'compose-version-key', bad: `▸version: "3.8"\n${compose('')}`, good: `name: llm\n${compose('')}` },
  {
    rule: 'compose-device-invalid',
    bad: compose(GPUS('▸count: 1\ndevice_ids: ["0"]\ncapabilities: [gpu]')),
    good: compose(GPUS('count: 1\ncapabilities: [gpu]')),
  },
  {
    rule: 'compose-device-invalid',
    why: 'no capabilities',
    bad: compose(GPUS('count: 1')).replace('- driver', '- ▸driver'),
    good: compose(GPUS('count: 1\ncapabilities: [gpu]')),
  },
  {
    rule: 'gpu-count-all',
    file: 'run.sh',
    bad: 'docker run ▸--gpus all --ipc=host --entrypoint vllm vllm/vllm-openai:v0.24.0 serve Qwen/Qwen3-8B -tp 2\n',
    good: 'docker run --gpus \'"device=0,1"\' --ipc=host --entrypoint vllm vllm/vllm-openai:v0.24.0 serve Qwen/Qwen3-8B -tp 2\n',
  },
  {
    rule: 'gpu-count-mismatch',
    bad: deployment({
      container: 'resources:\n  limits:\n    ▸nvidia.com/gpu: 2',
      command: 'command: [vllm, serve, Qwen/Qwen3-8B, -tp, "4"]',
    }),
    good: deployment({
      container: 'resources:\n  limits:\n    nvidia.com/gpu: 4',
      command: 'command: [vllm, serve, Qwen/Qwen3-8B, -tp, "2", -pp, "2"]',
    }),
  },
  {
    rule: 'gpu-count-mismatch',
    why: 'Compose, with a GPU that nothing uses',
    bad: compose(GPUS('▸device_ids: ["0", "1"]\ncapabilities: [gpu]')),
    good: compose(GPUS('device_ids: ["0"]\ncapabilities: [gpu]')),
  },
  {
    rule: 'gpu-not-requested',
    bad: compose('').replace('  engine:', '  ▸engine:'),
    good: compose(GPUS('count: 1\ncapabilities: [gpu]')),
  },
  {
    rule: 'bind-of-unset-variable',
    file: 'run.sh',
    bad: run('-v ▸$HF_HOME:/root/.cache/huggingface'),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: shell's own spelling
    good: run('-v "${HF_HOME:-$HOME/.cache/huggingface}:/root/.cache/huggingface"'),
  },
  {
    rule: 'tilde-in-quotes',
    file: 'run.sh',
    bad: run('-v ▸"~/.cache/huggingface:/root/.cache/huggingface"'),
    good: run('-v ~/.cache/huggingface:/root/.cache/huggingface'),
  },
  {
    rule: 'healthcheck-early',
    bad: compose('▸healthcheck:\n  test: [CMD, python3, check.py]\n  interval: 10s\n  retries: 5'),
    good: compose('healthcheck:\n  test: [CMD, python3, check.py]\n  interval: 10s\n  retries: 5\n  start_period: 8m20s'),
    weightBytes: 16e9,
  },
  {
    rule: 'healthcheck-missing',
    bad: compose('').replace('  engine:', '  ▸engine:'),
    good: compose('healthcheck: {test: [CMD, python3, check.py], start_period: 8m}'),
  },
  { rule: 'restart-missing', bad: compose('').replace('  engine:', '  ▸engine:'), good: compose('restart: unless-stopped') },
  {
    rule: 'grace-too-short',
    bad: compose('', 'command: [Qwen/Qwen3-8B, ▸--shutdown-timeout, "60"]'),
    good: compose('stop_grace_period: 75s', 'command: [Qwen/Qwen3-8B, --shutdown-timeout, "60"]'),
  },
  {
    rule: 'grace-too-short',
    why: 'preStop counts',
    bad: deployment({
      pod: '▸terminationGracePeriodSeconds: 60',
      container: 'lifecycle: {preStop: {exec: {command: [sleep, "15"]}}}',
      command: 'command: [vllm, serve, Qwen/Qwen3-8B, --shutdown-timeout, "60"]',
    }),
    good: deployment({
      pod: 'terminationGracePeriodSeconds: 90',
      container: 'lifecycle: {preStop: {sleep: {seconds: 15}}}',
      command: 'command: [vllm, serve, Qwen/Qwen3-8B, --shutdown-timeout, "60"]',
    }),
  },
  {
    rule: 'rocm-access-missing',
    bad: compose('devices: [/dev/kfd]', 'command: [Qwen/Qwen3-8B]', 'vllm/vllm-openai-rocm:v0.24.0').replace('devices:', '▸devices:'),
    good: compose('devices: [/dev/kfd, /dev/dri]\ngroup_add: [video]', 'command: [Qwen/Qwen3-8B]', 'vllm/vllm-openai-rocm:v0.24.0'),
  },
];
