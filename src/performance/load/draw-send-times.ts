import { gamma, randomSource } from './random-source.ts';

export interface SendTimesInput {
  readonly prompts: number;
  /** Requests per second. */
  readonly requestRate: number;
  /** 1: Poisson arrivals; below: in bursts; above: more even; infinite: evenly spaced. */
  readonly burstiness: number;
  readonly seed: number;
}

/**
 * Seconds at which an open-loop benchmark sends its requests: gaps follow a gamma distribution of shape `burstiness` and mean 1 / rate,
 * and are then stretched so that the last request is sent at exactly prompts / rate.
 *
 * The first request is sent after a gap as well, not at zero.
 *
 * @source vLLM 0.24.0 `benchmarks/serve.py`, `get_request`
 */
export function drawSendTimes({ prompts, requestRate, burstiness, seed }: SendTimesInput): readonly number[] {
  if (!(requestRate > 0) || !(burstiness > 0)) throw new RangeError(`rate and burstiness are not positive: ${requestRate}, ${burstiness}`);
  if (requestRate === Number.POSITIVE_INFINITY) return Array.from({ length: prompts }, () => 0);
  const source = randomSource(seed, 2);
  const sendS: number[] = [];
  let lastS = 0;
  for (let index = 0; index < prompts; index++) {
    lastS += (burstiness === Number.POSITIVE_INFINITY ? 1 : gamma(source, burstiness)) / requestRate;
    sendS.push(lastS);
  }
  const stretch = lastS > 0 ? prompts / requestRate / lastS : 1;
  return sendS.map((second) => second * stretch);
}
