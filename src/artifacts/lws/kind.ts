import { type ArtifactKind, severalHosts } from '../kind.ts';
import { claimManifest } from '../kubernetes/claim-manifest.ts';
import { loaderManifest } from '../kubernetes/loader-manifest.ts';
import { manifestFile } from '../kubernetes/manifests.ts';
import { joiningOf } from '../multi-node/joining.ts';
import { groupCommands } from './group-commands.ts';
import { leaderService } from './leader-service.ts';
import { leaderWorkerSet } from './leader-worker-set.ts';
import { groupSteps } from './steps.ts';

const FOLDER = 'lws';

/** A LeaderWorkerSet: one group of pods for each replica that spans nodes. */
export const leaderWorkerSetKind: ArtifactKind = {
  word: 'lws',
  files: (deployment, { result }) => {
    const container = severalHosts(deployment);
    const commands = groupCommands(container, joiningOf(deployment, container, result.document.config));
    const loader = loaderManifest(deployment, container);
    const shared =
      loader === null ? [] : [claimManifest(deployment, container, { replicas: null, maxPods: deployment.nodes * deployment.replicas })];
    const manifests = [...shared, leaderService(deployment), leaderWorkerSet(deployment, container, commands)];
    const files = manifests.map((manifest) => manifestFile(FOLDER, deployment, manifest));
    return loader === null ? files : [...files, manifestFile(`${FOLDER}/before`, deployment, loader)];
  },
  steps: (deployment) => groupSteps(deployment, severalHosts(deployment), FOLDER),
};
