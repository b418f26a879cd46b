import type { ForecastWorkload } from './forecast-types.ts';

/** Prompts that are worked on one after the other while decoding goes on. */
export interface PromptQueue {
  /** Requests in flight, or groups of them that move together. */
  readonly requests: number;
  /** What one of them adds to the work, seconds. */
  readonly costS: number;
  /** From the first token of a request to its last, seconds. */
  readonly decodeS: number;
}

/** Mean wait of a random arrival at ρ → 1 with n arrivals in all, in services: the mean of a Brownian bridge's reflection, √(π / 8) √n. */
const CRITICAL_WAIT = Math.sqrt(Math.PI / 8);

/** Waves after the opening one that are followed; later ones are like the last. */
const MAX_WAVES = 8;

/**
 * Mean wait for the prompts in front.
 *
 * Open loop, Poisson arrivals, equal services (M/D/1):   cost × ρ / (2 (1 − ρ))
 *
 * Closed loop: the clients start together, and what spreads them is the prefill of the opening burst and the differences in length.
 * After j requests each, their arrivals lie within
 *
 *   L(j) = n × cost + 2 × range × decode time × √j,   at most a whole cycle
 *
 * so the queue is as busy as ρ = n × cost / L(j). At ρ near 1 the wait is what chance heaps up among n arrivals.
 *
 * @source M/D/1: Pollaczek–Khinchine. Spread: a sum of j uniform differences grows with √j.
 */
export function promptWaitS(queue: PromptQueue, workload: ForecastWorkload): number {
  const { requests, costS, decodeS } = queue;
  const workS = requests * costS;
  const cycleS = workS + decodeS;
  if (requests <= 1 || workS <= 0) return 0;
  if (workload.requestRate !== null) return waitAt(workS / cycleS, queue);
  const waves = Math.max(1, Math.min(MAX_WAVES, Math.ceil(workload.numPrompts / workload.concurrency) - 1));
  let total = 0;
  for (let wave = 1; wave <= waves; wave++) {
    const spreadS = Math.min(cycleS, workS + 2 * workload.randomRangeRatio * decodeS * Math.sqrt(wave));
    total += waitAt(workS / spreadS, queue);
  }
  return total / waves;
}

function waitAt(busyFraction: number, { requests, costS }: PromptQueue): number {
  const critical = CRITICAL_WAIT * Math.sqrt(requests) * costS;
  if (busyFraction >= 1) return critical;
  return Math.min(critical, (costS * busyFraction) / (2 * (1 - busyFraction)));
}
