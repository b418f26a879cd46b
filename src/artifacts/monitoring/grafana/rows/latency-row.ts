import type { Derived } from '../../../budgets.ts';
import { bucketAtLeast } from '../../../metrics/metric.ts';
import { type Board, shownMetric, tokenGap } from '../board.ts';
import { durationText } from '../number-text.ts';
import type { HeatMapSpec, LinesSpec, PanelSpec, QuerySpec, RowSpec } from '../panel-spec.ts';
import { heat, mean, quantile, shareWithin } from '../promql.ts';

const TTFT = 'vllm:time_to_first_token_seconds';
const E2E = 'vllm:e2e_request_latency_seconds';

/** How long requests take, against the limits of the plan. */
export function latencyRow(board: Board): RowSpec {
  const { limits } = board.deployment;
  const gap = tokenGap(board);
  const panels: PanelSpec[] = [
    quantiles('Time to the first token', TTFT, limits.ttftMs, 'The wait in the queue and the prefill of the prompt.'),
    quantiles('Time between two tokens', gap, limits.itlMs, 'One step of the batch, for the requests that are generating.'),
    quantiles('Whole request', E2E, limits.e2eMs, 'From the arrival of a request to its last token.'),
    ...withinLimits(board, gap),
    whereTimeGoes(),
    heatMap('First token, all requests', TTFT, 'Two bands are two kinds of requests: short and long prompts, cached and not.'),
    heatMap('Between two tokens, all gaps', gap, 'A second, higher band is prefill that interrupts generation.'),
  ];
  return { title: 'Latency against its limits', panels };
}

function quantiles(title: string, histogram: string, limit: Derived | null, means: string): LinesSpec {
  return {
    kind: 'lines',
    title,
    width: 8,
    unit: 'seconds',
    ...(limit && { limit: limit.value / 1000 }),
    queries: [0.5, 0.95, 0.99].map((q): QuerySpec => ({ expr: quantile(q, histogram), legend: `p${100 * q}` })),
    means: `${means} Quantiles are read off the histogram's buckets, so they are as fine as those.`,
    ...(limit && { plan: `The red line: ${durationText(limit.value)} (${limit.because}).` }),
    act: 'Over the line while requests wait: more replicas. Over it with an empty queue: fewer requests at once, or a re-plan.',
  };
}

function withinLimits(board: Board, gap: string): LinesSpec[] {
  const { limits } = board.deployment;
  const parts = [
    within(board, TTFT, limits.ttftMs, 'first token'),
    within(board, gap, limits.itlMs, 'between tokens'),
    within(board, E2E, limits.e2eMs, 'whole request'),
  ];
  const found = parts.filter((part) => part !== null);
  if (found.length === 0) return [];
  return [
    {
      kind: 'lines',
      title: 'Share within the limits',
      width: 8,
      unit: 'fraction',
      max: 1,
      queries: found.map(({ query }) => query),
      means: 'Requests (for gaps: gaps) that were fast enough, counted exactly at a bound of the histogram, the next one above the limit.',
      plan: `${found.map(({ bound }) => bound).join('; ')}.`,
      act: 'Below 99 % for long: the burn-rate alerts say how soon the error budget is gone.',
    },
  ];
}

/** null: no limit, or one above the last bound of the buckets. */
function within(board: Board, histogram: string, limit: Derived | null, legend: string): { query: QuerySpec; bound: string } | null {
  const metric = shownMetric(board, `${histogram}_bucket`);
  const bound = limit && metric ? bucketAtLeast(metric, limit.value / 1000) : null;
  if (limit === null || bound === null) return null;
  const text = `${legend}: limit ${durationText(limit.value)}, counted at ${durationText(1000 * bound)}`;
  return { query: { expr: shareWithin(histogram, bound), legend }, bound: text };
}

function whereTimeGoes(): LinesSpec {
  const parts = [
    ['queue', 'waiting'],
    ['prefill', 'prefill'],
    ['decode', 'generating'],
  ];
  return {
    kind: 'lines',
    title: 'Where the time goes',
    width: 8,
    unit: 'seconds',
    stacked: true,
    queries: parts.map(([part, legend = '']) => ({ expr: mean(`vllm:request_${part}_time_seconds`), legend })),
    means: 'Mean time of a finished request, in its three parts.',
    act: 'Waiting: more replicas or a higher max_num_seqs. Prefill: prefix caching, shorter prompts. Generating: smaller batches, fewer tokens.',
  };
}

function heatMap(title: string, histogram: string, hint: string): HeatMapSpec {
  return {
    kind: 'heatmap',
    title,
    width: 12,
    unit: 'seconds',
    queries: [{ expr: heat(histogram), legend: '{{le}}' }],
    means: 'How many fell into each bucket, over time: what quantiles average away.',
    act: hint,
  };
}
