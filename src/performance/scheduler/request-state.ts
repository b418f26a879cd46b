import type { ClientRequest } from '../load/client-load.ts';
import type { FreeSegment } from './block-pool.ts';

/** A request inside the engine. Fields named as vLLM's where they mean the same. */
export interface RequestState {
  readonly index: number;
  readonly promptTokens: number;
  /** Tokens that it generates before it ends. */
  readonly outputTokens: number;
  /** Prompt tokens found in the prefix cache when it starts for the first time. */
  readonly hitTokens: number;
  readonly sendS: number;
  readonly arrivalS: number;
  status: 'waiting' | 'running' | 'finished';
  /** Prompt and output tokens that the scheduler knows. */
  tokens: number;
  /** Tokens whose cache is computed or being computed. */
  computed: number;
  /** Output tokens that are being computed (async scheduling). */
  placeholders: number;
  /** Tokens chosen in steps that are not over (async scheduling). */
  inFlight: number;
  /** Drafts to check in the next step. */
  drafts: number;
  heldBlocks: number;
  /** Tokens that have a slot in the held blocks. */
  slotTokens: number;
  /** Tokens that windows have passed over; their blocks do not come back when drafts are rejected. */
  passedTokens: number;
  /** Tokens whose blocks could be found by their content after a preemption. */
  hashedTokens: number;
  /** Blocks of a preempted request that are free but not yet used again. */
  segment: FreeSegment | null;
  preemptions: number;
  /** Place in the order of starts. */
  order: number;
  /** The group's clock when it joined; -1: not in the group. Its other fields stand still while it is. */
  joinedAt: number;
  /** Fraction of a draft that is accepted next time. */
  acceptedCarry: number;
  /** Not a number until it happened. */
  firstScheduledS: number;
  firstTokenS: number;
  lastTokenS: number;
}

export interface Arrival {
  readonly index: number;
  readonly request: ClientRequest;
  readonly sendS: number;
  readonly arrivalS: number;
}

/**
 * Spreads the requests' phases evenly, so that not all get their extra token in the same step.
 *
 * @source golden ratio, the most even sequence of its kind
 */
const PHASE_STRIDE = 0.6180339887498949;

/** An answer that would pass `maxModelLen` ends there. */
export function newRequest({ index, request, sendS, arrivalS }: Arrival, maxModelLen: number, blockTokens: number): RequestState {
  const { promptTokens } = request;
  const wholeBlocks = Math.floor(Math.min(request.cachedTokens, promptTokens - 1) / blockTokens);
  return {
    index,
    promptTokens,
    outputTokens: Math.min(request.outputTokens, maxModelLen - promptTokens),
    hitTokens: wholeBlocks * blockTokens,
    sendS,
    arrivalS,
    status: 'waiting',
    tokens: promptTokens,
    computed: 0,
    placeholders: 0,
    inFlight: 0,
    drafts: 0,
    heldBlocks: 0,
    slotTokens: 0,
    passedTokens: 0,
    hashedTokens: 0,
    segment: null,
    preemptions: 0,
    order: 0,
    joinedAt: -1,
    acceptedCarry: ((index + 1) * PHASE_STRIDE) % 1,
    firstScheduledS: Number.NaN,
    firstTokenS: Number.NaN,
    lastTokenS: Number.NaN,
  };
}
