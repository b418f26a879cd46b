import { programFile } from '../generated-file.ts';
import type { ArtifactKind } from '../kind.ts';
import { renderServeScript } from './render.ts';

export const commandKind: ArtifactKind = {
  word: 'command',
  files: (deployment) => [programFile('serve_command.sh', renderServeScript(deployment))],
};
