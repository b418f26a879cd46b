import type { Metric } from './metric.ts';

/**
 * What the API server says about HTTP, in every release held: the only place that counts refused requests, since
 * `vllm:request_success_total` counts requests that the engine finished. None of them names the model: select by scrape job.
 *
 * `status` is a class (`2xx`), `handler` the route's path (`/v1/chat/completions`), or `none` for a path without a route; under FastAPI
 * 0.137 and later every path is `none`.
 * Requests to /metrics, /health, /load, /ping, /version and /server_info are not counted.
 *
 * @source prometheus-fastapi-instrumentator 8.1.0 `metrics.default`; vllm/entrypoints/serve/instrumentator/metrics.py 0.33.0
 */
export const HTTP_METRICS: readonly Metric[] = [
  http('http_requests_total', 'counter', ['method', 'status', 'handler'], null),
  http('http_request_size_bytes', 'summary', ['handler'], null),
  http('http_response_size_bytes', 'summary', ['handler'], null),
  http(
    'http_request_duration_highr_seconds',
    'histogram',
    [],
    [0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 7.5, 10, 30, 60],
  ),
  http('http_request_duration_seconds', 'histogram', ['method', 'handler'], [0.1, 0.5, 1]),
];

function http(name: string, type: Metric['type'], labels: readonly string[], buckets: readonly number[] | null): Metric {
  return { name, type, labels, needs: [], hidden: false, buckets, family: null };
}
