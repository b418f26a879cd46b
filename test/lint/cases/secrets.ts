import { compose, deployment, type RuleCase } from '../rule-case.ts';

/** A token as they look, in pieces, so that no scanner takes this file for a leak. */
const TOKEN = ['hf', 'abcdefghijABCDEFGHIJ1234'].join('_');

/** Secrets and variables. */
export const SECRET_CASES: readonly RuleCase[] = [
  {
    rule: 'secret-in-clear',
    bad: compose(`environment:\n  HF_TOKEN: ▸${TOKEN}`),
    good: compose('environment:\n  HF_TOKEN:'),
  },
  {
    rule: 'secret-in-clear',
    why: 'a Secret in the repository, plain and as base64',
    bad: 'apiVersion: v1\nkind: Secret\nmetadata: {name: hub}\nstringData:\n  password: ▸correct-horse\ndata:\n  key: ▸Y29ycmVjdC1ob3JzZQ==\n',
    good: 'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: hub}\nspec: {data: []}\n',
  },
  {
    rule: 'secret-in-clear',
    why: 'a flag',
    file: 'serve.sh',
    bad: 'vllm serve Qwen/Qwen3-8B --api-key ▸correct-horse\n',
    good: 'vllm serve Qwen/Qwen3-8B --api-key "$VLLM_API_KEY"\n',
  },
  {
    rule: 'secret-in-clear',
    why: 'a Dockerfile',
    file: 'Dockerfile',
    bad: `FROM vllm/vllm-openai:v0.24.0\nENV ▸HF_TOKEN=${TOKEN}\n`,
    good: 'FROM vllm/vllm-openai:v0.24.0\nENV HF_HOME=/cache\n',
  },
  {
    rule: 'secret-in-clear',
    why: 'values of the production-stack chart',
    bad: `servingEngineSpec:\n  modelSpec:\n    - name: a\n      modelURL: Qwen/Qwen3-8B\n      ▸hf_token: ${TOKEN}\n`,
    good: 'servingEngineSpec:\n  modelSpec:\n    - name: a\n      modelURL: Qwen/Qwen3-8B\n      hf_token: {secretName: hub, secretKey: token}\n',
  },
  {
    rule: 'secret-empty',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Compose's own spelling
    bad: compose('environment:\n  - ▸HF_TOKEN=${HF_TOKEN:-}'),
    good: compose('environment:\n  - HF_TOKEN'),
  },
  {
    rule: 'secret-empty',
    why: 'a Secret to be filled in',
    bad: 'apiVersion: v1\nkind: Secret\nmetadata: {name: hub}\nstringData:\n  token: ▸""\n  other: ▸<your token>\n',
    good: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: hub}\ndata: {token: ""}\n',
  },
  {
    rule: 'hub-token-alias',
    bad: deployment({ container: 'env:\n  - name: ▸HUGGING_FACE_HUB_TOKEN\n    valueFrom: {secretKeyRef: {name: hub, key: token}}' }),
    good: deployment({ container: 'env:\n  - name: HF_TOKEN\n    valueFrom: {secretKeyRef: {name: hub, key: token}}' }),
  },
  {
    rule: 'hub-token-missing',
    file: 'run.sh',
    bad: 'docker run --gpus all --entrypoint vllm vllm/vllm-openai:v0.24.0 serve ▸meta-llama/Llama-3.1-8B-Instruct\n',
    good: 'docker run --gpus all -e HF_TOKEN --entrypoint vllm vllm/vllm-openai:v0.24.0 serve meta-llama/Llama-3.1-8B-Instruct\n',
  },
  {
    rule: 'variable-not-expanded',
    bad: deployment({ container: 'env:\n  - name: HF_TOKEN\n    value: ▸$HUGGING_FACE_HUB_TOKEN' }),
    good: deployment({ container: 'env:\n  - name: HF_TOKEN\n    valueFrom: {secretKeyRef: {name: hub, key: token}}' }),
  },
  {
    rule: 'variable-not-expanded',
    why: 'an argument, unless a shell reads it',
    bad: deployment({ command: 'command: [vllm, serve, ▸"$MODEL"]' }),
    good: deployment({ command: 'command: [sh, -c, "exec vllm serve $MODEL"]' }),
  },
  {
    rule: 'reference-undefined',
    bad: deployment({ command: 'command: [vllm, serve, ▸$(MODEL)]' }),
    good: deployment({ command: 'command: [vllm, serve, $(MODEL)]', container: 'env:\n  - {name: MODEL, value: Qwen/Qwen3-8B}' }),
  },
  {
    rule: 'reference-undefined',
    why: 'order counts',
    bad: deployment({ container: 'env:\n  - name: URL\n    value: ▸http://$(HOST)\n  - {name: HOST, value: a}' }),
    good: deployment({ container: 'env:\n  - {name: HOST, value: a}\n  - name: URL\n    value: http://$(HOST)' }),
  },
  {
    rule: 'variable-removed',
    bad: compose('environment:\n  ▸VLLM_USE_V1: "1"'),
    good: compose('environment:\n  VLLM_USE_V1: "1"', 'command: [Qwen/Qwen3-8B]', 'vllm/vllm-openai:v0.10.2'),
  },
  {
    rule: 'variable-internal',
    bad: deployment({ container: 'env:\n  - {name: ▸VLLM_PORT, value: "8000"}' }),
    good: deployment({ command: 'command: [vllm, serve, Qwen/Qwen3-8B, --port, "8000"]' }),
  },
  {
    rule: 'nccl-p2p-disabled',
    why: 'a script exports it',
    file: 'serve.sh',
    bad: 'export ▸NCCL_P2P_DISABLE=1\nexec vllm serve Qwen/Qwen3-8B\n',
    good: 'export NCCL_DEBUG=WARN\nexec vllm serve Qwen/Qwen3-8B\n',
  },
  {
    rule: 'nccl-p2p-disabled',
    bad: compose('environment:\n  - ▸NCCL_P2P_DISABLE=1'),
    good: compose('environment:\n  - NCCL_P2P_DISABLE=0'),
  },
];
