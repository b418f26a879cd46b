import { assumptionsOf } from './assumptions.ts';
import { scaled } from './distributions.ts';
import type { Forecast, ForecastInput, Span } from './forecast-types.ts';
import { latencies } from './latencies.ts';
import { type ReplicaLoad, replicaLoad } from './load.ts';
import { firstTokenRange, perTokenRange } from './ranges.ts';
import { rankWork } from './rank-work.ts';
import { computedPromptTokens } from './steady-state.ts';

const MS = 1000;

/**
 * What `vllm bench serve` would print, from bandwidth, compute rate and links alone and without a simulation: microseconds, so that
 * many candidates can be ranked.
 *
 * null: the model gives no tokens, or the GPU states no compute rate.
 */
export function closedForm(input: ForecastInput): Forecast | null {
  if (input.model.task !== 'generate') return null;
  const work = rankWork(input);
  if (work === null) return null;
  const load = replicaLoad(work, input);
  const { firstToken, perToken, gap, request } = latencies(load, work, input);
  const { promptTokens, genTokens } = input.workload;
  const requestsPerS = load.requestsPerS * input.layout.dataParallel;
  const outputTokensPerS = requestsPerS * genTokens;
  const firstTokenS = firstTokenRange(firstToken.mean, load.queueS, 'roofline');
  const queueShare = firstToken.mean > 0 ? load.queueS / firstToken.mean : 0;
  const perTokenS = tokenRange(perToken.mean, queueShare, load, input);
  const ttftMs = inMs(firstTokenS);
  return {
    ttftMs: scaled(firstToken, MS),
    tpotMs: scaled(perToken, MS),
    itlMs: scaled(gap, MS),
    e2eMs: scaled(request, MS),
    outputTokensPerS,
    totalTokensPerS: requestsPerS * (promptTokens + genTokens),
    requestsPerS,
    ...phaseRates(load, input, perTokenS, perToken.mean),
    ttftMsRange: ttftMs,
    ranges: { ttftMs, tpotMs: inMs(perTokenS), outputTokensPerS: throughputRange(outputTokensPerS, perTokenS, perToken.mean, load, input) },
    basis: 'roofline',
    basisShares: { measured: 0, interpolated: 0, roofline: 1 },
    assumptions: assumptionsOf(load, input),
  };
}

function inMs([low, high]: Span): Span {
  return [low * MS, high * MS];
}

function tokenRange(meanS: number, queueShare: number, { state, requests }: ReplicaLoad, { workload }: ForecastInput): Span {
  const decodeS = Math.min(meanS, state.decodeStepS / workload.acceptanceLength);
  return perTokenRange({ decodeS, promptsS: meanS - decodeS, rooflineShare: 1, sequences: requests, queueShare });
}

/** The last requests of a run leave places empty; how many depends on the run. */
const STRAGGLERS_FACTOR = 0.9;

/** As far as arrivals do not set the pace, throughput goes with the time per token. */
function throughputRange(tokensPerS: number, [low, high]: Span, meanS: number, load: ReplicaLoad, { workload }: ForecastInput): Span {
  const slowest = (STRAGGLERS_FACTOR * tokensPerS * meanS) / high;
  if (workload.requestRate === null || load.saturated) return [slowest, (tokensPerS * meanS) / low];
  return [slowest, Math.max(tokensPerS, workload.requestRate * workload.genTokens)];
}

/** Speeds of the two phases alone: all sequences decoding, and nothing but prompts. */
function phaseRates(
  { requests, state }: ReplicaLoad,
  input: ForecastInput,
  [low, high]: Span,
  meanS: number,
): Pick<Forecast, 'decodeTokensPerSRange' | 'prefillTokensPerSRange'> {
  const { dataParallel, pipelineParallel } = input.layout;
  const decode = (requests * dataParallel * input.workload.acceptanceLength) / state.decodeStepS;
  const prompts =
    (computedPromptTokens(input) * state.promptsTogether * dataParallel * pipelineParallel) / (state.promptSteps * state.mixedStepS);
  const around = (rate: number): Span => [(rate * meanS) / high, (rate * meanS) / low];
  return { decodeTokensPerSRange: around(decode), prefillTokensPerSRange: around(prompts) };
}
