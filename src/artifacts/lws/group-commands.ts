import { serveArgv } from '../../engine/serve-argv.ts';
import type { ServerContainer } from '../container.ts';
import { kubernetesText } from '../kubernetes/kubernetes-text.ts';
import type { Joining } from '../multi-node/joining.ts';
import { withoutApiServers, withoutNodeFlags } from '../multi-node/node-flags.ts';
import { RAY_LEADER_SCRIPT, RAY_WORKER_SCRIPT, startRankScript } from './scripts.ts';

/** What a container starts, as Kubernetes reads it: $(NAME) is one of its variables, a doubled dollar a plain one. */
export interface PodCommand {
  readonly command: readonly string[];
  readonly args: readonly string[];
}

export interface GroupCommands {
  readonly leader: PodCommand;
  readonly worker: PodCommand;
  /** How the pods find each other. */
  readonly because: string;
}

/** Set by the LeaderWorkerSet controller in every container, before the variables of the pod. */
const GROUP_SIZE = '$(LWS_GROUP_SIZE)';
const NODE_RANK = '$(LWS_WORKER_INDEX)';
const LEADER = '$(LWS_LEADER_ADDRESS)';
/** The leader's own address: a socket can be bound to it before its name is known to the cluster's DNS. */
const OWN_ADDRESS = '$(VLLM_HOST_IP)';

/** @source vllm/config/parallel.py: default of master_port */
const MASTER_PORT = '29501';
/** @source the port of vLLM's own examples (docs/serving/data_parallel_deployment.md) */
const RPC_PORT = '13345';

/** The commands of the leader and of every other pod of a group. */
export function groupCommands({ args: given, version }: ServerContainer, joining: Joining): GroupCommands {
  const args = withoutNodeFlags(given, version);
  const leaderArgv = serveArgv(args, version).map(kubernetesText);
  const workerArgv = serveArgv(withoutApiServers(args, version), version).map(kubernetesText);
  const serve = ['vllm', 'serve'];
  switch (joining.kind) {
    case 'ranks': {
      const nodes = ['--distributed-executor-backend', 'mp', '--nnodes', GROUP_SIZE, '--node-rank', NODE_RANK];
      const meeting = [...nodes, '--master-addr', LEADER, '--master-port', MASTER_PORT];
      const engines = (address: string): string[] =>
        joining.dataParallel ? ['--data-parallel-address', address, '--data-parallel-rpc-port', RPC_PORT] : [];
      return {
        leader: { command: serve, args: [...leaderArgv, ...meeting, ...engines(OWN_ADDRESS)] },
        worker: { command: serve, args: [...workerArgv, ...meeting, ...engines(LEADER), '--headless'] },
        because: 'Every pod tells its engine which node of the group it is; they meet at the leader, without Ray.',
      };
    }
    case 'data-parallel': {
      const local = ['--data-parallel-size-local', String(joining.localSize)];
      const engines = (address: string): string[] => [...local, '--data-parallel-address', address, '--data-parallel-rpc-port', RPC_PORT];
      return {
        leader: { command: serve, args: [...leaderArgv, ...engines(OWN_ADDRESS)] },
        worker: {
          command: ['sh', '-c', kubernetesText(startRankScript(joining.localSize))],
          args: ['vllm', ...workerArgv, ...engines(LEADER), '--headless'],
        },
        because: `Every pod holds ${joining.localSize} of the data parallel ranks; the leader hands requests to all of them.`,
      };
    }
    case 'ray':
      return {
        leader: {
          command: ['sh', '-c', kubernetesText(RAY_LEADER_SCRIPT)],
          args: ['vllm', ...leaderArgv, '--distributed-executor-backend', 'ray'],
        },
        worker: { command: ['sh', '-c', kubernetesText(RAY_WORKER_SCRIPT)], args: [] },
        because:
          'This release joins nodes by Ray only: the leader waits until all pods are in the cluster, then starts the engine over it.',
      };
    default:
      return joining satisfies never;
  }
}
