import { programFile } from '../generated-file.ts';
import { type ArtifactKind, oneHost } from '../kind.ts';
import { shellBlock } from '../runbook/markdown.ts';
import { renderDockerScript } from './render.ts';

export const dockerRunKind: ArtifactKind = {
  word: 'docker-run',
  files: (deployment) => [programFile('docker_run.sh', renderDockerScript(deployment, oneHost(deployment)))],
  steps: ({ port, slug, grace }) => [
    {
      title: 'One container',
      lines: [
        ...shellBlock('./docker_run.sh', `curl --fail http://127.0.0.1:${port}/v1/models`),
        '',
        `\`docker stop ${slug}\` gives running requests ${grace.value} s.`,
      ],
    },
  ],
};
