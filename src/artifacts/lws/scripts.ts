/**
 * Shell that hands its words on to the engine, untouched, with the data parallel rank of the pod's first engine: only a
 * shell can multiply.
 */
export function startRankScript(localSize: number): string {
  return `exec vllm serve "$@" --data-parallel-start-rank "$((LWS_WORKER_INDEX * ${localSize}))"`;
}

const RAY_PORT = 6379;

/** Prints how many nodes of the cluster are alive. */
const COUNT_NODES = 'import ray; ray.init(address="auto", logging_level="ERROR"); print(sum(node["Alive"] for node in ray.nodes()))';

/** The engine looks at the cluster once, when it starts: it must be whole by then. */
export const RAY_LEADER_SCRIPT = [
  `ray start --head --port=${RAY_PORT} --node-ip-address="$VLLM_HOST_IP" || exit 1`,
  `until [ "$(python3 -c '${COUNT_NODES}' 2>/dev/null)" = "$LWS_GROUP_SIZE" ]; do sleep 5; done`,
  'exec vllm serve "$@"',
].join('\n');

/** Ends when the leader's cluster does, and with it the pod, so that the group starts anew. */
export const RAY_WORKER_SCRIPT = [
  `until ray status --address "$LWS_LEADER_ADDRESS:${RAY_PORT}" >/dev/null 2>&1; do sleep 5; done`,
  `exec ray start --block --address="$LWS_LEADER_ADDRESS:${RAY_PORT}" --node-ip-address="$VLLM_HOST_IP"`,
].join('\n');
