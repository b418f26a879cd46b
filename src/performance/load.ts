import { batchLimit } from './batch-limit.ts';
import type { ForecastInput } from './forecast-types.ts';
import type { RankWork } from './rank-work.ts';
import { requestS, type SteadyState, steadyState } from './steady-state.ts';

/** How the load meets one replica. */
export interface ReplicaLoad {
  readonly state: SteadyState;
  /** Requests in the batch. */
  readonly requests: number;
  /** Mean wait for a place in the batch. */
  readonly queueS: number;
  /** Finished requests per second while the load lasts. */
  readonly requestsPerS: number;
  /** Requests that start together at the beginning and how many times as many the run has; 0: arrivals are spread. */
  readonly burst: number;
  readonly waves: number;
  readonly limit: number;
  /** More arrives than leaves. */
  readonly saturated: boolean;
}

export function replicaLoad(work: RankWork, input: ForecastInput): ReplicaLoad {
  return input.workload.requestRate === null ? closedLoad(work, input) : openLoad(work, input, input.workload.requestRate);
}

/** Every client sends its next request when the last one is answered; those above the limit queue. */
function closedLoad(work: RankWork, input: ForecastInput): ReplicaLoad {
  const { dataParallel } = input.layout;
  const prompts = Math.max(1, input.workload.numPrompts / dataParallel);
  const clients = Math.max(1, Math.min(input.workload.concurrency / dataParallel, prompts));
  const limit = batchLimit(work, input);
  const requests = Math.min(clients, limit);
  const state = steadyState(requests, work, input);
  const seconds = requestS(state);
  const waves = prompts / clients;
  const turns = prompts / requests;
  const requestsPerS = ((requests / seconds) * turns) / Math.ceil(turns);
  const queueS = ((clients - requests) * seconds) / requests;
  return { state, requests, queueS, requestsPerS, burst: clients, waves, limit, saturated: false };
}

/**
 * Poisson arrivals at a rate λ. A run of n prompts lasts n / λ and the last request, so on average
 *
 *   in flight = n × T / (n / λ + T)        (λ × T for a long run)
 *
 * where T depends on how many are in flight: found by bisection. What arrives above the limit queues, on average half of the run;
 * a benchmark with `--max-concurrency` holds it back instead, unsent and unmeasured.
 */
function openLoad(work: RankWork, input: ForecastInput, rate: number): ReplicaLoad {
  const { dataParallel } = input.layout;
  const prompts = Math.max(1, input.workload.numPrompts / dataParallel);
  const arrivalS = dataParallel / rate;
  const places = Math.min(batchLimit(work, input), prompts);
  const clients = clientsBesideRate(input);
  const limit = Math.min(places, clients);
  const inFlight = (requests: number): number => {
    const seconds = requestS(steadyState(requests, work, input));
    return (prompts * seconds) / (prompts * arrivalS + seconds);
  };
  const saturated = inFlight(limit) >= limit;
  const requests = saturated ? limit : Math.max(1, crossing(inFlight, limit));
  const state = steadyState(requests, work, input);
  const seconds = requestS(state);
  const serviceS = seconds / requests;
  const backlogS = Math.max(0, ((prompts - limit) / 2) * (serviceS - arrivalS));
  const queueS = saturated ? Math.min(backlogS, Math.max(0, clients - limit) * serviceS) : 0;
  const requestsPerS = prompts / (prompts * Math.max(arrivalS, saturated ? serviceS : 0) + seconds);
  return { state, requests, queueS, requestsPerS, burst: 0, waves: Number.POSITIVE_INFINITY, limit, saturated };
}

/** `--max-concurrency` beside a rate. One request in flight is what a load says that does not mention it. */
function clientsBesideRate({ workload, layout }: ForecastInput): number {
  return workload.concurrency > 1 ? workload.concurrency / layout.dataParallel : Number.POSITIVE_INFINITY;
}

const HALVINGS = 14;

/** Where `f(x) = x` on [0, top], with f(top) < top. */
function crossing(f: (x: number) => number, top: number): number {
  let low = 0;
  let high = top;
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (low + high) / 2;
    if (f(Math.max(1, middle)) > middle) low = middle;
    else high = middle;
  }
  return high;
}
