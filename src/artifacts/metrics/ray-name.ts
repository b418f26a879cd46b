const RAY = /^ray_vllm_/;

/**
 * The engine's own name of a series that Ray exposes for it: inside Ray Serve the agent of each node speaks for the engines,
 * under a prefix and without the colon, with `ReplicaId` and `WorkerId` as further labels. Other names stay as they are.
 *
 *   engineName('ray_vllm_num_requests_running')   // vllm:num_requests_running
 *
 * @source vllm/v1/metrics/ray_wrappers.py 0.11.0 on (the colon is replaced); ray-project/ray serve_llm_dashboard_panels.py
 */
export function engineName(series: string): string {
  return series.replace(RAY, 'vllm:');
}
