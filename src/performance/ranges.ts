import type { Span } from './forecast-types.ts';

/**
 * Where 90 % of published runs lie, as factors of the forecast's parts: the less of a figure is known, the wider.
 *
 * @source the runs behind calibration.ts; the share inside is checked against them
 */
export const RANGES = {
  /** Decode steps, on Hopper and data-centre Blackwell and elsewhere. */
  decode: { fast: [0.77, 1.2], other: [0.8, 1.3] },
  /** What neighbours' prompts add: a run may hit the prefix cache, or be too short for a steady state. */
  prompts: [0.25, 1.4],
  firstToken: [0.65, 2],
  /** Waiting for a place in the batch hinges on the room in the cache: nothing, or twice as long. */
  queue: [0, 2],
};

export interface TokenParts {
  /** Seconds a token, without and because of prompts. */
  readonly decodeS: number;
  readonly promptsS: number;
  readonly onFastPart: boolean;
}

export function perTokenRange({ decodeS, promptsS, onFastPart }: TokenParts): Span {
  const [low = 1, high = 1] = onFastPart ? RANGES.decode.fast : RANGES.decode.other;
  const [least = 1, most = 1] = RANGES.prompts;
  return [decodeS * low + promptsS * least, decodeS * high + promptsS * most];
}

export function firstTokenRange(meanS: number, queueS: number): Span {
  const [low = 1, high = 1] = RANGES.firstToken;
  const [least = 1, most = 1] = RANGES.queue;
  const ownS = meanS - queueS;
  return [ownS * low + queueS * least, ownS * high + queueS * most];
}
