import { twinAssumptions } from './assumptions.ts';
import { closedForm } from './closed-form.ts';
import { scaled } from './distributions.ts';
import type { BasisShares, Forecast, ForecastInput, Span } from './forecast-types.ts';
import { firstTokenRange, perTokenRange } from './ranges.ts';
import { rankWork } from './rank-work.ts';
import type { EngineBatch } from './scheduler/engine-batch.ts';
import { simulate } from './scheduler/simulate.ts';
import type { SimulationResult } from './scheduler/simulation.ts';
import { simulationInput } from './simulation-input.ts';
import { computedPromptTokens } from './steady-state.ts';
import { secondsOf } from './step/cost.ts';
import { KernelModel } from './step/kernel-model.ts';
import { Lockstep } from './step/lockstep.ts';
import { rooflineModel } from './step/roofline-model.ts';
import { CostMeter, pipelinedCost, type StepModel } from './step/step-model.ts';

const MS = 1000;

/**
 * What `vllm bench serve` would print for one configuration under one load: the benchmark is played on the twin of vLLM's scheduler,
 * and every step takes as long as its kernels do.
 *
 * null: the model gives no tokens, or the GPU states no compute rate.
 */
export function forecast(input: ForecastInput): Forecast | null {
  if (input.model.task !== 'generate') return null;
  const model = stepModel(input);
  if (model === null) return null;
  const stages = input.layout.pipelineParallel;
  const meter = new CostMeter();
  const steps = new Lockstep((batch) => pipelinedCost(model, batch, stages), exchangingReplicas(input));
  const played = simulate({
    ...simulationInput(input),
    stepTime: (batch) => meter.add(steps.cost(batch)),
    contextCaps: model.contextCaps,
  });
  if (played.completed === 0) return closedForm(input);
  return fromRun(played, model, meter.shares(), input);
}

/** Replicas of a dense model know nothing of each other; the roofline counts the prompts of all as if they came together. */
function exchangingReplicas({ model, layout, kernels }: ForecastInput): number {
  return model.experts === null || !kernels ? 1 : layout.dataParallel;
}

function stepModel(input: ForecastInput): StepModel | null {
  const { kernels = null } = input;
  const work = rankWork(input);
  if (work === null) return null;
  return kernels === null ? rooflineModel(work, input) : new KernelModel(kernels, input);
}

function fromRun(played: SimulationResult, model: StepModel, basisShares: BasisShares, input: ForecastInput): Forecast {
  const { layout } = input;
  const replicas = layout.dataParallel;
  const phases = phaseRates(played, model, input);
  const perToken = played.tpotS.mean > 0 ? played.tpotS : played.itlS.mean > 0 ? played.itlS : played.e2eS;
  const decodeS = Math.min(perToken.mean, phases.decodeS);
  const basis = basisOf(basisShares);
  const perTokenS = perTokenRange({
    decodeS,
    promptsS: perToken.mean - decodeS,
    rooflineShare: basisShares.roofline,
    sequences: played.meanBatch,
    queueShare: share(played.queueS.mean, played.ttftS.mean),
  });
  const firstTokenS = firstTokenRange(played.ttftS.mean, played.queueS.mean, basis);
  const ttftMs = inMs(firstTokenS);
  const outputTokensPerS = played.outputTokensPerS * replicas;
  const around = (rate: number): Span => [(rate * perToken.mean) / perTokenS[1], (rate * perToken.mean) / perTokenS[0]];
  return {
    ttftMs: scaled(played.ttftS, MS),
    tpotMs: scaled(perToken, MS),
    itlMs: scaled(played.itlS.mean > 0 ? played.itlS : perToken, MS),
    e2eMs: scaled(played.e2eS, MS),
    outputTokensPerS,
    totalTokensPerS: played.totalTokensPerS * replicas,
    requestsPerS: played.requestsPerS * replicas,
    decodeTokensPerSRange: around(phases.decodeTokensPerS),
    prefillTokensPerSRange: around(phases.prefillTokensPerS),
    ttftMsRange: ttftMs,
    ranges: { ttftMs, tpotMs: inMs(perTokenS), outputTokensPerS: around(outputTokensPerS) },
    basis,
    basisShares,
    assumptions: twinAssumptions(played, basisShares, input),
  };
}

function share(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}

/** What is known of most of the time: a part that was timed in another shape is not `measured`. */
function basisOf({ measured, interpolated }: BasisShares): Forecast['basis'] {
  if (measured >= 0.5) return 'measured';
  return measured + interpolated >= 0.5 ? 'interpolated' : 'roofline';
}

function inMs([low, high]: Span): Span {
  return [low * MS, high * MS];
}

/** Speeds of the two phases alone: the largest batch decoding at mean context, and nothing but prompts. */
function phaseRates({ meanBatch, peakBatch }: SimulationResult, model: StepModel, input: ForecastInput) {
  const { workload, layout, settings } = input;
  const sequences = Math.max(1, Math.min(peakBatch, Math.round(meanBatch)));
  const context = workload.promptTokens + workload.genTokens / 2;
  const decodeS = secondsOf(pipelinedCost(model, decodeBatch(sequences, context, model.contextCaps), layout.pipelineParallel));
  const tokens = Math.max(1, Math.min(settings.maxNumBatchedTokens, Math.round(computedPromptTokens(input) * sequences)));
  const chunk = { tokens, contextTokens: Math.max(0, workload.promptTokens - tokens) / 2, samples: true };
  const prefillS = secondsOf(model.cost({ ...decodeBatch(0, 0, model.contextCaps), prefills: [chunk] }));
  return {
    decodeS: decodeS / workload.acceptanceLength,
    decodeTokensPerS: (sequences * layout.dataParallel * workload.acceptanceLength) / decodeS,
    prefillTokensPerS: (tokens * layout.dataParallel * layout.pipelineParallel) / prefillS,
  };
}

function decodeBatch(sequences: number, contextTokens: number, caps: readonly number[]): EngineBatch {
  return {
    prefills: [],
    decodes: sequences,
    decodeTokens: sequences,
    decodeContextTokens: sequences * contextTokens,
    cappedContextTokens: caps.map((cap) => sequences * Math.min(cap, contextTokens)),
  };
}
