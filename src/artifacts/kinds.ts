import { renderServeScript } from './command/render.ts';
import { renderCompose } from './compose/render.ts';
import { valuesInput } from './k8s-values/input.ts';
import { renderValues } from './k8s-values/render.ts';
import { type ArtifactKind, oneHost, PROGRAM_FILE, TEXT_FILE } from './kind.ts';
import { profileOf } from './profile/input.ts';
import { renderProfile } from './profile/render.ts';

/** Every kind of file, in the order in which they are written and listed. A new kind is a folder and a line here. */
export const KINDS: readonly ArtifactKind[] = [
  { word: 'command', path: 'serve_command.sh', mode: PROGRAM_FILE, render: renderServeScript },
  {
    word: 'profile',
    path: 'profile.yaml',
    mode: TEXT_FILE,
    render: (deployment, result, words) => renderProfile(deployment, profileOf(result, words)),
  },
  { word: 'compose', path: 'docker-compose.yaml', mode: TEXT_FILE, render: (deployment) => renderCompose(deployment, oneHost(deployment)) },
  {
    word: 'k8s',
    path: 'k8s-values.yaml',
    mode: TEXT_FILE,
    render: (deployment, { document }) => {
      const container = oneHost(deployment);
      return renderValues(deployment, container, valuesInput(deployment, container, document.config.enable_prefix_caching));
    },
  },
];
