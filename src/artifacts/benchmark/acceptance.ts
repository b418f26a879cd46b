import type { PlanResult } from '../../plan/plan-result.ts';
import type { Deployment } from '../deployment.ts';
import type { Forecast } from '../expectations.ts';
import type { ClientLoad } from './client-load.ts';

/** One number of the result and what it may be. Beyond the other end it is better than planned, which is no failure. */
export interface AcceptanceCheck {
  readonly name: string;
  /** In the JSON that `vllm bench serve --save-result` writes. */
  readonly key: string;
  readonly unit: string;
  readonly low: number | null;
  readonly high: number | null;
  readonly worse: 'above' | 'below';
  readonly because: string;
}

export interface Acceptance {
  /** All of them must be answered. */
  readonly requests: number;
  readonly checks: readonly AcceptanceCheck[];
}

const RANGE = '90 % range of the forecast';

export function acceptanceOf(deployment: Deployment, load: ClientLoad, { request: { workload } }: PlanResult): Acceptance {
  const { forecast, limits, replicas } = deployment;
  const checks: AcceptanceCheck[] = [];
  if (forecast !== null) checks.push(...forecastChecks(forecast, replicas));
  const { ttftTargetMs, tpotTargetMs } = workload;
  // A target is one for the mean; a limit that comes from the forecast is one for the slowest percent.
  const most = (name: string, key: string, high: number, because: string): void => {
    checks.push({ name, key, unit: 'ms', low: null, high, worse: 'above', because });
  };
  if (ttftTargetMs !== null) most('mean time to first token', 'mean_ttft_ms', ttftTargetMs, '--ttft-ms of the plan');
  else if (limits.ttftMs !== null) most('p99 of time to first token', 'p99_ttft_ms', limits.ttftMs.value, limits.ttftMs.because);
  if (tpotTargetMs !== null) most('mean time per output token', 'mean_tpot_ms', tpotTargetMs, '--tpot-ms of the plan');
  else if (limits.itlMs !== null) most('p99 of time per output token', 'p99_tpot_ms', limits.itlMs.value, limits.itlMs.because);
  return { requests: load.numPrompts, checks };
}

function forecastChecks(forecast: Forecast, replicas: number): AcceptanceCheck[] {
  const latency = (name: string, key: string, [low, high]: readonly [number, number]): AcceptanceCheck => ({
    name,
    key,
    unit: 'ms',
    low: rounded(low),
    high: rounded(high),
    worse: 'above',
    because: RANGE,
  });
  const [low, high] = forecast.outputTokensPerSRange;
  const each = replicas === 1 ? RANGE : `${RANGE} of one replica x ${replicas}`;
  return [
    latency('mean time to first token', 'mean_ttft_ms', forecast.ttftRangeMs),
    latency('mean time per output token', 'mean_tpot_ms', forecast.tpotRangeMs),
    {
      name: 'output tokens',
      key: 'output_throughput',
      unit: 'tokens/s',
      low: rounded(low * replicas),
      high: rounded(high * replicas),
      worse: 'below',
      because: each,
    },
  ];
}

/** Three digits that count. */
function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
