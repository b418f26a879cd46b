import { type Cause, change, environment, outside } from '../cause.ts';

/** Several processes, GPUs or nodes. */
export const DISTRIBUTED_CAUSES: readonly Cause[] = [
  {
    id: 'shared-memory',
    title: 'Shared memory (/dev/shm) is too small',
    patterns: [
      /Error while creating shared memory segment/i,
      /ncclShmOpen|shm(?:get|_open)[^\n]{0,40}(?:failed|error)/i,
      /No space left on device[^\n]{0,200}\/dev\/shm|\/dev\/shm[^\n]{0,200}No space left on device/i,
      /^\s*Bus error|\bSIGBUS\b|insufficient shared memory/im,
      /unable to (?:open|allocate|mmap)[^\n]{0,40}shared memory/i,
    ],
    rank: 'cause',
    explain: () => 'NCCL and the message queues between workers live in /dev/shm, of which a container gets 64 MiB unless told otherwise.',
    remedies: [
      outside(
        'Start the container with `--ipc=host` or `--shm-size 16g` (Kubernetes: an emptyDir with `medium: Memory` at /dev/shm).',
        'the workers can share memory',
      ),
    ],
    source: 'https://docs.vllm.ai/en/latest/deployment/docker.html; NCCL shm transport',
  },
  {
    id: 'nccl-timeout',
    title: 'A collective operation timed out',
    patterns: [
      /Watchdog caught collective operation timeout/i,
      /collective operation timeout: WorkNCCL/i,
      /(?:DistStoreError|DistNetworkError|TCPStore)[^\n]{0,200}(?:timed? ?out|timeout)/i,
      /Timed out (?:after \d+ seconds )?waiting for (?:clients|.*ranks)/i,
      /wait timeout after \d+ms/i,
      /RPC call to \w+ timed out/i,
      /shm_broadcast[^\n]{0,40}(?:TimeoutError|timed out)/i,
    ],
    rank: 'general',
    explain: () =>
      'One rank waits for another that is stuck or dead: a link between GPUs that does not work (P2P behind an IOMMU), a wrong network interface, or a worker that failed earlier.',
    remedies: [
      environment('NCCL_P2P_DISABLE', '1', 'traffic between GPUs goes through host memory: slower, but it works without P2P'),
      change('noCustomAllReduce'),
    ],
    source: 'https://docs.vllm.ai/en/latest/usage/troubleshooting.html; torch ProcessGroupNCCL',
  },
  {
    id: 'peer-access',
    title: 'The GPUs cannot read each other’s memory',
    patterns: [
      /peer access is not supported between these two devices/i,
      /Cuda error \S*custom_all_red/i,
      /custom_all_reduce\.cuh?:\d+[^\n]{0,60}(?:invalid argument|error)/i,
      /CUDA error: (?:peer access|mapping of buffer object failed)/i,
      /P2P is (?:disabled|not supported)[^\n]{0,60}(?:error|fail)/i,
    ],
    rank: 'cause',
    explain: () =>
      'The custom all-reduce kernel needs direct access between the GPUs, which these cards, their driver or the virtual machine do not give.',
    remedies: [change('noCustomAllReduce'), environment('NCCL_P2P_DISABLE', '1', 'NCCL goes through host memory')],
    source: 'vLLM distributed/device_communicators/custom_all_reduce.py',
  },
  {
    id: 'nccl-error',
    title: 'NCCL failed',
    patterns: [
      /NCCL error[^\n]{0,200}/i,
      /ncclSystemError|ncclUnhandledCudaError|ncclInternalError|ncclRemoteError|ncclInvalidUsage/,
      /NCCL_ERROR_\w+/,
      /NCCL WARN Cuda failure/i,
    ],
    rank: 'general',
    explain: () =>
      'The library that connects the GPUs reports an error of the system: shared memory, a network interface, a driver, or GPUs that are used twice.',
    remedies: [
      environment('NCCL_DEBUG', 'INFO', 'the log then names the call that failed'),
      outside(
        'In a container use `--ipc=host`; on several nodes set NCCL_SOCKET_IFNAME to the interface that connects them.',
        'the usual reasons are gone',
      ),
    ],
    source: 'https://docs.nvidia.com/deeplearning/nccl/user-guide/docs/troubleshooting.html',
  },
  {
    id: 'ray-cluster',
    anyLevel: true,
    title: 'Ray cannot place the workers',
    patterns: [
      /Cannot provide a placement group requiring/i,
      /Failed to import Ray/i,
      /Current node has no \S+ available/i,
      /Ray workers have not started/i,
      /is not included in a placement group/i,
      /Current node has no GPU available/i,
      /Ray does not allocate any GPUs on the driver node/i,
      /Cannot provide a placement group of/i,
      /Waiting for creating a placement group/i,
      /Ray is not installed|ImportError[^\n]{0,40}\bray\b|No module named 'ray'/i,
      /Ray cluster is not found|Could not find any running Ray instance|Failed to connect to (?:the )?Ray/i,
      /placement group[^\n]{0,60}(?:timed out|timeout|infeasible|cannot)/i,
      /Every node should have a unique IP address/i,
    ],
    rank: 'general',
    explain: () =>
      'The Ray cluster does not offer the GPUs that the layout asks for from where the engine starts, or other jobs hold them.',
    remedies: [
      outside(
        'Check `ray status` on the node that starts the engine: it needs a free GPU itself and as many as the layout in all; set VLLM_HOST_IP on every node. On a single node use --distributed-executor-backend mp.',
        'the workers can be placed',
      ),
      change('multiprocessing'),
    ],
    source: 'vLLM executor/ray_utils.py initialize_ray_cluster',
  },
  {
    id: 'multi-node-network',
    title: 'The nodes cannot reach each other',
    patterns: [
      /Gloo connectFullMesh failed/i,
      /(?:Connection refused|No route to host|Connection reset by peer)[^\n]{0,200}(?:gloo|nccl|TCPStore|master)?/i,
      /(?:client socket|connect)[^\n]{0,60}has (?:timed out|failed)[^\n]{0,80}(?:\d+\.\d+\.\d+\.\d+|localhost)/i,
      /Unable to find address for: (?<name>\w+)/i,
      /no socket interface found|Bootstrap : no socket interface/i,
    ],
    rank: 'general',
    explain: () =>
      'A process cannot open a connection to another one: a wrong interface or address, a firewall, or a process that is not there.',
    remedies: [
      outside(
        'Set VLLM_HOST_IP, NCCL_SOCKET_IFNAME and GLOO_SOCKET_IFNAME to the interface that connects the nodes, and open its ports.',
        'the ranks find each other',
      ),
    ],
    source: 'https://docs.vllm.ai/en/latest/serving/parallelism_scaling.html',
  },
  {
    id: 'spawn-needed',
    title: 'CUDA was used before the workers were forked',
    patterns: [
      /Cannot re-initialize CUDA in forked subprocess/i,
      /An attempt has been made to start a new process before the current process has finished its bootstrapping phase/i,
    ],
    rank: 'cause',
    explain: () => 'The program that starts the engine has touched CUDA, or starts it outside of `if __name__ == "__main__":`.',
    remedies: [
      environment('VLLM_WORKER_MULTIPROC_METHOD', 'spawn', 'workers start fresh'),
      outside('Put the start of the engine under `if __name__ == "__main__":`.', 'the module can be imported by the workers'),
    ],
    source: 'https://docs.vllm.ai/en/latest/usage/troubleshooting.html#python-multiprocessing',
  },
];
