import { headerLines } from '../file-header.ts';
import { textFile } from '../generated-file.ts';
import { type ArtifactKind, anyHosts } from '../kind.ts';
import { loaderManifest } from '../kubernetes/loader-manifest.ts';
import { manifestFile } from '../kubernetes/manifests.ts';
import { scaleOf } from '../kubernetes/scale.ts';
import { podMonitorManifest } from '../kustomize/pod-monitor-manifest.ts';
import { yamlText } from '../yaml-text.ts';
import { httpRoute } from './http-route.ts';
import { inferencePool } from './inference-pool.ts';
import { modelServer } from './model-server.ts';
import { routerValues } from './router-values.ts';
import { llmdSteps } from './steps.ts';

const FOLDER = 'llm-d';

/** llm-d: the server on one node or several, behind a Gateway that sends each request to the server that suits it best. */
export const llmdKind: ArtifactKind = {
  word: 'llm-d',
  files: (deployment, { result, words }) => {
    const container = anyHosts(deployment);
    const { config } = result.document;
    // prometheus-operator's own word watches the same pods.
    const monitors = words.includes('prometheus-operator') ? [] : [podMonitorManifest(deployment)];
    const servers = modelServer(deployment, container, scaleOf(deployment, words), config);
    const manifests = [...servers, inferencePool(deployment), httpRoute(deployment), ...monitors];
    const resources = manifests.map(({ file }) => file);
    const kustomization = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources };
    const loader = loaderManifest(deployment, container);
    return [
      textFile(`${FOLDER}/kustomization.yaml`, yamlText(kustomization, headerLines(deployment), [])),
      ...manifests.map((manifest) => manifestFile(FOLDER, deployment, manifest)),
      textFile(`${FOLDER}/router-values.yaml`, routerValues(deployment, config.enable_prefix_caching)),
      ...(loader === null ? [] : [manifestFile(`${FOLDER}/before`, deployment, loader)]),
    ];
  },
  steps: (deployment) => llmdSteps(deployment, anyHosts(deployment), FOLDER),
};
