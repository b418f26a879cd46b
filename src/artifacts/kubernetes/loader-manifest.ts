import type { IPod } from 'kubernetes-models/v1/Pod';
import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import type { Manifest } from './manifest.ts';
import { cacheClaimName } from './object-names.ts';
import { containerSecurity, podSecurity } from './security-context.ts';
import { LOCAL_MODELS } from './volumes.ts';

export function loaderName({ service }: Pick<Deployment, 'service'>): string {
  return `${service}-loader`;
}

/** Where the loader sees the folder for models. */
export const LOADER_PATH = '/models';

/** Not those of the server, so that no Service and no policy takes it for one. */
const LABELS = { 'app.kubernetes.io/name': 'model-loader', 'app.kubernetes.io/managed-by': 'vllm-wizard' };

/** A pod without GPUs that holds the volume open while a local model is copied into it; null: the model comes from the Hub. */
export function loaderManifest(deployment: Deployment, container: ServerContainer): Manifest | null {
  if (container.mount === null) return null;
  const security = podSecurity(container);
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: loaderName(deployment), labels: LABELS },
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 1,
      ...(security !== null && { securityContext: security }),
      containers: [
        {
          name: 'loader',
          image: `${container.repository}:${container.tag}`,
          command: ['sleep', 'infinity'],
          resources: { requests: { cpu: 1, memory: '1Gi' }, limits: { memory: '4Gi' } },
          securityContext: containerSecurity(container),
          volumeMounts: [{ name: 'cache', mountPath: LOADER_PATH, subPath: LOCAL_MODELS }],
        },
      ],
      volumes: [{ name: 'cache', persistentVolumeClaim: { claimName: cacheClaimName(deployment) } }],
    },
  } satisfies IPod;
  const header = ['Holds the volume open while the model is copied into it. Delete it afterwards.'];
  return { file: 'model-loader.yaml', object, header, remarks: [] };
}
