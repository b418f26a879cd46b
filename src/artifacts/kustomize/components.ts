import { scaledObjectManifest } from '../autoscaling/scaled-object-manifest.ts';
import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import { headerLines } from '../file-header.ts';
import { textFile } from '../generated-file.ts';
import { KERNELS_PATH, kernelsEnv } from '../kubernetes/container-env.ts';
import { disruptionBudgetManifest } from '../kubernetes/disruption-budget-manifest.ts';
import { manifestFile } from '../kubernetes/manifests.ts';
import { networkPolicyManifest } from '../kubernetes/network-policy-manifest.ts';
import { cacheClaimName, SERVER_CONTAINER } from '../kubernetes/object-names.ts';
import { rolloutOf } from '../kubernetes/rollout.ts';
import { spreadConstraints } from '../kubernetes/spread.ts';
import { KERNELS_MOUNT, KERNELS_VOLUME } from '../kubernetes/volumes.ts';
import { yamlText } from '../yaml-text.ts';
import { deploymentPatch } from './deployment-patch.ts';
import type { Folder } from './kustomization.ts';
import { podMonitorManifest } from './pod-monitor-manifest.ts';

const path = (name: string): string => `kustomize/components/${name}`;

export function monitoringComponent(deployment: Deployment): Folder {
  const monitor = podMonitorManifest(deployment);
  return {
    path: path('monitoring'),
    kind: 'Component',
    header: ['Needs prometheus-operator in the cluster.'],
    fields: { resources: [monitor.file] },
    files: [manifestFile(path('monitoring'), deployment, monitor)],
  };
}

export function networkPolicyComponent(deployment: Deployment, container: ServerContainer): Folder {
  const policy = networkPolicyManifest(deployment, container);
  return {
    path: path('networkpolicy'),
    kind: 'Component',
    header: ['Takes effect where the network plugin enforces policies.'],
    fields: { resources: [policy.file] },
    files: [manifestFile(path('networkpolicy'), deployment, policy)],
  };
}

export function debugComponent(deployment: Deployment): Folder {
  const env = [
    { name: 'NCCL_DEBUG', value: 'INFO' },
    { name: 'VLLM_LOGGING_LEVEL', value: 'DEBUG' },
  ];
  const patch = deploymentPatch(deployment, { template: { spec: { containers: [{ name: SERVER_CONTAINER, env }] } } });
  return {
    path: path('debug'),
    kind: 'Component',
    header: ['Talkative logs, to find out why something is slow or does not start.'],
    fields: { patches: [{ path: 'logging.yaml' }] },
    files: [textFile(`${path('debug')}/logging.yaml`, yamlText(patch, headerLines(deployment), []))],
  };
}

/** @throws WizardError CONTRADICTION when there is nothing to scale */
export function autoscalingComponent(deployment: Deployment, container: ServerContainer): Folder {
  const folder = path('autoscaling');
  const scaled = { replicas: null, maxPods: deployment.maxReplicas.value };
  const object = scaledObjectManifest(deployment);
  // With several replicas from the start, the base is made for several pods already.
  const budget = deployment.replicas === 1 ? disruptionBudgetManifest(deployment, scaled) : null;
  const { strategy, because } = rolloutOf(deployment, scaled);
  const pods = deploymentPatch(deployment, {
    strategy,
    template: {
      spec: { topologySpreadConstraints: spreadConstraints(deployment), ...(deployment.replicas === 1 && ownKernels(container)) },
    },
  });
  const claim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: cacheClaimName(deployment) },
    spec: { accessModes: ['ReadWriteMany'] },
  };
  const manifests = budget === null ? [object] : [object, budget];
  return {
    path: folder,
    kind: 'Component',
    header: ['Needs KEDA in the cluster, and a storage class with ReadWriteMany for the volume that all pods share.'],
    fields: {
      resources: manifests.map(({ file }) => file),
      patches: [
        { path: 'pods.yaml' },
        { path: 'claim.yaml' },
        {
          target: { kind: 'Deployment', name: deployment.service },
          patch: JSON.stringify([{ op: 'remove', path: '/spec/replicas' }]),
        },
      ],
    },
    remarks: [{ path: ['patches', 2, 'patch'], text: 'The autoscaler sets the number of replicas.' }],
    files: [
      ...manifests.map((manifest) => manifestFile(folder, deployment, manifest)),
      textFile(`${folder}/pods.yaml`, yamlText(pods, headerLines(deployment), [{ path: ['spec', 'strategy'], text: because }])),
      textFile(`${folder}/claim.yaml`, yamlText(claim, headerLines(deployment), [])),
    ],
  };
}

/** Of a base that is made for one pod: the volume becomes shared, and compiled kernels must not be. */
function ownKernels({ env: chosen }: ServerContainer) {
  const names = new Set(chosen.map(([name]) => name));
  const env = Object.entries(kernelsEnv(KERNELS_PATH)).map(([name, value]) => ({ name, value }));
  const server = { name: SERVER_CONTAINER, env: env.filter(({ name }) => !names.has(name)), volumeMounts: [KERNELS_MOUNT] };
  return { containers: [server], volumes: [KERNELS_VOLUME] };
}
