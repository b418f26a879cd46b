import { httpRequests, shareBelow } from '../input-series.ts';
import {
  AVAILABLE_SHARE,
  BURNS,
  type Burn,
  badShare,
  CLIENT_REQUESTS,
  FIRST_TOKEN_SHARE,
  firstTokenObjective,
  type LatencyObjective,
  leastRequests,
  TOKEN_SHARE,
  tokenObjective,
} from '../objectives.ts';
import { numberText } from '../promql.ts';
import type { AlertRule } from '../rule.ts';
import type { Watch } from '../watch.ts';
import { nameIn } from './availability-alerts.ts';

/** Whether the limits of the plan are kept, by error budgets where a page depends on it. */
export function objectiveAlerts(watch: Watch): AlertRule[] {
  const first = firstTokenObjective(watch);
  const token = tokenObjective(watch);
  return [
    ...(first === null ? [] : BURNS.map((burn) => firstTokenBurn(watch, first, burn))),
    ...BURNS.map((burn) => errorBurn(watch, burn)),
    ...(token === null ? [] : [tokensSlow(watch, token)]),
  ];
}

function firstTokenBurn(watch: Watch, { histogram, bound, because }: LatencyObjective, burn: Burn): AlertRule {
  const share = badShare(burn, FIRST_TOKEN_SHARE);
  const late = (window: string): string => `1 - ${watch.recorded(`model:vllm_slo_ttft_good:ratio${window}`)} > ${numberText(share)}`;
  const counted = `sum by (model_name) (increase(${watch.engines(`${histogram}_count`)}[${burn.long}])) > ${leastRequests(share)}`;
  return {
    alert: `VllmFirstTokenBudgetBurn${burn.name}`,
    severity: wakes(watch) ? 'critical' : 'warning',
    expr: `${late(burn.long)} and ${late(burn.short)} and on (model_name) ${counted}`,
    forSeconds: burn.forSeconds,
    summary: `{{ $value | humanizePercentage }} of the first tokens of ${nameIn(watch)} came late in the last ${burn.long}.`,
    because: `${burn.factor} x the budget of 1 % (${burn.spends}); ${because}; with fewer than ${leastRequests(share)} requests one alone could do it${foreseen(watch)}`,
    act: [
      'Queue high as well: more servers, or fewer clients for each.',
      'Queue empty: prompts are longer than planned, or the prefix cache finds less. Compare with the planned load and plan again.',
    ],
    fires: {
      input: shareBelow(watch, histogram, bound, 0.5, 600),
      minutes: 40,
      labels: { model_name: watch.deployment.servedName },
      value: 0.5,
    },
    quiet: shareBelow(watch, histogram, bound, 1 - 0.9 * share, 600),
  };
}

/** Nobody is woken for a limit that nobody asked for, nor for one that the plan itself does not keep. */
function wakes(watch: Watch): boolean {
  return watch.deployment.targets.ttftMs !== null && foreseen(watch) === '';
}

/** Plans are chosen by the mean: the slowest requests may be over a target that the mean keeps. */
function foreseen({ deployment: { forecast, targets } }: Watch): string {
  if (forecast === null || targets.ttftMs === null || forecast.ttftMs.p99 <= targets.ttftMs) return '';
  return `; expect it, as the forecast's own 99th percentile is ${forecast.ttftMs.p99.toPrecision(3)} ms`;
}

function errorBurn(watch: Watch, burn: Burn): AlertRule {
  const share = badShare(burn, AVAILABLE_SHARE);
  const failed = (window: string): string => `${watch.recorded(`model:vllm_error:ratio${window}`)} > ${numberText(share)}`;
  const all = watch.server('http_requests_total', CLIENT_REQUESTS);
  return {
    alert: `VllmErrorBudgetBurn${burn.name}`,
    severity: 'critical',
    expr: `${failed(burn.long)} and ${failed(burn.short)} and on () sum(increase(${all}[${burn.long}])) > ${leastRequests(share)}`,
    forSeconds: burn.forSeconds,
    summary: `{{ $value | humanizePercentage }} of the requests for ${nameIn(watch)} failed in the last ${burn.long}.`,
    because: `${burn.factor} x the budget of 0.1 % (${burn.spends}); with fewer than ${leastRequests(share)} requests one alone could do it`,
    act: ['Find the first traceback in the log of the servers; 5xx of all servers at once point to the model or a client.'],
    fires: { input: httpRequests(watch, 600, 0.5), minutes: 40, labels: { model_name: watch.deployment.servedName }, value: 0.5 },
    quiet: httpRequests(watch, 600, 0.9 * share),
  };
}

function tokensSlow(watch: Watch, { histogram, bound, because }: LatencyObjective): AlertRule {
  const share = Number((1 - TOKEN_SHARE).toPrecision(6));
  return {
    alert: 'VllmTokensSlow',
    severity: 'warning',
    expr: `1 - ${watch.recorded('model:vllm_slo_itl_good:ratio5m')} > ${numberText(share)}`,
    forSeconds: 600,
    summary: `{{ $value | humanizePercentage }} of the tokens of ${nameIn(watch)} come later than the limit.`,
    because: `5 %, so the 95th percentile is over the limit: ${because}`,
    act: [
      'Batches are larger than planned, or prompts are let in between tokens: lower --max-num-seqs or --max-num-batched-tokens, or add servers.',
    ],
    fires: {
      input: shareBelow(watch, histogram, bound, 0.75, 600),
      minutes: 6,
      labels: { model_name: watch.deployment.servedName },
      value: 0.25,
    },
    quiet: shareBelow(watch, histogram, bound, 0.96, 600),
  };
}
