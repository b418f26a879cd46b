import { textFile } from '../generated-file.ts';
import { type ArtifactKind, oneHost } from '../kind.ts';
import { shellBlock } from '../runbook/markdown.ts';
import { renderCompose } from './render.ts';

const MONITORED = [
  '',
  'With monitoring: Prometheus on http://127.0.0.1:9090, Grafana on http://127.0.0.1:3000, both on this host only.',
  '',
  ...shellBlock('docker compose --profile observability up --detach'),
];

const isMonitored = (beside: readonly string[]): boolean => beside.includes('prometheus');

export const composeKind: ArtifactKind = {
  word: 'compose',
  files: (deployment, { words }) => [textFile('docker-compose.yaml', renderCompose(deployment, oneHost(deployment), words))],
  steps: ({ port }, { words }) => [
    {
      title: 'Docker Compose',
      lines: [
        ...shellBlock('docker compose up --detach --wait', `curl --fail http://127.0.0.1:${port}/v1/models`),
        ...(isMonitored(words) ? MONITORED : []),
      ],
    },
  ],
};
