import { scaled } from './distributions.ts';
import type { Forecast, ForecastInput, Span } from './forecast-types.ts';
import { latencies } from './latencies.ts';
import { replicaLoad } from './load.ts';
import { rankWork } from './rank-work.ts';
import { computedPromptTokens } from './steady-state.ts';

const MS = 1000;

/**
 * What `vllm bench serve` would print for one configuration under one load, from bandwidth, compute rate and links alone.
 *
 * null: the model gives no tokens, or the GPU states no compute rate.
 */
export function forecast(input: ForecastInput): Forecast | null {
  if (input.model.task !== 'generate') return null;
  const work = rankWork(input);
  if (work === null) return null;
  const load = replicaLoad(work, input);
  const { firstToken, perToken, gap, request } = latencies(load, work, input);
  const requestsPerS = load.requestsPerS * input.layout.dataParallel;
  const { promptTokens, genTokens } = input.workload;
  const { state } = load;
  const decode = (load.requests * input.layout.dataParallel * input.workload.acceptanceLength) / state.decodeStepS;
  const prefill =
    (computedPromptTokens(input) * input.layout.dataParallel * input.layout.pipelineParallel) / (state.promptSteps * state.mixedStepS);
  const range = (value: number): Span => [value * 0.7, value * 1.5];
  return {
    ttftMs: scaled(firstToken, MS),
    tpotMs: scaled(perToken, MS),
    itlMs: scaled(gap, MS),
    e2eMs: scaled(request, MS),
    outputTokensPerS: requestsPerS * genTokens,
    totalTokensPerS: requestsPerS * (promptTokens + genTokens),
    requestsPerS,
    decodeTokensPerSRange: range(decode),
    prefillTokensPerSRange: range(prefill),
    ttftMsRange: range(firstToken.mean * MS),
    ranges: { ttftMs: range(firstToken.mean * MS), tpotMs: range(perToken.mean * MS), outputTokensPerS: range(requestsPerS * genTokens) },
    basis: 'roofline',
    assumptions: [],
  };
}
export type { Distribution, Forecast, ForecastInput, ForecastWorkload, Span } from './forecast-types.ts';
