import { parseRelease, type Release } from '../../engine/version.ts';
import type { ClientRequest } from '../load/client-load.ts';
import { EngineRun, type RunOptions } from './engine-run.ts';
import { type KvGroup, kvDemand } from './kv-demand.ts';
import { schedulerRules } from './scheduler-rules.ts';
import type { EngineLimits, SimulationInput, SimulationResult } from './simulation.ts';

export const NO_FRONT_END = { ingressS: 0, egressS: 0, ingressGapS: 0 };

export interface TestSetup extends Partial<Omit<SimulationInput, 'limits' | 'kv' | 'load' | 'rules'>> {
  readonly limits?: Partial<EngineLimits>;
  readonly groups?: readonly KvGroup[];
  /** [prompt, output] or [prompt, output, cached] */
  readonly requests: readonly (readonly [number, number, number?])[];
  readonly concurrency?: number | null;
  readonly sendS?: readonly number[] | null;
  /** Default 0.24.0. */
  readonly release?: Release;
}

/** A small engine: 16-token blocks, a budget of 64 tokens, synchronous, a second a step. */
export function testInput({
  limits,
  groups,
  requests,
  concurrency = null,
  sendS = null,
  release = '0.24.0',
  ...rest
}: TestSetup): SimulationInput {
  const all: EngineLimits = {
    maxNumBatchedTokens: 64,
    maxNumSeqs: 8,
    maxModelLen: 4096,
    longPrefillTokens: 0,
    chunkedPrefill: true,
    asyncScheduling: false,
    prefixCaching: true,
    watermarkFraction: 0,
    numBlocks: 1001,
    ...limits,
  };
  const rules = schedulerRules(parseRelease(release));
  return {
    load: { requests: requests.map(toClientRequest), concurrency, sendS },
    limits: all,
    kv: kvDemand(groups ?? [{ kind: 'full', blockTokens: 16 }], all, rules),
    rules,
    speculation: null,
    frontEnd: NO_FRONT_END,
    stepTime: () => 1,
    contextCaps: [],
    ...rest,
  };
}

function toClientRequest([promptTokens, outputTokens, cachedTokens = 0]: readonly [number, number, number?]): ClientRequest {
  return { promptTokens, outputTokens, cachedTokens };
}

export interface TracedStep {
  /** `request:tokens`, in the order of the batch. */
  readonly batch: string;
  readonly preempted: readonly number[];
}

/** Every step of a run, and its result. */
export function traceRun(input: SimulationInput, options: RunOptions = {}): { steps: readonly TracedStep[]; result: SimulationResult } {
  const steps: TracedStep[] = [];
  const run = new EngineRun(input, {
    plain: true,
    ...options,
    onStep: (plan) =>
      steps.push({
        batch: plan.entries
          .slice(0, plan.count)
          .map(({ request, tokens }) => `${request.index}:${tokens}`)
          .join(' '),
        preempted: plan.preempted.map(({ index }) => index),
      }),
  });
  return { steps, result: run.run() };
}
