import type { BasisShares, Span } from './forecast-types.ts';

type Basis = keyof BasisShares;

/**
 * Where 90 % of published runs lie, as factors of the forecast's parts: the less of a figure is known, the wider.
 */
const RANGES = {
  decode: { measured: [0.83, 1.2], interpolated: [0.83, 1.2], roofline: [0.72, 1.38] },
  /** What neighbours' prompts add. */
  prompts: { measured: [0.7, 1.4], interpolated: [0.7, 1.4], roofline: [0.3, 1.6] },
  firstToken: { measured: [0.62, 1.8], interpolated: [0.62, 1.8], roofline: [0.62, 2.1] },
  /** Waiting for a place in the batch hinges on the room in the cache: nothing, or twice as long. */
  queue: [0, 2],
} as const;

export interface TokenParts {
  /** Seconds a token, without and because of prompts. */
  readonly decodeS: number;
  readonly promptsS: number;
  readonly basis: Basis;
}

export function perTokenRange({ decodeS, promptsS, basis }: TokenParts): Span {
  const [low, high] = RANGES.decode[basis];
  const [least, most] = RANGES.prompts[basis];
  return [decodeS * low + promptsS * least, decodeS * high + promptsS * most];
}

export function firstTokenRange(meanS: number, queueS: number, basis: Basis): Span {
  const [low, high] = RANGES.firstToken[basis];
  const [least, most] = RANGES.queue;
  const ownS = Math.max(0, meanS - queueS);
  return [ownS * low + queueS * least, ownS * high + queueS * most];
}
