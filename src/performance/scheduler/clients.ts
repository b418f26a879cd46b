import type { Arrival } from './request-state.ts';
import type { SimulationInput } from './simulation.ts';

/**
 * The benchmark's clients: which request reaches the engine when. Requests keep their order; with a limit on open requests, the next
 * one is sent when an answer is complete at the client. The time that a request waits for its client is not part of its latency.
 *
 * @source vLLM 0.24.0 `benchmarks/serve.py` `benchmark`: the semaphore is taken before the clock of a request starts
 */
export class Clients {
  private readonly input: SimulationInput;
  private readonly arrivals: Arrival[] = [];
  private head = 0;
  private sent = 0;
  private lastArrivalS = Number.NEGATIVE_INFINITY;

  constructor(input: SimulationInput) {
    this.input = input;
    const { requests, concurrency } = input.load;
    const atOnce = Math.min(requests.length, concurrency ?? requests.length);
    for (let client = 0; client < atOnce; client++) this.sendNext(0);
  }

  /** Infinite when nothing is on its way. */
  get nextArrivalS(): number {
    return this.arrivals[this.head]?.arrivalS ?? Number.POSITIVE_INFINITY;
  }

  /** The next request, if it has arrived. */
  take(nowS: number): Arrival | undefined {
    const arrival = this.arrivals[this.head];
    if (arrival === undefined || arrival.arrivalS > nowS) return undefined;
    this.head++;
    return arrival;
  }

  /** A client has its answer at `answeredS` and sends the next request. */
  sendNext(answeredS: number): void {
    const { load, frontEnd } = this.input;
    const index = this.sent;
    const request = load.requests[index];
    if (request === undefined) return;
    this.sent++;
    const sendS = Math.max(answeredS, load.sendS?.[index] ?? 0);
    const arrivalS = Math.max(sendS + frontEnd.ingressS, this.lastArrivalS + frontEnd.ingressGapS);
    this.lastArrivalS = arrivalS;
    this.arrivals.push({ index, request, sendS, arrivalS });
  }
}
