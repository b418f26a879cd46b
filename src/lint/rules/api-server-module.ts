import type { Rule } from '../rule.ts';
import { writtenEngines } from '../view/engines.ts';

export const apiServerModule: Rule = {
  id: 'api-server-module',
  severity: 'warning',
  formats: ['Compose', 'Kubernetes', 'Helm values', 'shell', 'systemd', 'Dockerfile'],
  finds: '`python -m vllm.entrypoints.openai.api_server`',
  why: 'The module is the old way in; features such as several API servers exist behind `vllm serve` only.',
  fix: 'Write: vllm serve MODEL …, with the model in place of --model.',
  *check(tree) {
    for (const container of writtenEngines(tree)) {
      const { words, at } = container.engine;
      const isWritten = words[1]?.text === '-m' && words[1].raw.includes('-m');
      if (isWritten)
        yield {
          at,
          message: `${words
            .slice(0, 3)
            .map(({ text }) => text)
            .join(' ')} is deprecated.`,
        };
    }
  },
};
