import type { GpuId } from '../../catalog/gpus.ts';

/** How a cloud's Kubernetes tells nodes with one kind of GPU from others. */
export interface CloudNodes {
  readonly key: string;
  readonly values: readonly string[];
}

export const CLOUDS = ['gke', 'eks', 'aks'] as const;
export type Cloud = (typeof CLOUDS)[number];

/**
 * GKE labels the GPU itself. EKS (managed groups, Karpenter and Auto Mode, which name the GPU by different keys) and AKS
 * share the label of the instance type.
 *
 * @source public manifests for each value of gke-accelerator; kubernetes.io "Well-Known Labels"; AWS: "Target AI/ML
 * workloads to specific nodes with labels"; types of machines: the clouds' own lists of accelerated instances
 */
const KEY: Readonly<Record<Cloud, string>> = {
  gke: 'cloud.google.com/gke-accelerator',
  eks: 'node.kubernetes.io/instance-type',
  aks: 'node.kubernetes.io/instance-type',
};

const AWS_SIZES = ['xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge', '24xlarge', '48xlarge'];
const family = (name: string): string[] => AWS_SIZES.map((size) => `${name}.${size}`);
const azure = (...sizes: readonly string[]): string[] => sizes.map((size) => `Standard_${size}`);

/** Machines whose GPUs are exactly the catalog's; absent: the cloud has none. How many a node has is the scheduler's business. */
const MACHINES: { readonly [id in GpuId]?: { readonly [cloud in Cloud]?: readonly string[] } } = {
  't4-16gb': {
    gke: ['nvidia-tesla-t4'],
    eks: ['xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge', 'metal'].map((size) => `g4dn.${size}`),
    aks: azure('NC4as_T4_v3', 'NC8as_T4_v3', 'NC16as_T4_v3', 'NC64as_T4_v3'),
  },
  'v100-sxm-16gb': { gke: ['nvidia-tesla-v100'], eks: ['p3.2xlarge', 'p3.8xlarge', 'p3.16xlarge'] },
  'v100-sxm-32gb': { eks: ['p3dn.24xlarge'], aks: azure('ND40rs_v2') },
  'a10g-24gb': { eks: family('g5') },
  'l4-24gb': { gke: ['nvidia-l4'], eks: [...family('g6'), 'gr6.4xlarge', 'gr6.8xlarge'] },
  'l40s-48gb': { eks: family('g6e') },
  'a100-sxm-40gb': { gke: ['nvidia-tesla-a100'], eks: ['p4d.24xlarge'], aks: azure('ND96asr_v4') },
  'a100-sxm-80gb': { gke: ['nvidia-a100-80gb'], eks: ['p4de.24xlarge'], aks: azure('ND96amsr_A100_v4') },
  'a100-pcie-80gb': { aks: azure('NC24ads_A100_v4', 'NC48ads_A100_v4', 'NC96ads_A100_v4') },
  'h100-sxm-80gb': {
    gke: ['nvidia-h100-80gb', 'nvidia-h100-mega-80gb'],
    eks: ['p5.4xlarge', 'p5.48xlarge'],
    aks: azure('ND96isr_H100_v5'),
  },
  'h100-nvl-94gb': { aks: azure('NC40ads_H100_v5', 'NC80adis_H100_v5') },
  'h200-sxm-141gb': { gke: ['nvidia-h200-141gb'], eks: ['p5e.48xlarge', 'p5en.48xlarge'], aks: azure('ND96isr_H200_v5') },
  'b200-180gb': { gke: ['nvidia-b200'], eks: ['p6-b200.48xlarge'] },
  'b300-270gb': { eks: ['p6-b300.48xlarge'] },
  'gb200-186gb': { gke: ['nvidia-gb200'] },
  'rtx-pro-6000-server-96gb': { gke: ['nvidia-rtx-pro-6000'] },
  'mi300x-192gb': { aks: azure('ND96isr_MI300X_v5') },
};

/** null: that cloud has no machine with this GPU that we know of. */
export function cloudNodes(cloud: Cloud, gpu: string): CloudNodes | null {
  const values = Object.entries(MACHINES).find(([id]) => id === gpu)?.[1][cloud];
  return values === undefined ? null : { key: KEY[cloud], values };
}
