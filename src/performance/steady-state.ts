import { CALIBRATION } from './calibration.ts';
import type { ForecastInput } from './forecast-types.ts';
import { promptWaitS } from './prompt-queue.ts';
import type { RankWork } from './rank-work.ts';
import { stepS } from './step-time.ts';

/** One replica with a constant number of requests in it. */
export interface SteadyState {
  /** A step that only decodes. */
  readonly decodeStepS: number;
  /** A step that works on a prompt too. */
  readonly mixedStepS: number;
  /** Prompts that share steps, and the steps that they are worked on. */
  readonly promptsTogether: number;
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
  const { layout, settings, workload } = input;
  const prompt = computedPromptTokens(input);
  const sequences = decoding / layout.pipelineParallel;
  const room = Math.max(1, settings.maxNumBatchedTokens - sequences);
  const together = promptsTogether(requests, room, input);
  const promptSteps = Math.ceil((together * prompt) / room);
  const decodeOnly = { sequences, contextTokens: meanContextTokens(input), promptTokens: 0, promptContextTokens: 0 };
  const decodeStepS = stepS(work, decodeOnly, input);
  const promptContextTokens = workload.promptTokens - prompt / 2;
  const mixedStepS = stepS(work, { ...decodeOnly, promptTokens: (together * prompt) / promptSteps, promptContextTokens }, input);
  const steps = decodeSteps(input);
  // Stages work on different batches at once, so a prefill delays the others by its share of one stage.
  const costS = (promptSteps * (mixedStepS - decodeStepS)) / layout.pipelineParallel;
  const ownS = promptSteps * mixedStepS;
  const others = Math.max(0, requests / together - 1);
  const alone = steps * decodeStepS;
  const waitS =
    isLockstep(input) && together > 1
      ? 0
      : Math.min((others * costS) / 2, promptWaitS({ requests: others + 1, costS, decodeS: alone }, workload));
  const busyFraction = ((others + 1) * costS) / ((others + 1) * costS + alone);
  const mixedFraction = steps === 0 ? 0 : Math.min(1, (others * promptSteps) / steps);
  const underWayS = requests > 1 ? stepsUnderWayS({ decodeStepS, mixedStepS, mixedFraction, busyFraction }, input) : 0;
  const firstTokenS = CALIBRATION.requestS + underWayS + waitS + ownS;
  const decodeS = alone + Math.max(0, others * costS - waitS);
  return { decodeStepS, mixedStepS, promptsTogether: together, promptSteps, firstTokenS, waitS, decodeS, mixedFraction };
}

/**
 * Prompts that are worked on in the same steps. Each request brings one prompt in the time of its decode steps, so with more
 * requests than steps several share one. In a closed loop with equal lengths, prompts that started in one step also end in one
 * step, and their successors share a step again. Never more than fit into a step.
 */
function promptsTogether(requests: number, roomTokens: number, input: ForecastInput): number {
  const most = Math.max(1, Math.min(requests, Math.floor(roomTokens / computedPromptTokens(input))));
  return isLockstep(input) ? most : Math.min(most, Math.max(1, requests / Math.max(1, decodeSteps(input))));
}

function isLockstep({ workload }: ForecastInput): boolean {
  return workload.requestRate === null && workload.randomRangeRatio === 0;
}

interface StepMix {
  readonly decodeStepS: number;
  readonly mixedStepS: number;
  /** Share of mixed steps among all, by number and by time. */
  readonly mixedFraction: number;
  readonly busyFraction: number;
}

/**
 * The wait for steps that are already on their way. A client of a closed loop is answered when a step ends, so its next request
 * misses the step after that; with asynchronous scheduling one more has been scheduled. Other arrivals fall anywhere into a step.
 */
function stepsUnderWayS({ decodeStepS, mixedStepS, mixedFraction, busyFraction }: StepMix, { settings, workload }: ForecastInput): number {
  const scheduled = settings.asyncScheduling ? 1 : 0;
  const closed = workload.requestRate === null;
  const mixed = closed ? mixedFraction : busyFraction;
  return (scheduled + (closed ? 1 : 0.5)) * (mixed * mixedStepS + (1 - mixed) * decodeStepS);
}

/** From arrival to the last token. */
export function requestS({ firstTokenS, decodeS }: SteadyState): number {
  return firstTokenS + decodeS;
}
