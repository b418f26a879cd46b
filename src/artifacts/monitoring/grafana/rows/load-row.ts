import { type Board, shownMetric } from '../board.ts';
import { numberText } from '../number-text.ts';
import type { LinesSpec, QuerySpec, RowSpec } from '../panel-spec.ts';
import { ANSWERING, engines, mean, quantile, rate, SERVERS } from '../promql.ts';

/** What arrives, what is in the batch, what waits. */
export function loadRow(board: Board): RowSpec {
  return { title: 'Load and queue', panels: [batch(board), queue(board), queueTime(), finished(board), lengths(board), answers(board)] };
}

function batch({ deployment: { capacity } }: Board): LinesSpec {
  return {
    kind: 'lines',
    title: 'Requests in the batch',
    width: 8,
    unit: 'count',
    queries: [
      { expr: `sum by (instance, engine) (${engines('vllm:num_requests_running')})`, legend: '{{instance}} engine {{engine}}' },
      { expr: `vector(${capacity.maxNumSeqs})`, legend: 'max_num_seqs', planned: true },
    ],
    means: 'Requests that each engine generates for at the same time.',
    plan: `At most ${capacity.maxNumSeqs} on each engine (max_num_seqs).`,
    act: 'Uneven engines: the load balancer does not see their queues. At the most while the KV cache has room: raise max_num_seqs.',
  };
}

function queue(board: Board): LinesSpec {
  const byReason = 'vllm:num_requests_waiting_by_reason';
  const named = shownMetric(board, byReason) !== null;
  const { value, because } = board.waitingLimit;
  const expr = named ? `sum by (reason) (${engines(byReason)})` : `sum(${engines('vllm:num_requests_waiting')})`;
  return {
    kind: 'lines',
    title: 'Requests waiting',
    width: 8,
    unit: 'count',
    stacked: true,
    limit: value * board.deployment.replicas,
    queries: [{ expr, legend: named ? '{{reason}}' : 'waiting' }],
    means: named
      ? 'capacity: no room in the batch or the KV cache. deferred: held back on purpose (LoRA slots, KV transfer, blocked), not a sign of overload.'
      : 'Requests that have arrived and are not in the batch yet.',
    plan: `The red line: ${value} in each of ${board.deployment.replicas} servers (${because}).`,
    act: 'Waits for capacity that stay: more replicas. With a full batch but an empty KV cache: a higher max_num_seqs.',
  };
}

function queueTime(): LinesSpec {
  const name = 'vllm:request_queue_time_seconds';
  return {
    kind: 'lines',
    title: 'Time in the queue',
    width: 8,
    unit: 'seconds',
    queries: [
      { expr: mean(name), legend: 'mean' },
      { expr: quantile(0.95, name), legend: 'p95' },
    ],
    means:
      'How long a request waited before its prefill began. The first bucket ends at 0.3 s, so small quantiles are guesses; the mean is exact.',
    act: 'It is the part of the first token that more replicas take away.',
  };
}

function finished({ deployment: { load, forecast } }: Board): LinesSpec {
  const perServer = load.requestRate ?? forecast?.requestsPerS ?? null;
  const plan: QuerySpec[] =
    perServer === null ? [] : [{ expr: `${Number(perServer.toPrecision(6))} * ${ANSWERING}`, legend: 'plan', planned: true }];
  return {
    kind: 'lines',
    title: 'Requests finished, by how',
    width: 8,
    unit: 'requestsPerS',
    queries: [{ expr: `sum by (finished_reason) (${rate('vllm:request_success_total')})`, legend: '{{finished_reason}}' }, ...plan],
    means: 'stop: the model ended. length: max_tokens was reached. abort: the client went away. error: the engine failed.',
    ...(perServer !== null && { plan: `${numberText(perServer)} requests/s for each server.` }),
    act: 'Many "length": answers are cut off. Many "abort": clients give up, look at the time to the first token.',
  };
}

function lengths({ deployment: { load, generates } }: Board): LinesSpec {
  const answerPlan: QuerySpec[] = generates ? [{ expr: `vector(${load.genTokens})`, legend: 'answer, plan', planned: true }] : [];
  return {
    kind: 'lines',
    title: 'Length of a request',
    width: 8,
    unit: 'tokens',
    queries: [
      { expr: mean('vllm:request_prompt_tokens'), legend: 'prompt, mean' },
      { expr: mean('vllm:request_generation_tokens'), legend: 'answer, mean' },
      { expr: `vector(${load.promptTokens})`, legend: 'prompt, plan', planned: true },
      ...answerPlan,
    ],
    means: 'Mean tokens of finished requests.',
    plan: `${numberText(load.promptTokens)} tokens in${generates ? `, ${numberText(load.genTokens)} out` : ''}.`,
    act: 'Far from the plan: plan again with these lengths; memory, latency and cost all follow from them.',
  };
}

function answers(board: Board): LinesSpec {
  const refused = 'vllm:admission_rejections_total';
  // Without an engine label and counted in the API server.
  const rejections =
    shownMetric(board, refused) === null ? [] : [{ expr: `sum by (reason) (${rate(refused)})`, legend: 'refused: {{reason}}' }];
  return {
    kind: 'lines',
    title: 'HTTP answers, by status',
    width: 8,
    unit: 'requestsPerS',
    queries: [
      { expr: `sum by (status) (rate(http_requests_total{${SERVERS}, handler!~"/v1/models"}[$__rate_interval]))`, legend: '{{status}}' },
      ...rejections,
    ],
    means: 'Answers of the API server. Requests that it refuses (4xx) or fails (5xx) are counted only here.',
    act: '4xx: wrong model name, too long a prompt, a missing key. 5xx: the server log has the trace.',
  };
}
