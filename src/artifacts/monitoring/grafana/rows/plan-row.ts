import type { Forecast } from '../../../expectations.ts';
import { type Board, timePerToken } from '../board.ts';
import { durationText, numberText } from '../number-text.ts';
import type { LinesSpec, QuerySpec, RowSpec } from '../panel-spec.ts';
import { ANSWERING, engines, mean, sumRate } from '../promql.ts';

/** What was forecast beside what happens; the forecast holds at the planned load only, so that is shown too. */
export function planRow(board: Board): RowSpec {
  const { forecast } = board.deployment;
  const panels = forecast === null ? [] : [loadNow(board), throughput(forecast), firstToken(forecast), perToken(board, forecast)];
  return { title: 'Plan against actual', panels };
}

const ACT =
  'Outside the range for an hour at the planned load: the forecast does not hold here. Plan again with the measured load, or measure with the benchmark.';

function loadNow({ deployment: { load } }: Board): LinesSpec {
  const running = engines('vllm:num_requests_running');
  return {
    kind: 'lines',
    title: 'Load, as a share of the planned one',
    width: 6,
    unit: 'fraction',
    queries: [
      {
        expr: `sum(${running} + ${engines('vllm:num_requests_waiting')}) / (${load.concurrency} * ${ANSWERING})`,
        legend: 'requests in the server',
      },
      planned('1', 'plan'),
    ],
    means: 'The other panels of this row compare fairly only where this is near 100 %.',
    plan: `${load.concurrency} requests in each server, of ${load.promptTokens} tokens in and ${load.genTokens} out.`,
    act: 'Far off for days: plan again with the load that there is.',
  };
}

function throughput(forecast: Forecast): LinesSpec {
  const [low, high] = forecast.outputTokensPerSRange;
  const each = (value: number): string => `${exact(value)} * ${ANSWERING}`;
  return {
    kind: 'lines',
    title: 'Output tokens per second',
    width: 6,
    unit: 'tokensPerS',
    queries: [
      { expr: sumRate('vllm:generation_tokens_total'), legend: 'actual' },
      ...range(each(forecast.outputTokensPerS), each(low), each(high)),
    ],
    means: 'All chosen servers together. The forecast is for each server that answers, times their number.',
    plan: `${numberText(forecast.outputTokensPerS)} tok/s for each server; 90 % range ${numberText(low)} to ${numberText(high)}.`,
    act: ACT,
  };
}

function firstToken(forecast: Forecast): LinesSpec {
  return means('Mean time to the first token', 'vllm:time_to_first_token_seconds', forecast.ttftMs.mean, forecast.ttftRangeMs);
}

function perToken(board: Board, forecast: Forecast): LinesSpec {
  return means('Mean time per output token', timePerToken(board), forecast.tpotMs.mean, forecast.tpotRangeMs);
}

function means(title: string, histogram: string, meanMs: number, [lowMs, highMs]: readonly [number, number]): LinesSpec {
  const constant = (ms: number): string => exact(ms / 1000);
  return {
    kind: 'lines',
    title,
    width: 6,
    unit: 'seconds',
    queries: [{ expr: mean(histogram), legend: 'actual' }, ...range(constant(meanMs), constant(lowMs), constant(highMs))],
    means: 'The mean, because the forecast gives the range of the mean.',
    plan: `${durationText(meanMs)}; 90 % range ${durationText(lowMs)} to ${durationText(highMs)}.`,
    act: ACT,
  };
}

function range(middle: string, low: string, high: string): QuerySpec[] {
  return [planned(middle, 'plan'), planned(low, 'plan, lower end'), { ...planned(high, 'plan, upper end'), fillDownTo: 'plan, lower end' }];
}

/** A number of the plan as a series. */
function planned(expr: string, legend: string): QuerySpec {
  return { expr: Number.isNaN(Number(expr)) ? expr : `vector(${expr})`, legend, planned: true };
}

/** Six digits: more than a forecast knows, and free of 0.1 + 0.2. */
function exact(value: number): string {
  return String(Number(value.toPrecision(6)));
}
