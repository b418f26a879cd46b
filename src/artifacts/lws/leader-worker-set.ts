import type { IPersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim';
import type { IPodTemplateSpec } from 'kubernetes-models/v1/PodTemplateSpec';
import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import type { ClusterObject, Manifest } from '../kubernetes/manifest.ts';
import { objectLabels } from '../kubernetes/object-names.ts';
import type { Remark } from '../yaml-text.ts';
import type { GroupCommands } from './group-commands.ts';
import { CACHE_VOLUME, type GroupWishes, groupPod, groupPodRemarks } from './group-pod.ts';

/** The release whose fields are used: claims of the set's own are new in it. */
export const LWS_RELEASE = 'v0.8.0';

/** Not the Service's name: the controller makes a headless Service of this one, by which pods find their leader. */
export function groupName({ service }: Pick<Deployment, 'service'>): string {
  return `${service}-group`;
}

interface LeaderWorkerSet extends ClusterObject {
  readonly metadata: { readonly name: string; readonly labels: { readonly [name: string]: string } };
  readonly spec: {
    readonly replicas: number;
    readonly startupPolicy: 'LeaderCreated';
    readonly rolloutStrategy: {
      readonly type: 'RollingUpdate';
      readonly rollingUpdateConfiguration: { readonly maxUnavailable: number; readonly maxSurge: number };
    };
    readonly leaderWorkerTemplate: OwnClaims & {
      readonly size: number;
      readonly restartPolicy: 'RecreateGroupOnPodRestart';
      readonly leaderTemplate: IPodTemplateSpec;
      readonly workerTemplate: IPodTemplateSpec;
    };
  };
}

interface OwnClaims {
  readonly volumeClaimTemplates?: readonly Pick<IPersistentVolumeClaim, 'metadata' | 'spec'>[];
  readonly persistentVolumeClaimRetentionPolicy?: { readonly whenDeleted: 'Retain'; readonly whenScaled: 'Retain' };
}

/** One group of pods for each replica: all of them, or none, since no node can do without the others. */
export function leaderWorkerSet(
  deployment: Deployment,
  container: ServerContainer,
  { leader, worker, because }: GroupCommands,
  wishes: GroupWishes = {},
): Manifest {
  const { replicas, nodes, gpus, gpusPerNode, spareGpus } = deployment;
  const ownClaim = container.mount === null;
  const surge = spareGpus >= gpus.value;
  const object: LeaderWorkerSet = {
    apiVersion: 'leaderworkerset.x-k8s.io/v1',
    kind: 'LeaderWorkerSet',
    metadata: { name: groupName(deployment), labels: objectLabels(deployment) },
    spec: {
      replicas,
      startupPolicy: 'LeaderCreated',
      rolloutStrategy: {
        type: 'RollingUpdate',
        rollingUpdateConfiguration: surge ? { maxUnavailable: 0, maxSurge: 1 } : { maxUnavailable: 1, maxSurge: 0 },
      },
      leaderWorkerTemplate: {
        size: nodes,
        restartPolicy: 'RecreateGroupOnPodRestart',
        leaderTemplate: groupPod(deployment, container, 'leader', leader, wishes),
        workerTemplate: groupPod(deployment, container, 'worker', worker, wishes),
        ...ownClaims(deployment, container),
      },
    },
  };
  const template = (...more: string[]): string[] => ['spec', 'leaderWorkerTemplate', ...more];
  const remarks: Remark[] = [
    { path: ['spec', 'replicas'], text: 'Groups, each of which is one server.' },
    { path: ['spec', 'startupPolicy'], text: 'The leader is not ready before its workers are: waiting for it would wait for ever.' },
    {
      path: ['spec', 'rolloutStrategy'],
      text: `${spareGpus} of the planned GPUs are spare, and a group takes ${gpus.value}: ${surge ? 'a new group starts first.' : 'an old group ends before a new one starts.'}`,
    },
    { path: template('size'), text: `${nodes} pods x ${gpusPerNode} GPUs = ${gpus.because}` },
    { path: template('restartPolicy'), text: 'An engine that has lost one of its nodes cannot take it back.' },
    ...groupPodRemarks(deployment, container, 'leader', template('leaderTemplate'), because),
    ...groupPodRemarks(deployment, container, 'worker', template('workerTemplate'), because),
  ];
  if (ownClaim) {
    remarks.push(
      {
        path: template('volumeClaimTemplates'),
        text: `Each pod keeps weights and compiled kernels on a volume of its own: ${container.cacheGib.because}`,
      },
      {
        path: template('persistentVolumeClaimRetentionPolicy'),
        text: 'Every restart of a group deletes its set of workers; the volumes must outlive that.',
      },
    );
  }
  const header = [
    `For the LeaderWorkerSet controller ${LWS_RELEASE} or newer.`,
    'Where the network has zones (racks, blocks), keep a group in one: annotation leaderworkerset.sigs.k8s.io/exclusive-topology with the label of the nodes that names the zone.',
  ];
  return { file: 'leaderworkerset.yaml', object, header, remarks };
}

/** A model that is copied in must be there for all pods: they then share the usual claim. */
function ownClaims(deployment: Deployment, { cacheGib, mount }: ServerContainer): OwnClaims {
  if (mount !== null) return {};
  return {
    volumeClaimTemplates: [
      {
        metadata: { name: CACHE_VOLUME, labels: objectLabels(deployment) },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: `${cacheGib.value}Gi` } } },
      },
    ],
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
  };
}
