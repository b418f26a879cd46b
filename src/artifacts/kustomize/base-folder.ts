import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import { manifestFile, serverManifests } from '../kubernetes/manifests.ts';
import { fixedScale } from '../kubernetes/scale.ts';
import type { Folder } from './kustomization.ts';

const PATH = 'kustomize/base';

/** The server itself. A patch of `args` would replace the whole list, so they are here and nowhere else. */
export function baseFolder(deployment: Deployment, container: ServerContainer): Folder {
  // Its policy is a component: not every cluster of the overlays enforces one.
  const manifests = serverManifests(deployment, container, fixedScale(deployment)).filter(({ file }) => file !== 'networkpolicy.yaml');
  return {
    path: PATH,
    kind: 'Kustomization',
    header: ['The arguments of the server are in deployment.yaml and must not be patched: a patch replaces the whole list.'],
    fields: {
      resources: manifests.map(({ file }) => file),
      images: [{ name: container.repository, newTag: container.tag }],
    },
    remarks: [{ path: ['images'], text: 'The planned version, for all overlays; upgrade on purpose, then plan again.' }],
    files: manifests.map((manifest) => manifestFile(PATH, deployment, manifest)),
  };
}
