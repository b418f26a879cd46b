import { CALIBRATION } from './calibration.ts';
import { distributionOf, type Weighted } from './distributions.ts';
import type { Distribution, ForecastInput } from './forecast-types.ts';
import type { ReplicaLoad } from './load.ts';
import type { RankWork } from './rank-work.ts';
import { computedPromptTokens, decodeSteps, requestS } from './steady-state.ts';
import { stepS } from './step-time.ts';

/** All in seconds. */
export interface Latencies {
  readonly firstToken: Distribution;
  readonly perToken: Distribution;
  readonly gap: Distribution;
  readonly request: Distribution;
}

/** Points at which each part of a distribution is evaluated. */
const POINTS = 100;

export function latencies(load: ReplicaLoad, work: RankWork, input: ForecastInput): Latencies {
  const firstToken = distributionOf(firstTokens(load, work, input));
  const perToken = distributionOf(perTokens(load, input));
  const tokens = Math.max(0, input.workload.genTokens - 1);
  const request = {
    mean: firstToken.mean + tokens * perToken.mean,
    p50: firstToken.p50 + tokens * perToken.p50,
    p90: firstToken.p90 + tokens * perToken.p90,
    p99: firstToken.p99 + tokens * perToken.p99,
  };
  return { firstToken, perToken, gap: gaps(load), request };
}

/** Middles of equal slices of [0, 1]. */
const SHARES: readonly number[] = Array.from({ length: POINTS }, (_, point) => (point + 0.5) / POINTS);

function firstTokens(load: ReplicaLoad, work: RankWork, input: ForecastInput): readonly Weighted[] {
  const { state, queueS, burst, waves } = load;
  const burstFraction = burst === 0 ? 0 : 1 / Math.max(1, waves);
  const steady = SHARES.map((share) => {
    const waitS = -Math.log(1 - share) * state.waitS;
    return { value: state.firstTokenS - state.waitS + waitS + queueS * (load.saturated ? 2 * share : 1), weight: 1 - burstFraction };
  });
  return burstFraction === 0 ? steady : [...steady, ...openingBurst(load, work, input, burstFraction)];
}

/**
 * All clients start at once: prompts are worked on in order, as many tokens a step as the engine takes, so the k-th first token
 * comes out after k prompts; beyond the batch limit clients wait for places.
 */
function openingBurst(load: ReplicaLoad, work: RankWork, input: ForecastInput, weight: number): readonly Weighted[] {
  const prompt = computedPromptTokens(input);
  const inBatch = Math.min(load.burst, load.limit);
  const budget = input.settings.maxNumBatchedTokens;
  const total = inBatch * prompt;
  const perStep = Math.min(budget, total);
  const promptContextTokens = input.workload.promptTokens - prompt / 2;
  const batch = {
    sequences: inBatch / 2 / input.layout.pipelineParallel,
    contextTokens: input.workload.promptTokens,
    promptTokens: perStep,
    promptContextTokens,
  };
  const fullStepS = stepS(work, batch, input);
  return SHARES.map((share) => {
    const place = share * load.burst;
    const within = Math.min(place, inBatch);
    const steps = Math.max(1, (Math.ceil(within) * prompt) / perStep);
    const turns = Math.ceil(Math.max(0, place - inBatch) / load.limit);
    return { value: CALIBRATION.requestS + steps * fullStepS + turns * requestS(load.state), weight };
  });
}

/** How far a request's mean lies from that of all, 90th percentile: contexts and neighbours differ. */
const SPREAD_P90 = 0.08;
const SPREAD_P99 = 0.15;

function perTokens({ state }: ReplicaLoad, input: ForecastInput): readonly Weighted[] {
  const steps = decodeSteps(input);
  const mean =
    steps === 0 ? state.decodeStepS / input.workload.acceptanceLength : state.decodeS / Math.max(1, input.workload.genTokens - 1);
  const floor = state.decodeStepS / input.workload.acceptanceLength;
  const up = Math.min(1, (mean - floor) / mean + 0.1);
  return [
    { value: mean * (1 - SPREAD_P90 * up), weight: 25 },
    { value: mean, weight: 50 },
    { value: mean * (1 + SPREAD_P90 * up), weight: 23 },
    { value: mean * (1 + SPREAD_P99 * up), weight: 2 },
  ];
}

/** Clients see one message a step: short in decode steps, long where a neighbour's prompt is worked on. */
function gaps({ state }: ReplicaLoad): Distribution {
  return distributionOf([
    { value: state.decodeStepS, weight: 1 - state.mixedFraction },
    { value: state.mixedStepS, weight: state.mixedFraction },
  ]);
}
