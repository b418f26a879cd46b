import { textFile } from '../generated-file.ts';
import { type ArtifactKind, oneHost } from '../kind.ts';
import { renderCompose } from './render.ts';

export const composeKind: ArtifactKind = {
  word: 'compose',
  files: (deployment) => [textFile('docker-compose.yaml', renderCompose(deployment, oneHost(deployment)))],
};
