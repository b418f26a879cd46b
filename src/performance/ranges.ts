import type { Span } from './forecast-types.ts';

/**
 * Where 90 % of published runs lie, as factors of the forecast's parts: the less of a figure is known, the wider.
 *
 * @source 1,464 published runs, those behind calibration.ts among them: 88 % of the times lie inside
 */
const RANGES = {
  /** Decode steps, on Hopper and data-centre Blackwell and elsewhere. */
  decode: { fast: [0.8, 1.3], other: [0.72, 1.38] },
  /** What neighbours' prompts add: a run may hit the prefix cache, or be too short for a steady state. */
  prompts: [0.2, 1.6],
  firstToken: [0.62, 2.1],
  /** Waiting for a place in the batch hinges on the room in the cache: nothing, or twice as long. */
  queue: [0, 2],
} as const;

export interface TokenParts {
  /** Seconds a token, without and because of prompts. */
  readonly decodeS: number;
  readonly promptsS: number;
  readonly onFastPart: boolean;
}

export function perTokenRange({ decodeS, promptsS, onFastPart }: TokenParts): Span {
  const [low, high] = onFastPart ? RANGES.decode.fast : RANGES.decode.other;
  const [least, most] = RANGES.prompts;
  return [decodeS * low + promptsS * least, decodeS * high + promptsS * most];
}

export function firstTokenRange(meanS: number, queueS: number): Span {
  const [low, high] = RANGES.firstToken;
  const [least, most] = RANGES.queue;
  const ownS = meanS - queueS;
  return [ownS * low + queueS * least, ownS * high + queueS * most];
}
