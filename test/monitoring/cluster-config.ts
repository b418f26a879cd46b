import { stringify } from 'yaml';

/**
 * What the operator of Prometheus makes of monitors: the pod's labels on the server's series, the exporter's own pod on those
 * of the GPUs (so that the user's becomes `exported_pod`), and kube-state-metrics with the labels that it gives.
 */
export function clusterConfig(service: string): string {
  return stringify({
    scrape_configs: [
      {
        job_name: service,
        static_configs: [{ targets: ['127.0.0.1:8000'], labels: { namespace: 'models', pod: `${service}-0`, container: 'vllm' } }],
      },
      {
        job_name: 'nvidia-dcgm-exporter',
        static_configs: [{ targets: ['127.0.0.1:9400'], labels: { namespace: 'gpu-operator', pod: 'nvidia-dcgm-exporter-x' } }],
      },
      { job_name: 'kube-state-metrics', honor_labels: true, static_configs: [{ targets: ['127.0.0.1:8080'] }] },
    ],
  });
}
