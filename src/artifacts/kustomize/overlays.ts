import type { INodeSelectorTerm } from 'kubernetes-models/v1/NodeSelectorTerm';
import type { IToleration } from 'kubernetes-models/v1/Toleration';
import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import { headerLines } from '../file-header.ts';
import { textFile } from '../generated-file.ts';
import { gpuTolerations } from '../kubernetes/node-placement.ts';
import { yamlText } from '../yaml-text.ts';
import { type Cloud, type CloudNodes, cloudNodes } from './cloud-nodes.ts';
import { deploymentPatch } from './deployment-patch.ts';
import type { Folder } from './kustomization.ts';

const path = (name: string): string => `kustomize/overlays/${name}`;

export interface Stage {
  readonly name: string;
  readonly components: readonly string[];
  readonly replicas?: number;
}

/** One environment: each in a namespace of its own, since the names are the same. */
export function stageOverlay(deployment: Deployment, { name, components, replicas }: Stage): Folder {
  return {
    path: path(name),
    kind: 'Kustomization',
    header: [`kubectl apply --kustomize ${path(name)} --namespace NAMESPACE`],
    fields: {
      resources: ['../../base'],
      components: components.map((component) => `../../components/${component}`),
      labels: [{ pairs: { 'vllm-wizard/environment': name }, includeTemplates: true }],
      ...(replicas !== undefined && { replicas: [{ name: deployment.service, count: replicas }] }),
    },
    files: [],
  };
}

/** Production on the nodes of one cloud; null: the cloud has no machine with the planned GPU. */
export function cloudOverlay(deployment: Deployment, container: ServerContainer, cloud: Cloud, gpu: string): Folder | null {
  const nodes = cloudNodes(cloud, gpu);
  if (nodes === null) return null;
  const tolerations = [...gpuTolerations(container), ...TAINTS[cloud]];
  const machines: INodeSelectorTerm = { matchExpressions: [{ key: nodes.key, operator: 'In', values: [...nodes.values] }] };
  const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [machines] } };
  const spec = { affinity: { nodeAffinity }, tolerations };
  const patch = deploymentPatch(deployment, { template: { spec } });
  const remarks = [{ path: ['spec', 'template', 'spec', 'affinity'], text: remark(nodes) }];
  return {
    path: path(cloud),
    kind: 'Kustomization',
    header: [`Production on ${NAMES[cloud]}: its labels of nodes instead of those of GPU feature discovery.`],
    fields: { resources: ['../prod'], patches: [{ path: 'nodes.yaml' }] },
    files: [textFile(`${path(cloud)}/nodes.yaml`, yamlText(patch, headerLines(deployment), remarks))],
  };
}

const NAMES: Readonly<Record<Cloud, string>> = { gke: 'GKE', eks: 'EKS', aks: 'AKS' };

/** @source learn.microsoft.com "Use GPUs for compute-intensive workloads on AKS": node pools with the taint sku=gpu:NoSchedule */
const TAINTS: Readonly<Record<Cloud, readonly IToleration[]>> = {
  gke: [],
  eks: [],
  aks: [{ key: 'sku', operator: 'Equal', value: 'gpu', effect: 'NoSchedule' }],
};

function remark({ values }: CloudNodes): string {
  return values.length === 1
    ? 'The machines with the planned GPU.'
    : 'All machines with the planned GPU, of any count: the pod asks for how many.';
}
