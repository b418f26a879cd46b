import type { Deployment } from '../../src/artifacts/deployment.ts';

/** What one engine and its GPU do at a time: levels, and rates per second. */
export interface Behaviour {
  readonly running: number;
  readonly waiting: number;
  readonly kvUsage: number;
  readonly requestsPerS: number;
  readonly outputTokensPerS: number;
  readonly promptTokensPerS: number;
  /** Typical times in seconds; single events scatter around them. */
  readonly ttftS: number;
  readonly tokenGapS: number;
  readonly queueS: number;
  readonly prefillS: number;
  readonly decodeS: number;
  /** Of requests: end by an error of the engine; and answers of the API server with 5xx. */
  readonly failedFraction: number;
  readonly prefixHitFraction: number;
  /** Accepted draft tokens of one draft. */
  readonly acceptedPerDraft: number;
  readonly preemptionsPerS: number;
  /** Each of whatever can fail or be dropped on the way of a KV cache. */
  readonly transferFailuresPerS: number;
  /** Of the volume that keeps weights. */
  readonly volumeFraction: number;
  readonly gpu: GpuBehaviour;
}

export interface GpuBehaviour {
  readonly utilisation: number;
  readonly watts: number;
  readonly celsius: number;
  readonly xid: number;
  /** Share of time in which a limit slows the clocks. */
  readonly throttledFraction: number;
  /** Counts of what must never count. */
  readonly faults: number;
}

/** As the plan says it goes. */
export function asPlanned({ forecast, load, capacity }: Deployment): Behaviour {
  if (forecast === null) throw new RangeError('a stand-in needs a forecast to act by');
  const outputTokensPerS = forecast.outputTokensPerS;
  const requestsPerS = outputTokensPerS / load.genTokens;
  return {
    running: Math.min(load.concurrency, capacity.maxNumSeqs),
    waiting: 0,
    kvUsage: 0.4,
    requestsPerS,
    outputTokensPerS,
    promptTokensPerS: requestsPerS * load.promptTokens,
    ttftS: forecast.ttftMs.mean / 1000,
    tokenGapS: forecast.tpotMs.mean / 1000,
    queueS: forecast.ttftMs.mean / 10_000,
    prefillS: forecast.ttftMs.mean / 1100,
    decodeS: (forecast.tpotMs.mean / 1000) * load.genTokens,
    failedFraction: 0,
    prefixHitFraction: Math.max(0.3, load.prefixHitRate),
    acceptedPerDraft: Math.max(1.5, load.acceptanceLength - 1),
    preemptionsPerS: 0,
    transferFailuresPerS: 0,
    volumeFraction: 0.4,
    gpu: { utilisation: 95, watts: 600, celsius: 60, xid: 0, throttledFraction: 0, faults: 0 },
  };
}
