import { deployment, type RuleCase } from '../rule-case.ts';

/** Whole files. */
export const ARTIFACT_CASES: readonly RuleCase[] = [
  { rule: 'yaml-invalid', bad: 'a: 1\nb: [1, 2\n▸c: 3\n', good: 'a: 1\nb: [1, 2]\nc: 3\n' },
  { rule: 'yaml-invalid', why: 'a key that stands twice', bad: 'a:\n  b: 1\n  ▸b: 2\n', good: 'a:\n  b: 1\n  c: 2\n' },
  {
    rule: 'script-invalid',
    file: 'serve.sh',
    bad: '▸vllm serve "Qwen/Qwen3-8B --max-model-len 8192\n',
    good: 'vllm serve "Qwen/Qwen3-8B" --max-model-len 8192\n',
  },
  {
    rule: 'script-invalid',
    why: 'inside a container',
    bad: deployment({ command: "command: [bash, -c, 'exec vllm serve \"a/b']" }).replace('- name: engine', '- ▸name: engine'),
    good: deployment({ command: 'command: [bash, -c, \'exec vllm serve "a/b"\']' }),
  },
  {
    rule: 'values-without-chart',
    file: 'k8s-values.yaml',
    bad: 'replicaCount: 1\n▸image: {repository: vllm/vllm-openai, tag: v0.24.0}\nargs: [--model, Qwen/Qwen3-8B]\n',
    good: 'servingEngineSpec:\n  modelSpec:\n    - {name: a, repository: vllm/vllm-openai, tag: v0.24.0, modelURL: Qwen/Qwen3-8B}\n',
  },
  {
    rule: 'values-without-chart',
    why: 'a chart of its own',
    file: 'chart/values-prod.yaml',
    bad: '▸image: {repository: vllm/vllm-openai, tag: v0.24.0}\nargs: [Qwen/Qwen3-8B]\n',
    good: 'image: {repository: vllm/vllm-openai, tag: v0.24.0}\nfullnameOverride: llama\n',
    others: { 'elsewhere/Chart.yaml': 'name: other\n' },
  },
];
