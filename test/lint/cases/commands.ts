import { compose, deployment, type RuleCase } from '../rule-case.ts';

/** Commands: flags, entrypoints, strings that should be lists. */
export const COMMAND_CASES: readonly RuleCase[] = [
  {
    rule: 'flag-removed',
    bad: compose('', 'command:\n  - Qwen/Qwen3-8B\n  - ▸--swap-space\n  - "4"'),
    good: compose('', 'command:\n  - Qwen/Qwen3-8B\n  - --max-num-seqs\n  - "4"'),
  },
  {
    rule: 'flag-removed',
    why: 'the image is of a release that still has it',
    bad: deployment({ command: 'command: [vllm, serve, Qwen/Qwen3-8B, ▸--swap-space=4]' }),
    good: deployment({ image: 'vllm/vllm-openai:v0.10.2', command: 'command: [vllm, serve, Qwen/Qwen3-8B, --swap-space=4]' }),
  },
  {
    rule: 'flag-too-new',
    bad: compose('', 'command: [Qwen/Qwen3-8B, ▸--shutdown-timeout, "60"]', 'vllm/vllm-openai:v0.12.0'),
    good: compose('', 'command: [Qwen/Qwen3-8B, --shutdown-timeout, "60"]', 'vllm/vllm-openai:v0.24.0'),
  },
  {
    rule: 'flag-unknown',
    file: 'serve.sh',
    bad: '#!/bin/sh\nexec vllm serve Qwen/Qwen3-8B \\\n  ▸--max-modl-len 8192\n',
    good: '#!/bin/sh\nexec vllm serve Qwen/Qwen3-8B \\\n  --max-model-len 8192\n',
  },
  {
    rule: 'flag-value',
    file: 'vllm.service',
    bad: '[Service]\nExecStart=/usr/bin/vllm serve Qwen/Qwen3-8B ▸--tensor-parallel-size two\n',
    good: '[Service]\nExecStart=/usr/bin/vllm serve Qwen/Qwen3-8B --tensor-parallel-size 2\n',
  },
  {
    rule: 'flag-value',
    why: 'JSON whose quotes a shell eats',
    file: 'serve.sh',
    bad: 'vllm serve Qwen/Qwen3-8B ▸--limit-mm-per-prompt {"image":2}\n',
    good: 'vllm serve Qwen/Qwen3-8B --limit-mm-per-prompt \'{"image":2}\'\n',
  },
  {
    rule: 'flag-conflict',
    file: 'serve.sh',
    bad: 'vllm serve Qwen/Qwen3-8B ▸--max-model-len auto\n',
    good: 'vllm serve Qwen/Qwen3-8B --max-model-len 8192\n',
    version: '0.10.2',
  },
  {
    rule: 'flag-repeated',
    file: 'serve.sh',
    bad: 'vllm serve Qwen/Qwen3-8B ▸--max-num-seqs 8 --max-num-seqs 16\n',
    good: 'vllm serve Qwen/Qwen3-8B --max-num-seqs 16\n',
  },
  {
    rule: 'flag-abbreviated',
    file: 'serve.sh',
    bad: 'vllm serve Qwen/Qwen3-8B ▸--tensor-parallel 2\n',
    good: 'vllm serve Qwen/Qwen3-8B --tensor-parallel-size 2\n',
  },
  {
    rule: 'flag-without-effect',
    file: 'serve.sh',
    bad: 'vllm serve Qwen/Qwen3-8B ▸--max-loras 4\n',
    good: 'vllm serve Qwen/Qwen3-8B --enable-lora --max-loras 4\n',
  },
  {
    rule: 'argument-unknown',
    file: 'serve.sh',
    bad: 'vllm serve Qwen/Qwen3-8B ▸extra\n',
    good: 'vllm serve Qwen/Qwen3-8B\n',
  },
  {
    rule: 'argument-glued',
    bad: deployment({ command: 'command: [vllm, serve]\nargs:\n  - Qwen/Qwen3-8B\n  - ▸"--max-model-len 8192"' }),
    good: deployment({ command: 'command: [vllm, serve]\nargs:\n  - Qwen/Qwen3-8B\n  - --max-model-len=8192' }),
  },
  {
    rule: 'model-flag-deprecated',
    bad: compose('', 'command:\n  - ▸--model\n  - Qwen/Qwen3-8B'),
    good: compose('', 'command:\n  - Qwen/Qwen3-8B'),
  },
  {
    rule: 'model-missing',
    bad: deployment({ command: 'command: [▸vllm, serve, --max-model-len, "8192"]' }),
    good: deployment({ command: 'command: [vllm, serve, Qwen/Qwen3-8B, --max-model-len, "8192"]' }),
  },
  {
    rule: 'model-missing',
    why: 'a script may get it as an argument',
    file: 'serve.sh',
    bad: '▸vllm serve --max-model-len 8192\n',
    good: 'vllm serve "$@"\n',
  },
  {
    rule: 'api-server-module',
    bad: deployment({ command: 'command: [▸python3, -m, vllm.entrypoints.openai.api_server, --model, Qwen/Qwen3-8B]' }),
    good: deployment(),
  },
  {
    rule: 'entrypoint-implicit',
    bad: deployment({ command: 'args: [▸--model, Qwen/Qwen3-8B]' }),
    good: deployment({ command: 'command: [vllm, serve]\nargs: [Qwen/Qwen3-8B]' }),
  },
  {
    rule: 'entrypoint-implicit',
    why: 'docker run with a positional model',
    file: 'run.sh',
    bad: 'docker run --gpus all vllm/vllm-openai:v0.24.0 ▸Qwen/Qwen3-8B\n',
    good: 'docker run --gpus all --entrypoint vllm vllm/vllm-openai:v0.24.0 serve Qwen/Qwen3-8B\n',
  },
  {
    rule: 'entrypoint-doubled',
    bad: deployment({ command: 'args: [▸vllm, serve, Qwen/Qwen3-8B]' }),
    good: deployment({ command: 'command: [vllm, serve, Qwen/Qwen3-8B]' }),
  },
  {
    rule: 'entrypoint-doubled',
    why: 'a Compose command does not replace the entrypoint',
    bad: 'services:\n  a:\n    image: vllm/vllm-openai:v0.24.0\n    command: ▸bash -c "vllm serve Qwen/Qwen3-8B"\n',
    good: 'services:\n  a:\n    image: vllm/vllm-openai:v0.24.0\n    entrypoint: bash -c "vllm serve Qwen/Qwen3-8B"\n',
  },
  {
    rule: 'command-one-string',
    bad: 'services:\n  a:\n    image: vllm/vllm-openai:v0.24.0\n    command: ▸--model Qwen/Qwen3-8B --max-model-len 8192\n',
    good: compose('', 'command: [Qwen/Qwen3-8B, --max-model-len, "8192"]'),
  },
  {
    rule: 'command-one-string',
    why: 'Kubernetes looks for a program of that name',
    bad: deployment({ command: 'command: [▸"vllm serve Qwen/Qwen3-8B"]' }),
    good: deployment({ command: 'command: [sh, -c, "exec vllm serve Qwen/Qwen3-8B"]' }),
  },
  {
    rule: 'shell-without-exec',
    bad: deployment({
      command: 'command: [bash, -c]\nargs:\n  - ▸|\n    pip install --no-cache-dir flashinfer\n    vllm serve Qwen/Qwen3-8B --port 8000',
    }),
    good: deployment({
      command:
        'command: [bash, -c]\nargs:\n  - |\n    pip install --no-cache-dir flashinfer\n    exec vllm serve Qwen/Qwen3-8B --port 8000',
    }),
  },
  {
    rule: 'trust-remote-code-unpinned',
    bad: compose('', 'command: [acme/own-code, ▸--trust-remote-code]'),
    good: compose('', 'command: [acme/own-code, --trust-remote-code, --revision, 3f2a9c1]'),
  },
  {
    rule: 'trust-remote-code-unpinned',
    why: 'a branch is no pin',
    file: 'serve.sh',
    bad: 'vllm serve acme/own-code --revision main ▸--trust-remote-code\n',
    good: 'vllm serve /models/own-code --trust-remote-code\n',
  },
];
