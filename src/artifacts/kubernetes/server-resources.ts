import type { IResourceRequirements } from 'kubernetes-models/v1/ResourceRequirements';
import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import { gpuResource } from './node-placement.ts';

/** GPUs and memory are no more than asked for; idle cores may be used beyond the request. */
export function serverResources({ gpusPerNode }: Deployment, container: ServerContainer) {
  const firm = { memory: `${container.hostMemoryGib.value}Gi`, [gpuResource(container)]: gpusPerNode };
  return { requests: { cpu: container.cpuCores.value, ...firm }, limits: firm } satisfies IResourceRequirements;
}
