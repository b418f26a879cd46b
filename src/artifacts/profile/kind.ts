import { textFile } from '../generated-file.ts';
import type { ArtifactKind } from '../kind.ts';
import { profileOf } from './input.ts';
import { renderProfile } from './render.ts';

export const profileKind: ArtifactKind = {
  word: 'profile',
  files: (deployment, { result, words }) => [textFile('profile.yaml', renderProfile(deployment, profileOf(result, deployment, words)))],
};
