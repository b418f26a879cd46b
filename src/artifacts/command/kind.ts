import { programFile } from '../generated-file.ts';
import type { ArtifactKind } from '../kind.ts';
import { shellBlock } from '../runbook/markdown.ts';
import { renderServeScript } from './render.ts';

export const commandKind: ArtifactKind = {
  word: 'command',
  files: (deployment) => [programFile('serve_command.sh', renderServeScript(deployment))],
  steps: ({ port, startup }) => [
    {
      title: 'On a host with vLLM installed',
      lines: [
        ...shellBlock('./serve_command.sh', `curl --fail http://127.0.0.1:${port}/v1/models`),
        '',
        `The port answers when the server is ready, after about ${startup.value} s at the slowest.`,
      ],
    },
  ],
};
