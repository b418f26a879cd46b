import { type Board, kvUsage, tokenGap } from '../board.ts';
import { durationText, numberText } from '../number-text.ts';
import type { NumberSpec, RowSpec } from '../panel-spec.ts';
import { ANSWERING, engines, quantile, sumRate } from '../promql.ts';

/** Eight numbers: is it there, is it busy, is it within its limits. */
export function overviewRow(board: Board): RowSpec {
  return { title: 'At a glance', panels: [...presence(board), ...pressure(board), ...service(board)] };
}

function presence({ deployment: { replicas } }: Board): NumberSpec[] {
  return [
    {
      kind: 'number',
      title: 'Servers answering',
      width: 3,
      unit: 'none',
      greenFrom: replicas,
      queries: [{ expr: `${ANSWERING} or vector(0)`, legend: 'servers' }],
      means: 'Servers of this model that Prometheus could scrape just now.',
      plan: `${replicas}.`,
      act: 'Fewer: look at the logs of the missing one; the first error of a start-up that failed says which memory or flag it was.',
    },
  ];
}

function pressure(board: Board): NumberSpec[] {
  const { capacity, load, replicas } = board.deployment;
  const { value, because } = board.waitingLimit;
  return [
    {
      kind: 'number',
      title: 'Running',
      width: 3,
      unit: 'none',
      queries: [{ expr: `sum(${engines('vllm:num_requests_running')})`, legend: 'running' }],
      means: 'Requests in the batch, over all chosen servers.',
      plan: `${load.concurrency} on each server; at most ${capacity.maxNumSeqs} on each engine (max_num_seqs).`,
      act: 'At the most and with requests waiting: see "Room for more".',
    },
    {
      kind: 'number',
      title: 'Waiting',
      width: 3,
      unit: 'none',
      redFrom: value * replicas + 1,
      queries: [{ expr: `sum(${engines('vllm:num_requests_waiting')})`, legend: 'waiting' }],
      means: 'Requests that have arrived and are not in the batch yet.',
      plan: `At most ${value} in each server (${because}); more of them for five minutes are an alert.`,
      act: 'When it stays: more replicas, or shorter prompts and answers.',
    },
    {
      kind: 'number',
      title: 'KV cache in use',
      width: 3,
      unit: 'fraction',
      redFrom: 0.95,
      queries: [{ expr: `max(${engines(kvUsage(board))})`, legend: 'fullest engine' }],
      means: 'Share of KV cache blocks that hold tokens, on the fullest engine.',
      ...(capacity.kvTokens !== null && { plan: `${numberText(capacity.kvTokens)} tokens are the whole of it.` }),
      act: 'Full alone is fine. Full and with preemptions: fewer requests at once, or more memory for the cache.',
    },
  ];
}

function service(board: Board): NumberSpec[] {
  const { limits, forecast } = board.deployment;
  const failed = sumRate('vllm:request_success_total', 'finished_reason=~"abort|error"');
  return [
    {
      kind: 'number',
      title: 'First token, p95',
      width: 3,
      unit: 'seconds',
      ...(limits.ttftMs && { redFrom: limits.ttftMs.value / 1000 }),
      queries: [{ expr: quantile(0.95, 'vllm:time_to_first_token_seconds'), legend: 'p95' }],
      means: 'Time from a request to its first token, of the slowest 5 %.',
      ...(limits.ttftMs && { plan: `At most ${durationText(limits.ttftMs.value)} (${limits.ttftMs.because}).` }),
      act: 'See "Where the time goes": waiting asks for replicas, prefill for shorter prompts or prefix caching.',
    },
    {
      kind: 'number',
      title: 'Between tokens, p95',
      width: 3,
      unit: 'seconds',
      ...(limits.itlMs && { redFrom: limits.itlMs.value / 1000 }),
      queries: [{ expr: quantile(0.95, tokenGap(board)), legend: 'p95' }],
      means: 'Time between two tokens of a request, of the slowest 5 %.',
      ...(limits.itlMs && { plan: `At most ${durationText(limits.itlMs.value)} (${limits.itlMs.because}).` }),
      act: 'Grows with the batch: a lower max_num_seqs or more replicas bring it down.',
    },
    {
      kind: 'number',
      title: 'Output',
      width: 3,
      unit: 'tokensPerS',
      queries: [{ expr: sumRate('vllm:generation_tokens_total'), legend: 'output' }],
      means: 'Tokens generated per second, over all chosen servers.',
      ...(forecast && { plan: `${numberText(forecast.outputTokensPerS)} tok/s on each server under the planned load.` }),
      act: 'Compare under "Plan against actual", at a load like the planned one.',
    },
    {
      kind: 'number',
      title: 'Not finished',
      width: 3,
      unit: 'fraction',
      redFrom: 0.01,
      queries: [{ expr: `${failed} / ${sumRate('vllm:request_success_total')}`, legend: 'aborted or failed' }],
      means: 'Share of requests that ended by a client going away (abort) or by an error of the engine.',
      act: 'Aborts that grow with the waiting time are clients that give up. Errors are in the server log.',
    },
  ];
}
