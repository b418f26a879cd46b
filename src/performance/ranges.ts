import type { BasisShares, Span } from './forecast-types.ts';

type Basis = keyof BasisShares;

/**
 * Where 90 % of published runs lie. What makes a figure uncertain is named, and each adds its part:
 *
 *   decode   as a logarithm: what every run differs by, the share of roofline (squared: the constants around kernels that were timed
 *            are known better than kernels that were not), and the logarithm of the batch (experts, caches, the host)
 *   prompts  what neighbours' prompts add, as factors: their overlap with decoding is known least
 *   queue    the share of the first token's time that is spent waiting: fewer or more run at once than was forecast
 *
 * @source fitted on the development rows of `docs/accuracy.md` for 90 % inside, at 64 users and more too
 */
const RANGES = {
  low: { any: 0.096, batch: 0, roofline: 0.08, rooflineBatch: 0.08 },
  high: { any: 0.058, batch: 0.033, roofline: 0.16, rooflineBatch: 0.07 },
  prompts: [0.25, 1.38],
  queueHigh: 0.1,
  firstToken: { measured: [0.62, 1.8], interpolated: [0.62, 1.8], roofline: [0.62, 2.1] },
  /** Waiting for a place in the batch hinges on the room in the cache: nothing, or twice as long. */
  queue: [0, 2],
} as const;

export interface TokenParts {
  /** Seconds a token, without and because of prompts. */
  readonly decodeS: number;
  readonly promptsS: number;
  /** Share of the time that comes from bandwidth, compute rates and constants, 0 to 1. */
  readonly rooflineShare: number;
  /** Sequences that decode together. */
  readonly sequences: number;
  /** Share of the time to the first token that is spent in the queue, 0 to 1. */
  readonly queueShare: number;
}

export function perTokenRange({ decodeS, promptsS, rooflineShare, sequences, queueShare }: TokenParts): Span {
  const guessed = rooflineShare ** 2;
  const batch = Math.log(Math.max(1, sequences));
  const away = ({ any, batch: more, roofline, rooflineBatch }: (typeof RANGES)['low' | 'high']): number =>
    any + more * batch + guessed * (roofline + rooflineBatch * batch);
  const [least, most] = RANGES.prompts;
  return [
    decodeS * Math.exp(-away(RANGES.low)) + promptsS * least,
    decodeS * Math.exp(away(RANGES.high) + RANGES.queueHigh * queueShare) + promptsS * most,
  ];
}

export function firstTokenRange(meanS: number, queueS: number, basis: Basis): Span {
  const [low, high] = RANGES.firstToken[basis];
  const [least, most] = RANGES.queue;
  const ownS = Math.max(0, meanS - queueS);
  return [ownS * low + queueS * least, ownS * high + queueS * most];
}
