import type { Board } from '../board.ts';
import { numberText } from '../number-text.ts';
import type { LinesSpec, QuerySpec, RowSpec } from '../panel-spec.ts';
import { ANSWERING, sumRate } from '../promql.ts';

const SECONDS_PER_HOUR = 3600;

/** What tokens cost, where the plan names a price. */
export function costRow(board: Board): RowSpec {
  const { gpuHourUsd, gpus } = board.deployment;
  if (gpuHourUsd === null) return { title: 'Cost', panels: [] };
  const serverUsdPerHour = Number((gpuHourUsd * gpus.value).toPrecision(6));
  return {
    title: 'Cost',
    panels: [spend(board, serverUsdPerHour), perMillion(board, serverUsdPerHour), perThousandRequests(serverUsdPerHour)],
  };
}

function spend({ deployment: { gpuHourUsd, gpus, replicas } }: Board, serverUsdPerHour: number): LinesSpec {
  return {
    kind: 'lines',
    title: 'US dollars per hour',
    width: 8,
    unit: 'usd',
    queries: [
      { expr: `${ANSWERING} * ${serverUsdPerHour}`, legend: 'servers that answer' },
      { expr: `vector(${replicas * serverUsdPerHour})`, legend: 'plan', planned: true },
    ],
    means: 'GPUs of the servers that answer. Servers that start or hang cost as much and are not in it.',
    plan: `${replicas} x ${gpus.value} GPUs at ${gpuHourUsd} USD per hour, the price that was given to the plan.`,
    act: 'Prices change: give the current one with --gpu-hour-usd and generate again.',
  };
}

function perMillion({ deployment: { forecast } }: Board, serverUsdPerHour: number): LinesSpec {
  const cost = (tokens: string): string => `1e6 * ${serverUsdPerHour} * ${ANSWERING} / (${SECONDS_PER_HOUR} * (${tokens} > 0))`;
  const output = sumRate('vllm:generation_tokens_total');
  const planned = forecast === null ? null : (1e6 * serverUsdPerHour) / (SECONDS_PER_HOUR * forecast.outputTokensPerS);
  const plan: QuerySpec[] =
    planned === null ? [] : [{ expr: `vector(${Number(planned.toPrecision(4))})`, legend: 'output, plan', planned: true }];
  return {
    kind: 'lines',
    title: 'US dollars per million tokens',
    width: 8,
    unit: 'usd',
    queries: [
      { expr: cost(output), legend: 'output' },
      { expr: cost(`(${output} + ${sumRate('vllm:prompt_tokens_total')})`), legend: 'prompt and output' },
      ...plan,
    ],
    means: 'All of the cost laid on the output, and on all tokens. No value while nothing is generated.',
    ...(planned !== null && { plan: `${numberText(planned)} USD per million output tokens under the planned load.` }),
    act: 'Above the plan: servers stand half empty. Fewer replicas at night, or more load on each.',
  };
}

function perThousandRequests(serverUsdPerHour: number): LinesSpec {
  return {
    kind: 'lines',
    title: 'US dollars per thousand requests',
    width: 8,
    unit: 'usd',
    queries: [
      {
        expr: `1000 * ${serverUsdPerHour} * ${ANSWERING} / (${SECONDS_PER_HOUR} * (${sumRate('vllm:request_success_total')} > 0))`,
        legend: 'finished requests',
      },
    ],
    means: 'Cost of a finished request of the present length.',
    act: 'Longer answers cost most: see "Length of a request".',
  };
}
