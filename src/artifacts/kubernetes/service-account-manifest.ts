import type { IServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import type { Deployment } from '../deployment.ts';
import type { Manifest } from './manifest.ts';
import { objectLabels } from './object-names.ts';

export function serviceAccountManifest(deployment: Deployment): Manifest {
  const object = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: deployment.service, labels: objectLabels(deployment) },
    automountServiceAccountToken: false,
  } satisfies IServiceAccount;
  return { file: 'serviceaccount.yaml', object, header: ['It may do nothing: the server never asks the API of the cluster.'], remarks: [] };
}
