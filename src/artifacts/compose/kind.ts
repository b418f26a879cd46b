import { textFile } from '../generated-file.ts';
import { type ArtifactKind, oneHost } from '../kind.ts';
import { shellBlock } from '../runbook/markdown.ts';
import { renderCompose } from './render.ts';

export const composeKind: ArtifactKind = {
  word: 'compose',
  files: (deployment) => [textFile('docker-compose.yaml', renderCompose(deployment, oneHost(deployment)))],
  steps: ({ port }) => [
    {
      title: 'Docker Compose',
      lines: shellBlock('docker compose up --detach --wait', `curl --fail http://127.0.0.1:${port}/v1/models`),
    },
  ],
};
