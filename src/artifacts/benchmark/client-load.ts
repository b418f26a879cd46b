import { WizardError } from '../../errors/wizard-error.ts';
import type { PlanResult } from '../../plan/plan-result.ts';
import type { Derived } from '../budgets.ts';
import type { Deployment } from '../deployment.ts';

/** The planned load of all replicas, as one client sends it. */
export interface ClientLoad {
  readonly promptTokens: number;
  /** Of those: at the start of every prompt, the same in all. */
  readonly prefixTokens: number;
  readonly genTokens: number;
  readonly rangeRatio: number;
  readonly numPrompts: number;
  /** Requests per second; null: as fast as `concurrency` lets it. */
  readonly requestRate: number | null;
  readonly burstiness: number;
  /** null: no limit, at a rate. */
  readonly concurrency: number | null;
}

/** @throws WizardError CONTRADICTION for a load that `vllm bench serve` cannot draw */
export function clientLoad({ load, replicas }: Deployment, { request: { workload } }: PlanResult): ClientLoad {
  if (workload.trace !== null) {
    throw new WizardError('CONTRADICTION', {
      problem: 'The plan is for a recorded trace, which `vllm bench serve` cannot play with random prompts.',
      fix: 'Emit the benchmark from a plan with --prompt-tokens, --gen-tokens and --concurrency or --request-rate.',
    });
  }
  const rate = load.requestRate !== null && Number.isFinite(load.requestRate) ? load.requestRate * replicas : null;
  return {
    promptTokens: load.promptTokens,
    prefixTokens: Math.min(load.promptTokens - 1, Math.floor(load.promptTokens * load.prefixHitRate)),
    genTokens: load.genTokens,
    rangeRatio: load.randomRangeRatio,
    numPrompts: load.numPrompts * replicas,
    requestRate: rate,
    burstiness: workload.burstiness,
    concurrency: rate === null || load.concurrency > 1 ? load.concurrency * replicas : null,
  };
}

/** To place the pod, pull the image and load a tokenizer. */
const SETUP_S = 900;
/** Without a forecast: nobody knows how long. */
const UNKNOWN_S = 3600;

/** Seconds after which the benchmark counts as hung. */
export function benchSeconds({ forecast }: Deployment, { numPrompts, requestRate, concurrency }: ClientLoad): Derived {
  if (forecast === null) return { value: SETUP_S + UNKNOWN_S, because: `${SETUP_S} s to begin + ${UNKNOWN_S} s: the plan has no forecast` };
  const e2eS = forecast.e2eMs.mean / 1000;
  const sending = requestRate === null ? (numPrompts * e2eS) / (concurrency ?? 1) : numPrompts / requestRate + e2eS;
  const value = SETUP_S + Math.ceil(3 * sending);
  return { value, because: `${SETUP_S} s to begin + 3 x the ${sending.toFixed(0)} s of the forecast` };
}
