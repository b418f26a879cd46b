import { bucketLabel } from '../../metrics/metric.ts';
import { labelValues } from '../../metrics/metrics-of.ts';
import { engineSeries, growing, httpRequests, shareBelow } from '../input-series.ts';
import { CLIENT_REQUESTS, firstTokenObjective, type LatencyObjective, tokenObjective } from '../objectives.ts';
import type { RecordingRule } from '../rule.ts';
import type { Watch } from '../watch.ts';

const WINDOWS = [
  { window: '5m', minutes: 20 },
  { window: '30m', minutes: 60 },
  { window: '1h', minutes: 60 },
  { window: '6h', minutes: 60 },
] as const;

/** Shares that error budgets are made of. */
export function objectiveRecordings(watch: Watch): RecordingRule[] {
  const first = firstTokenObjective(watch);
  const token = tokenObjective(watch);
  return [
    ...(first === null ? [] : WINDOWS.map((window) => goodShare(watch, 'ttft', first, window))),
    ...(token === null ? [] : [goodShare(watch, 'itl', token, WINDOWS[0])]),
    ...WINDOWS.map((window) => failedShare(watch, window)),
    ...engineErrors(watch),
  ];
}

type Window = (typeof WINDOWS)[number];

function goodShare(
  watch: Watch,
  name: string,
  { histogram, bound, because }: LatencyObjective,
  { window, minutes }: Window,
): RecordingRule {
  const sum = (series: string): string => `sum by (model_name) (rate(${series}[${window}]))`;
  const bucket = watch.engines(`${histogram}_bucket`, { le: bucketLabel(bound) });
  return {
    record: `model:vllm_slo_${name}_good:ratio${window}`,
    expr: `${sum(bucket)} / ${sum(watch.engines(`${histogram}_count`))}`,
    because: `Share within the limit: ${because}.`,
    proof: {
      input: shareBelow(watch, histogram, bound, 0.75, 60),
      minutes,
      labels: { model_name: watch.deployment.servedName },
      value: 0.75,
    },
  };
}

function failedShare(watch: Watch, { window, minutes }: Window): RecordingRule {
  const failed = watch.server('http_requests_total', { ...CLIENT_REQUESTS, status: '5xx' });
  const all = watch.server('http_requests_total', CLIENT_REQUESTS);
  const labels = { model_name: watch.deployment.servedName };
  return {
    record: `model:vllm_error:ratio${window}`,
    // Before the first failure there is no series that counts failures.
    expr: `(sum(rate(${failed}[${window}])) or vector(0)) / sum(rate(${all}[${window}]))`,
    labels,
    because: 'Share of HTTP answers of class 5xx. The engine counts requests that it finished, not those that were refused.',
    proof: { input: httpRequests(watch, 60, 0.25), minutes, labels, value: 0.25 },
  };
}

export const ENGINE_ERRORS = 'model:vllm_engine_error:ratio5m';

/** From 0.13 on. */
export function tellsEngineErrors({ deployment: { version } }: Watch): boolean {
  return labelValues(version, 'finished_reason').includes('error');
}

/** Requests that the engine began and could not finish; some of them after HTTP had said 200. */
function engineErrors(watch: Watch): RecordingRule[] {
  const counter = 'vllm:request_success_total';
  if (!tellsEngineErrors(watch)) return [];
  const sum = (series: string): string => `sum by (model_name) (rate(${series}[5m]))`;
  const input = [
    growing(engineSeries(watch, counter, { finished_reason: 'stop' }), 45),
    growing(engineSeries(watch, counter, { finished_reason: 'error' }), 15),
  ];
  return [
    {
      record: ENGINE_ERRORS,
      expr: `${sum(watch.engines(counter, { finished_reason: 'error' }))} / ${sum(watch.engines(counter))}`,
      because: 'Share of requests that the engine gave up; a stream that breaks has answered 200 before.',
      proof: { input, minutes: 20, labels: { model_name: watch.deployment.servedName }, value: 0.25 },
    },
  ];
}
