import { engineSeries, growing, steady } from '../input-series.ts';
import { KV_USAGE, PREFIX_CACHE } from '../metric-names.ts';
import type { InputSeries, RecordingRule } from '../rule.ts';
import type { Watch } from '../watch.ts';

/** How much the model's servers do, and how full they are. */
export function loadRecordings(watch: Watch): RecordingRule[] {
  const rules: (RecordingRule | null)[] = [
    rate(watch, 'model:vllm_output_tokens:rate5m', 'vllm:generation_tokens_total', 'Output tokens per second of all servers.'),
    rate(watch, 'model:vllm_prompt_tokens:rate5m', 'vllm:prompt_tokens_total', 'Prompt tokens per second of all servers, cached ones too.'),
    rate(
      watch,
      'model:vllm_requests:rate5m',
      'vllm:request_success_total',
      'Requests that the engines finished per second, for any reason.',
    ),
    rate(
      watch,
      'model:vllm_preemptions:rate5m',
      'vllm:num_preemptions_total',
      'Requests that had to give back their KV cache, per second.',
    ),
    outputPerServer(watch),
    gauge(watch, 'model:vllm_running:sum', 'sum', 'vllm:num_requests_running', 'Requests in batches, all servers.'),
    waiting(watch),
    kvUsage(watch),
    prefixHits(watch),
  ];
  return rules.filter((rule) => rule !== null);
}

function rate(watch: Watch, record: string, counter: string, because: string): RecordingRule | null {
  if (watch.fed(counter) === null) return null;
  const reasons = counter === 'vllm:request_success_total' ? { finished_reason: 'stop' } : {};
  return {
    record,
    expr: `sum by (model_name) (rate(${watch.engines(counter)}[5m]))`,
    because,
    proof: proof(
      watch,
      [growing(engineSeries(watch, counter, reasons), 60), growing(engineSeries(watch, counter, { ...reasons, engine: '1' }), 30)],
      1.5,
    ),
  };
}

function outputPerServer(watch: Watch): RecordingRule {
  const counter = 'vllm:generation_tokens_total';
  const input = [growing(engineSeries(watch, counter), 6000), growing(engineSeries(watch, counter, {}, 2), 3000)];
  return {
    record: 'model:vllm_output_tokens_per_server:rate5m',
    expr: `avg by (model_name) (sum by (model_name, instance) (rate(${watch.engines(counter)}[5m])))`,
    because: 'Comparable with the forecast, which is for one server, however many there are.',
    proof: proof(watch, input, 75),
  };
}

function gauge(watch: Watch, record: string, over: 'sum' | 'max', metric: string, because: string): RecordingRule {
  const values = [3, 4];
  const input = values.map((value, engine) => steady(engineSeries(watch, metric, { engine: String(engine) }), value));
  const expected = over === 'sum' ? 7 : 4;
  return { record, expr: `${over} by (model_name) (${watch.engines(metric)})`, because, proof: proof(watch, input, expected) };
}

/** What waits for room only: requests that wait for a LoRA adapter or a KV transfer are told apart from 0.20 on. */
export const WAITING_BY_REASON = 'vllm:num_requests_waiting_by_reason';

function waiting(watch: Watch): RecordingRule {
  if (watch.fed(WAITING_BY_REASON) === null) {
    return gauge(watch, 'model:vllm_waiting:sum', 'sum', 'vllm:num_requests_waiting', 'Requests that wait, all servers.');
  }
  const input = [
    steady(engineSeries(watch, WAITING_BY_REASON, { reason: 'capacity' }), 5),
    steady(engineSeries(watch, WAITING_BY_REASON, { reason: 'deferred' }), 2),
  ];
  return {
    record: 'model:vllm_waiting:sum',
    expr: `sum by (model_name) (${watch.engines(WAITING_BY_REASON, { reason: 'capacity' })})`,
    because: 'Requests that wait for room. Those held back on purpose (reason="deferred") are no sign of too little of it.',
    proof: proof(watch, input, 5),
  };
}

function kvUsage(watch: Watch): RecordingRule | null {
  const metric = KV_USAGE.find((name) => watch.fed(name) !== null);
  if (metric === undefined) return null;
  const input = [steady(engineSeries(watch, metric), 0.25), steady(engineSeries(watch, metric, {}, 2), 0.5)];
  return {
    record: 'model:vllm_kv_cache_usage:max',
    expr: `max by (model_name) (${watch.engines(metric)})`,
    because: 'Share of the KV cache in use (0 to 1) of the fullest engine: the one that preempts first.',
    proof: proof(watch, input, 0.5),
  };
}

function prefixHits(watch: Watch): RecordingRule | null {
  const names = PREFIX_CACHE.find(({ hits }) => watch.fed(hits) !== null);
  if (names === undefined) return null;
  const sum = (counter: string): string => `sum by (model_name) (rate(${watch.engines(counter)}[5m]))`;
  const input = [growing(engineSeries(watch, names.hits), 150), growing(engineSeries(watch, names.queries), 600)];
  return {
    record: 'model:vllm_prefix_cache_hit:ratio5m',
    expr: `${sum(names.hits)} / ${sum(names.queries)}`,
    because: 'Share of prompt tokens found in the prefix cache; both counters count tokens.',
    proof: proof(watch, input, 0.25),
  };
}

function proof(watch: Watch, input: readonly InputSeries[], value: number): RecordingRule['proof'] {
  return { input, minutes: 20, labels: { model_name: watch.deployment.servedName }, value };
}
