import type { RequestState } from './request-state.ts';
import type { SchedulerState } from './scheduler-state.ts';
import { addEntry, type StepPlan } from './step-plan.ts';

/** Starts waiting requests, first come first served: one that has to wait holds up all behind it. */
export function admitWaiting(state: SchedulerState, plan: StepPlan, budget: number, longPrefillTokens: number): void {
  const { waiting, running } = state;
  const { limits } = state.input;
  let left = budget;
  while (left > 0 && running.length < limits.maxNumSeqs) {
    const request = waiting.peek();
    if (request === undefined) return;
    const hitTokens = cachedTokens(state, request);
    let tokens = request.tokens - hitTokens;
    if (longPrefillTokens > 0 && tokens > longPrefillTokens) tokens = longPrefillTokens;
    if (!limits.chunkedPrefill && tokens > left) return;
    tokens = Math.min(tokens, left);
    if (!admit(state, request, hitTokens, tokens)) return;
    waiting.shift();
    running.push(request);
    state.active.push(request);
    request.order = state.starts++;
    addEntry(plan, request, tokens, 0);
    left -= tokens;
  }
}

/**
 * Tokens of a request that need not be computed: the stated share for a new one; for a preempted one what is left of its own
 * blocks. At least one token is always computed. A drafter with a cache of its own gives up the last block.
 */
export function cachedTokens(state: SchedulerState, request: RequestState): number {
  const { kv, limits } = state.input;
  const { blockTokens } = kv;
  const dropped = state.lookaheadTokens > 0 ? blockTokens : 0;
  if (!limits.prefixCaching) return 0;
  if (request.segment === null) return Math.max(0, request.hitTokens - dropped);
  const whole = Math.floor((request.tokens - 1) / blockTokens);
  return Math.max(0, Math.min(request.segment.hashedBlocks, whole) * blockTokens - dropped);
}

/** Whether the first waiting request has room for a first step of so many tokens. */
export function hasRoom(state: SchedulerState, request: RequestState, hitTokens: number, tokens: number): boolean {
  const { pool } = state;
  const { kv, limits, rules } = state.input;
  const spareBlocks = pool.free - (state.running.length > 0 ? state.watermarkBlocks : 0);
  if (rules.reservesWholePrompt && kv.admissionBlocks(Math.min(request.tokens, limits.maxModelLen)) > spareBlocks) return false;
  return kv.heldBlocks(hitTokens, slotsFor(state, hitTokens + tokens)) <= spareBlocks;
}

function slotsFor({ input, lookaheadTokens }: SchedulerState, tokens: number): number {
  return Math.min(tokens + (input.rules.lookaheadAtAdmission ? lookaheadTokens : 0), input.limits.maxModelLen);
}

function admit(state: SchedulerState, request: RequestState, hitTokens: number, tokens: number): boolean {
  if (!hasRoom(state, request, hitTokens, tokens)) return false;
  const { pool } = state;
  const { kv } = state.input;
  const slotTokens = slotsFor(state, hitTokens + tokens);
  const blocks = kv.heldBlocks(hitTokens, slotTokens);
  const own = request.segment === null ? 0 : hitTokens / kv.blockTokens;
  if (request.segment !== null) pool.reclaim(request.segment, own);
  pool.take(blocks - own);
  request.segment = null;
  request.status = 'running';
  request.computed = hitTokens;
  request.heldBlocks = blocks;
  request.slotTokens = slotTokens;
  request.passedTokens = hitTokens;
  request.hashedTokens = Math.min(hitTokens + tokens, request.tokens);
  return true;
}
