import { WizardError } from '../../errors/wizard-error.ts';
import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import { headerLines } from '../file-header.ts';
import { textFile } from '../generated-file.ts';
import { type ArtifactKind, anyHosts } from '../kind.ts';
import { claimManifest } from '../kubernetes/claim-manifest.ts';
import { loaderManifest } from '../kubernetes/loader-manifest.ts';
import { manifestFile } from '../kubernetes/manifests.ts';
import { yamlText } from '../yaml-text.ts';
import { rayDockerfile } from './dockerfile.ts';
import { rayImage } from './ray-image.ts';
import { rayService } from './ray-service.ts';
import { serveConfigText } from './serve-config.ts';
import { raySteps } from './steps.ts';

const FOLDER = 'kuberay';

/** A RayService: Ray Serve's own server around the engine, on one node or several. */
export const rayServiceKind: ArtifactKind = {
  word: 'kuberay',
  files: (deployment, { result }) => {
    const container = rayContainer(deployment);
    const image = rayImage(deployment);
    const { nodes, replicas, maxReplicas } = deployment;
    const pods = nodes * Math.max(replicas, maxReplicas.value) + (container.mount === null ? 0 : 1);
    const claim = claimManifest(deployment, container, { replicas: null, maxPods: pods });
    const { file, object, header, remarks } = rayService(deployment, container, image, serveConfigText(deployment, container, result));
    const loader = loaderManifest(deployment, container);
    return [
      manifestFile(FOLDER, deployment, claim),
      textFile(`${FOLDER}/${file}`, yamlText(object, headerLines(deployment, ...header), remarks, [['spec', 'serveConfigV2']])),
      ...(image.published ? [] : [textFile(`${FOLDER}/Dockerfile`, rayDockerfile(deployment, image))]),
      ...(loader === null ? [] : [manifestFile(`${FOLDER}/before`, deployment, loader)]),
    ];
  },
  steps: (deployment) => raySteps(deployment, rayContainer(deployment), FOLDER),
};

/** @throws WizardError CONTRADICTION where Ray Serve cannot be what was planned */
function rayContainer(deployment: Deployment): ServerContainer {
  const container = anyHosts(deployment);
  if (container.vendor !== 'nvidia') {
    throw new WizardError('CONTRADICTION', {
      problem: 'The images of Ray Serve LLM are for NVIDIA GPUs only.',
      fix: 'Emit manifests or lws for this plan.',
    });
  }
  if (deployment.secrets.some(({ env, required }) => required && env === 'VLLM_API_KEY')) {
    throw new WizardError('CONTRADICTION', {
      problem: 'Ray Serve LLM asks nobody for an API key, and the plan has one.',
      fix: 'Leave --api-key out and let a gateway ask for it, or emit manifests or lws.',
    });
  }
  return container;
}
