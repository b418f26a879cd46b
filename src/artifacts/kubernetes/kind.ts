import { type ArtifactKind, oneHost } from '../kind.ts';
import { loaderManifest } from './loader-manifest.ts';
import { manifestFile, serverManifests } from './manifests.ts';
import { scaleOf } from './scale.ts';
import { manifestSteps } from './steps.ts';

const FOLDER = 'kubernetes';

/** Plain objects for `kubectl apply`, one a file. */
export const manifestsKind: ArtifactKind = {
  word: 'manifests',
  files: (deployment, { words }) => {
    const container = oneHost(deployment);
    const loader = loaderManifest(deployment, container);
    const manifests = serverManifests(deployment, container, scaleOf(deployment, words));
    // Not in the folder that is applied as a whole.
    const files = manifests.map((manifest) => manifestFile(FOLDER, deployment, manifest));
    return loader === null ? files : [...files, manifestFile(`${FOLDER}/before`, deployment, loader)];
  },
  steps: (deployment) => manifestSteps(deployment, oneHost(deployment), FOLDER),
};
