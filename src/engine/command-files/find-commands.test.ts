// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Compose files and shells
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { WizardError } from '../../errors/wizard-error.ts';
import { chooseCommand, findCommands } from './find-commands.ts';
import type { FoundCommand } from './found-command.ts';
import { placeAt } from './place-finding.ts';
import { prepareCommand } from './prepare-command.ts';

const PIECES = [
  'vllm serve m/m',
  'services:\n',
  '  vllm:\n',
  '    image: vllm/vllm-openai\n',
  '    command: ',
  'spec:\n',
  '  containers:\n',
  '  - ',
  'args: [',
  '&a ',
  '*a ',
  '<<: ',
  '${',
  '$(',
  '}',
  ')',
  '"',
  "'",
  '\\',
  '\n',
  'A=(',
  '[Service]\nExecStart=',
  'docker run ',
  ' --gpus',
  '<<EOF\n',
  '`',
];

interface Example {
  readonly why: string;
  readonly file: string;
  readonly text: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly want: Partial<Omit<FoundCommand, 'words' | 'findings'>> & { readonly command: string; readonly findings?: readonly string[] };
}

const COMPOSE = `
services:
  vllm:
    image: vllm/vllm-openai:v0.11.0
    command: >
      --model \${MODEL:-Qwen/Qwen3-8B}
      --max-model-len \${LEN:-16384}
      --tensor-parallel-size 2
    environment:
      - CUDA_VISIBLE_DEVICES=0,1
      - HF_TOKEN=secret
    deploy:
      resources:
        reservations:
          devices:
            - {driver: nvidia, count: 2, capabilities: [gpu]}
  ui:
    image: ghcr.io/open-webui/open-webui:main
`;

const DEPLOYMENT = `
apiVersion: v1
kind: Service
metadata: {name: qwen}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: qwen
spec:
  template:
    spec:
      nodeSelector: {nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3}
      containers:
        - name: engine
          image: vllm/vllm-openai:v0.24.0
          command: ["/bin/sh", "-c"]
          args:
            - |
              vllm serve $(MODEL_ID) \\
                --max-model-len 32768 --tensor-parallel-size \${TP}
          env:
            - {name: MODEL_ID, value: Qwen/Qwen3-32B}
            - {name: TP, value: "2"}
          resources: {limits: {nvidia.com/gpu: "2"}}
`;

const LWS = `
apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
metadata: {name: llama}
spec:
  leaderWorkerTemplate:
    size: 2
    leaderTemplate:
      spec:
        containers:
          - name: leader
            image: vllm/vllm-openai:v0.20.2
            command: [sh, -c]
            args:
              - "bash /vllm-workspace/examples/multi-node-serving.sh leader --ray_cluster_size=$(LWS_GROUP_SIZE);
                 python3 -m vllm.entrypoints.openai.api_server --port 8080 --model meta-llama/Llama-3.1-405B-Instruct --tensor-parallel-size 8 --pipeline_parallel_size 2"
            resources: {limits: {nvidia.com/gpu: "8"}}
    workerTemplate:
      spec:
        containers:
          - {name: worker, image: "vllm/vllm-openai:v0.20.2", command: [sh, -c, "ray start --block"]}
`;

const INFERENCE_SERVICE = `
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: llama3}
spec:
  predictor:
    model:
      modelFormat: {name: huggingface}
      args: [--model_name=llama3, --model_id=meta-llama/Llama-3.1-8B-Instruct, --max_model_len=8192]
      resources: {limits: {nvidia.com/gpu: "1"}}
`;

const LLM_INFERENCE_SERVICE = `
apiVersion: serving.kserve.io/v1alpha2
kind: LLMInferenceService
metadata: {name: qwen}
spec:
  model: {uri: "hf://Qwen/Qwen3-32B", name: Qwen/Qwen3-32B}
  parallelism: {tensor: 2}
  template:
    containers:
      - name: main
        image: vllm/vllm-openai:v0.23.0
        env:
          - {name: VLLM_ADDITIONAL_ARGS, value: "--max-model-len 40960 --enforce-eager"}
        resources: {limits: {nvidia.com/gpu: "2"}}
`;

const VALUES = `
servingEngineSpec:
  modelSpec:
    - name: llama3
      repository: vllm/vllm-openai
      tag: v0.19.0
      modelURL: meta-llama/Llama-3.1-8B-Instruct
      requestGPU: 1
      vllmConfig:
        enablePrefixCaching: true
        maxModelLen: 16384
        extraArgs: ["--gpu-memory-utilization", "0.95", "--max-num-seqs 64"]
`;

const UNIT = `
[Unit]
Description=vLLM
[Service]
Environment="VLLM_USE_V1=1" MODEL=Qwen/Qwen3-8B
ExecStart=/opt/vllm/bin/vllm serve \${MODEL} \\
    --max-model-len 16384
Restart=always
`;

const SCRIPT = `#!/bin/bash
set -euo pipefail
pip install "vllm==0.18.1"
MODEL=\${1:-Qwen/Qwen3-8B}
ARGS=(--max-model-len 16384)
ARGS+=(--enable-prefix-caching)
export VLLM_ATTENTION_BACKEND=FLASHINFER
# start it
CUDA_VISIBLE_DEVICES=0 exec vllm serve "$MODEL" "\${ARGS[@]}" --port "\${PORT:-8000}" > vllm.log 2>&1 &
`;

const DOCKER = `docker run --rm -it --gpus '"device=0,1"' --ipc=host -e VLLM_LOGGING_LEVEL=DEBUG \\
  -v ~/.cache/huggingface:/root/.cache/huggingface -p 8000:8000 \\
  vllm/vllm-openai:v0.10.2 \\
  --model mistralai/Mistral-7B-Instruct-v0.3 -tp 2
`;

const EXAMPLES: readonly Example[] = [
  {
    why: 'Compose, folded string, defaults',
    file: 'docker-compose.yaml',
    text: COMPOSE,
    want: {
      name: 'vllm',
      kind: 'compose',
      command:
        'CUDA_VISIBLE_DEVICES=0,1 python3 -m vllm.entrypoints.openai.api_server --model Qwen/Qwen3-8B --max-model-len 16384 --tensor-parallel-size 2',
      gpus: 2,
      vllmVersion: '0.11.0',
    },
  },
  {
    why: "Compose, the user's environment beats the default",
    file: 'compose.yml',
    text: COMPOSE.replace('command: >\n', 'command: >-\n').replace('- CUDA_VISIBLE_DEVICES=0,1\n', ''),
    environment: { LEN: '8192' },
    want: {
      command: 'python3 -m vllm.entrypoints.openai.api_server --model Qwen/Qwen3-8B --max-model-len 8192 --tensor-parallel-size 2',
    },
  },
  {
    why: 'Deployment with a shell, GPU from the node label',
    file: 'k8s.yaml',
    text: DEPLOYMENT,
    want: {
      name: 'Deployment/qwen',
      kind: 'kubernetes',
      command: 'vllm serve Qwen/Qwen3-32B --max-model-len 32768 --tensor-parallel-size 2',
      gpus: 2,
      gpuName: 'NVIDIA-H100-80GB-HBM3',
      vllmVersion: '0.24.0',
    },
  },
  {
    why: 'LeaderWorkerSet: GPUs of all nodes',
    file: 'lws.yaml',
    text: LWS,
    want: {
      name: 'LeaderWorkerSet/llama',
      command:
        'python3 -m vllm.entrypoints.openai.api_server --port 8080 --model meta-llama/Llama-3.1-405B-Instruct --tensor-parallel-size 8 --pipeline_parallel_size 2',
      gpus: 16,
      nodes: 2,
    },
  },
  {
    why: 'KServe InferenceService',
    file: 'isvc.yaml',
    text: INFERENCE_SERVICE,
    want: { kind: 'kserve', command: 'vllm serve meta-llama/Llama-3.1-8B-Instruct --max_model_len=8192', gpus: 1 },
  },
  {
    why: 'KServe LLMInferenceService',
    file: 'llmisvc.yaml',
    text: LLM_INFERENCE_SERVICE,
    want: {
      command: 'vllm serve Qwen/Qwen3-32B --tensor-parallel-size 2 --max-model-len 40960 --enforce-eager',
      gpus: 2,
      vllmVersion: '0.23.0',
    },
  },
  {
    why: 'production-stack values, a glued argument',
    file: 'values.yaml',
    text: VALUES,
    want: {
      name: 'llama3',
      kind: 'helm-values',
      command:
        'vllm serve meta-llama/Llama-3.1-8B-Instruct --enable-prefix-caching --max-model-len 16384 --gpu-memory-utilization 0.95 --max-num-seqs 64',
      gpus: 1,
      vllmVersion: '0.19.0',
      findings: ['ARGUMENT_GLUED'],
    },
  },
  {
    why: 'systemd unit',
    file: 'vllm.service',
    text: UNIT,
    want: { kind: 'systemd', command: 'VLLM_USE_V1=1 /opt/vllm/bin/vllm serve Qwen/Qwen3-8B --max-model-len 16384' },
  },
  {
    why: 'shell script with an array and a redirection',
    file: 'start.sh',
    text: SCRIPT,
    want: {
      kind: 'shell',
      command:
        'VLLM_ATTENTION_BACKEND=FLASHINFER CUDA_VISIBLE_DEVICES=0 vllm serve Qwen/Qwen3-8B --max-model-len 16384 --enable-prefix-caching --port 8000',
      vllmVersion: '0.18.1',
    },
  },
  {
    why: 'docker run',
    file: 'run.sh',
    text: DOCKER,
    want: {
      command: 'VLLM_LOGGING_LEVEL=DEBUG python3 -m vllm.entrypoints.openai.api_server --model mistralai/Mistral-7B-Instruct-v0.3 -tp 2',
      gpus: 2,
      vllmVersion: '0.10.2',
    },
  },
];

describe('findCommands', () => {
  test.each(EXAMPLES)('$why', ({ file, text, environment = {}, want }) => {
    const found = chooseCommand(findCommands({ file, text, environment }), undefined, file);
    const { command, findings = [], ...facts } = want;
    const prepared = prepareCommand(found, undefined);
    expect(prepared.words.join(' ')).toBe(command);
    expect(found).toMatchObject(facts);
    expect(prepared.findings.map(({ code }) => code)).toEqual(findings);
  });

  test.each(EXAMPLES)('$why: words stand where they are said to', ({ file, text, environment = {} }) => {
    const { words } = chooseCommand(findCommands({ file, text, environment }), undefined, file);
    for (const word of words.filter(({ raw }) => /^--[a-z-]+$/.test(raw))) expect(text.startsWith(word.raw, word.offset)).toBe(true);
  });

  it('gives line and column', () => {
    const { words } = chooseCommand(findCommands({ file: 'c.yaml', text: COMPOSE, environment: {} }), undefined, 'c.yaml');
    const tp = words.find(({ text }) => text === '--tensor-parallel-size');
    expect(placeAt(COMPOSE, tp?.offset ?? 0)).toEqual({ line: 8, column: 7 });
  });

  it('lists several commands and takes the named one', () => {
    const text = `${DEPLOYMENT}---${DEPLOYMENT.replaceAll('name: qwen', 'name: other')}`;
    const found = findCommands({ file: 'k.yaml', text, environment: {} });
    expect(() => chooseCommand(found, undefined, 'k.yaml')).toThrow('2 vllm commands: Deployment/qwen, Deployment/other');
    expect(chooseCommand(found, 'other', 'k.yaml').name).toBe('Deployment/other');
    expect(() => chooseCommand(found, 'third', 'k.yaml')).toThrow('no vllm command called "third"');
  });

  it.each([
    ['no vllm', 'a.yaml', 'services: {web: {image: nginx}}'],
    ['no deployment', 'a.yaml', '- 1\n- 2\n'],
    ['an empty file', 'a.sh', ''],
  ])('says where there is none: %s', (_, file, text) => {
    expect(() => chooseCommand(findCommands({ file, text, environment: {} }), undefined, file)).toThrow('holds no vllm serve command');
  });

  it('throws nothing but our own errors, whatever the file', () => {
    const piece = fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom(...PIECES));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.constantFrom('a.yaml', 'a.sh', 'stdin'), (pieces, file) => {
        try {
          const found = findCommands({ file, text: pieces.join(''), environment: {} });
          for (const command of found) prepareCommand(command, undefined);
        } catch (error) {
          if (!(error instanceof WizardError)) throw error;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('says where YAML is broken', () => {
    expect(() => findCommands({ file: 'a.yaml', text: 'a:\n  - {b\nc: }', environment: {} })).toThrow(/a\.yaml:\d+:\d+: /);
  });
});

describe('prepareCommand', () => {
  const found = (text: string): FoundCommand => chooseCommand(findCommands({ file: 'a.sh', text, environment: {} }), undefined, 'a.sh');

  it('leaves out a flag whose value nobody sets, and says so', () => {
    const { words, findings } = prepareCommand(found('vllm serve m/m --max-model-len $LEN --enforce-eager $MORE'), undefined);
    expect(words).toEqual(['vllm', 'serve', 'm/m', '--enforce-eager']);
    expect(findings.map(({ message }) => message)).toEqual([
      '$LEN is not set in the file, so the command is judged without --max-model-len.',
      '$MORE is not set in the file, so the command is judged without $MORE.',
    ]);
  });

  it('asks for a model that nobody sets, and takes the one that is given', () => {
    expect(() => prepareCommand(found('vllm serve $MODEL'), undefined)).toThrow('The model is $MODEL, which the file does not set.');
    expect(prepareCommand(found('vllm serve $MODEL'), 'Qwen/Qwen3-8B').words).toEqual(['vllm', 'serve', 'Qwen/Qwen3-8B']);
    expect(prepareCommand(found('vllm serve /models/x'), 'Qwen/Qwen3-8B').words).toEqual(['vllm', 'serve', 'Qwen/Qwen3-8B']);
  });

  it('hands no secrets on', () => {
    expect(prepareCommand(found('VLLM_API_KEY=x HF_TOKEN=y vllm serve m/m'), undefined).words).toEqual(['vllm', 'serve', 'm/m']);
  });
});
