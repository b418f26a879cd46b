import type { IAffinity } from 'kubernetes-models/v1/Affinity';
import type { INodeSelectorTerm } from 'kubernetes-models/v1/NodeSelectorTerm';
import type { IToleration } from 'kubernetes-models/v1/Toleration';
import type { GpuClass, ServerContainer } from '../container.ts';

/** The extended resource under which the vendor's device plugin offers its GPUs. */
export function gpuResource({ vendor }: Pick<ServerContainer, 'vendor'>): string {
  return `${vendor}.com/gpu`;
}

export function gpuTolerations(container: ServerContainer): IToleration[] {
  return [{ key: gpuResource(container), operator: 'Exists', effect: 'NoSchedule' }];
}

/** Terms are alternatives: the planned kind of GPU, or a node that GPU feature discovery has not labelled. */
export function gpuNodeTerms({ computeMajor, computeMinor, memoryMibAbove }: GpuClass): INodeSelectorTerm[] {
  return [
    {
      matchExpressions: [
        { key: 'nvidia.com/gpu.compute.major', operator: 'In', values: [computeMajor] },
        { key: 'nvidia.com/gpu.compute.minor', operator: 'In', values: [computeMinor] },
        { key: 'nvidia.com/gpu.memory', operator: 'Gt', values: [String(memoryMibAbove)] },
      ],
    },
    { matchExpressions: [{ key: 'nvidia.com/gpu.memory', operator: 'DoesNotExist' }] },
  ];
}

export function gpuAffinity(gpuClass: GpuClass): IAffinity {
  return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: gpuNodeTerms(gpuClass) } } };
}

export const NODE_TERMS_REMARK = 'The planned kind of GPU, by the labels of GPU feature discovery; or a node without such labels.';
