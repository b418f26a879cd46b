import { CALIBRATION } from './calibration.ts';
import type { ForecastInput } from './forecast-types.ts';
import type { RankWork } from './rank-work.ts';
import { stepS } from './step-time.ts';

/** One replica with a constant number of requests in it. */
export interface SteadyState {
  /** A step that only decodes. */
  readonly decodeStepS: number;
  /** A step that works on a prompt too. */
  readonly mixedStepS: number;
  /** Steps that one prompt is worked on. */
  readonly promptSteps: number;
  /** From arrival to the first token, without queueing for a place in the batch. */
  readonly firstTokenS: number;
  /** The part of it that waits for other prompts. */
  readonly waitS: number;
  /** From the first token to the last. */
  readonly decodeS: number;
  /** Share of the output tokens that come out of mixed steps. */
  readonly mixedFraction: number;
}

/** Prompt tokens that have to be computed. */
export function computedPromptTokens({ workload }: ForecastInput): number {
  return Math.max(1, workload.promptTokens * (1 - workload.prefixHitRate));
}

/** Steps from the first token to the last. */
export function decodeSteps({ workload }: ForecastInput): number {
  return Math.max(0, workload.genTokens - 1) / workload.acceptanceLength;
}

/** Mean context while decoding. */
export function meanContextTokens({ workload }: ForecastInput): number {
  return workload.promptTokens + workload.genTokens / 2;
}

/**
 * The steady state of `requests` requests in flight, each replaced when it ends. In the time T of one request every
 * other one is prefilled once, and every step that does so is longer by what its prompt tokens cost:
 *
 *   T = decode steps × t(decode) + requests × (cost of one prefill) + wait for the step under way
 *
 * The time to the first token is the request's own prefill, half a step, and the prompts before it in the queue.
 */
export function steadyState(requests: number, work: RankWork, input: ForecastInput): SteadyState {
  const first = atDecoding(requests, requests, work, input);
  const decoding = (requests * first.decodeS) / (first.decodeS + first.firstTokenS);
  return atDecoding(requests, Math.max(Math.min(1, requests), decoding), work, input);
}

function atDecoding(requests: number, decoding: number, work: RankWork, input: ForecastInput): SteadyState {
  const { pipelineParallel } = input.layout;
  const prompt = computedPromptTokens(input);
  const sequences = decoding / pipelineParallel;
  const room = Math.max(1, input.settings.maxNumBatchedTokens - sequences);
  const promptSteps = Math.ceil(prompt / room);
  const contextTokens = meanContextTokens(input);
  const decodeOnly = { sequences, contextTokens, promptTokens: 0, promptContextTokens: 0 };
  const decodeStepS = stepS(work, decodeOnly, input);
  const promptContextTokens = input.workload.promptTokens - prompt / 2;
  const mixedStepS = stepS(work, { ...decodeOnly, promptTokens: prompt / promptSteps, promptContextTokens }, input);
  const steps = decodeSteps(input);
  // Stages work on different batches at once, so a prefill delays the others by its share of one stage.
  const costS = (promptSteps * (mixedStepS - decodeStepS)) / pipelineParallel;
  const ownS = promptSteps * mixedStepS;
  const others = Math.max(0, requests - 1);
  const cycleS = steps * decodeStepS + others * costS + ownS + decodeStepS / 2;
  const busyFraction = Math.min(1, (requests * costS) / cycleS);
  const waitS = Math.min((others * costS) / 2, (CALIBRATION.queueFactor * costS * busyFraction) / (2 * Math.max(1e-9, 1 - busyFraction)));
  const underWayS = requests > 1 ? (busyFraction * mixedStepS + (1 - busyFraction) * decodeStepS) / 2 : 0;
  const firstTokenS = CALIBRATION.requestS + underWayS + waitS + ownS;
  const decodeS = steps * decodeStepS + Math.max(0, others * costS - waitS);
  const mixedFraction = steps === 0 ? 0 : Math.min(1, (others * promptSteps) / steps);
  return { decodeStepS, mixedStepS, promptSteps, firstTokenS, waitS, decodeS, mixedFraction };
}

/** From arrival to the last token. */
export function requestS({ firstTokenS, decodeS }: SteadyState): number {
  return firstTokenS + decodeS;
}
