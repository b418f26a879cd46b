import type { IEnvVar } from 'kubernetes-models/v1/EnvVar';
import type { ServerContainer } from '../container.ts';

/** The network interface of pods with nearly every network plugin. */
const POD_INTERFACE = 'eth0';

/** How the engine and NCCL find the way to other nodes; what the plan sets itself is left to it. */
export function nodeEnv({ env }: Pick<ServerContainer, 'env'>): IEnvVar[] {
  const ours: IEnvVar[] = [
    { name: 'VLLM_HOST_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
    { name: 'GLOO_SOCKET_IFNAME', value: POD_INTERFACE },
    { name: 'NCCL_DEBUG', value: 'WARN' },
    { name: 'NCCL_SOCKET_IFNAME', value: POD_INTERFACE },
  ];
  return ours.filter(({ name }) => !env.some(([given]) => given === name));
}

export const NODE_ENV_REMARK = `${POD_INTERFACE} is where nodes meet, and over which NCCL starts; with RDMA its data takes the other way.`;

/** What a plan cannot know of the network between nodes. */
export const RDMA_HINT =
  'With RDMA (InfiniBand, RoCE, EFA), add its resource to requests and limits (rdma/ib, vpc.amazonaws.com/efa) and the capability IPC_LOCK; without it NCCL uses TCP, which is many times slower.';
