import { programFile } from '../generated-file.ts';
import { type ArtifactKind, oneHost } from '../kind.ts';
import { renderDockerScript } from './render.ts';

export const dockerRunKind: ArtifactKind = {
  word: 'docker-run',
  files: (deployment) => [programFile('docker_run.sh', renderDockerScript(deployment, oneHost(deployment)))],
};
