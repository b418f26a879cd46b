import { admitWaiting } from './admit-waiting.ts';
import type { DecodeGroup } from './decode-group.ts';
import type { RequestState } from './request-state.ts';
import type { SchedulerState } from './scheduler-state.ts';
import { addEntry, clearPlan, type StepPlan } from './step-plan.ts';

/**
 * Fills the plan with the next step, as the V1 scheduler does: running requests in the order in which they started, then waiting ones
 * in the order in which they came, until the token budget is used up. A running request that gets no block preempts the one that
 * started last, itself if need be; after a preemption nothing new starts in this step.
 *
 * @source vLLM 0.11.2, 0.24.0 and 0.33.0 `v1/core/sched/scheduler.py` `Scheduler.schedule`, `v1/core/sched/async_scheduler.py`
 */
export function scheduleStep(state: SchedulerState, plan: StepPlan): void {
  clearPlan(plan);
  const { limits, rules } = state.input;
  const alone = state.running.length + state.waiting.length <= 1;
  const longPrefillTokens = rules.freesLonePrefill && alone ? 0 : limits.longPrefillTokens;
  const grouped = planGroup(state, plan, longPrefillTokens);
  const budget = planRunning(state, plan, limits.maxNumBatchedTokens - grouped, longPrefillTokens);
  if (plan.preempted.length === 0) admitWaiting(state, plan, budget, longPrefillTokens);
  advance(state, plan);
}

/** Lets the group have its step if that changes nothing for the others. @returns its tokens */
function planGroup(state: SchedulerState, plan: StepPlan, longPrefillTokens: number): number {
  const { group } = state;
  if (group === null) return 0;
  group.settle(state);
  if (group.size === 0) return 0;
  if (groupFits(state, group, longPrefillTokens)) group.advance(state, plan);
  else group.dissolve(state);
  return plan.groupSize;
}

/** The budget and the free blocks are enough for the group and for all others, whatever the order. */
function groupFits(state: SchedulerState, group: DecodeGroup, longPrefillTokens: number): boolean {
  let left = state.input.limits.maxNumBatchedTokens - group.size;
  let blocks = group.blocksTaken();
  if (left < 0) return false;
  for (const request of state.active) {
    const tokens = nextTokens(state, request, Number.POSITIVE_INFINITY, longPrefillTokens);
    if (tokens <= 0) continue;
    if (tokens > left && request.order < group.lastOrder) return false;
    const fitting = Math.min(tokens, left);
    if (fitting === 0) break;
    blocks += moreBlocks(state, request, fitting);
    left -= fitting;
  }
  return blocks <= state.pool.free;
}

/** @returns tokens of the budget that are left */
function planRunning(state: SchedulerState, plan: StepPlan, budget: number, longPrefillTokens: number): number {
  const { active } = state;
  let left = budget;
  for (let index = 0; index < active.length && left > 0; index++) {
    const request = active[index];
    if (request === undefined) break;
    const tokens = nextTokens(state, request, left, longPrefillTokens);
    if (tokens <= 0) continue;
    if (!makeRoom(state, plan, request, tokens)) break;
    const drafts = Math.max(0, Math.min(request.drafts, tokens + request.computed - request.tokens - request.placeholders));
    addEntry(plan, request, tokens, drafts);
    request.drafts = 0;
    left -= tokens;
  }
  return left;
}

/** How many positions of a running request the step may compute; 0: it waits for a token that is being computed. */
function nextTokens(state: SchedulerState, request: RequestState, budget: number, longPrefillTokens: number): number {
  const { limits, rules } = state.input;
  const { computed, placeholders } = request;
  const endTokens = request.promptTokens + request.outputTokens;
  // The step before is sure to give the last token.
  if (!rules.clipsDrafts && placeholders > 0 && computed + 2 - placeholders >= endTokens) return 0;
  let tokens = request.tokens + request.drafts + placeholders - computed;
  if (longPrefillTokens > 0 && tokens > longPrefillTokens) tokens = longPrefillTokens;
  const lastTokens = rules.clipsDrafts ? Math.min(endTokens, limits.maxModelLen) : limits.maxModelLen;
  return Math.min(tokens, budget, lastTokens - 1 - computed);
}

/** @returns whether the request got its blocks; it is no longer running otherwise */
function makeRoom(state: SchedulerState, plan: StepPlan, request: RequestState, tokens: number): boolean {
  while (!allocate(state, request, tokens)) {
    const victim = state.running.pop();
    if (victim === undefined) return false;
    state.active.pop();
    preempt(state, victim);
    plan.preempted.push(victim);
    if (victim === request) return false;
  }
  return true;
}

function slotsFor(state: SchedulerState, request: RequestState, tokens: number): number {
  return Math.max(request.slotTokens, Math.min(request.computed + tokens + state.lookaheadTokens, state.input.limits.maxModelLen));
}

/** Tokens that windows pass over when the request's next step is chosen. */
function settledTokens({ keepsInFlight }: SchedulerState, request: RequestState): number {
  return Math.max(request.passedTokens, keepsInFlight ? request.computed - request.inFlight : request.computed);
}

/** Blocks that a running request takes for its next tokens. */
function moreBlocks(state: SchedulerState, request: RequestState, tokens: number): number {
  const { kv } = state.input;
  const settled = settledTokens(state, request);
  const held = kv.onlyGrows ? request.heldBlocks : kv.heldBlocks(settled, request.slotTokens);
  return kv.heldBlocks(settled, slotsFor(state, request, tokens)) - held;
}

function allocate(state: SchedulerState, request: RequestState, tokens: number): boolean {
  const { pool } = state;
  const { kv } = state.input;
  const { computed } = request;
  if (!kv.onlyGrows) {
    // Blocks that left a window are given back first, whether or not the request then gets new ones.
    request.passedTokens = settledTokens(state, request);
    const stillHeld = kv.heldBlocks(request.passedTokens, request.slotTokens);
    if (stillHeld < request.heldBlocks) pool.give(request.heldBlocks - stillHeld, 0);
    request.heldBlocks = stillHeld;
  }
  const more = moreBlocks(state, request, tokens);
  if (more > pool.free) return false;
  if (more > 0) pool.take(more);
  request.heldBlocks += more;
  request.slotTokens = slotsFor(state, request, tokens);
  request.hashedTokens = Math.max(request.hashedTokens, Math.min(computed + tokens, request.tokens));
  return true;
}

/** Gives back everything; the request starts over, with its answer so far as part of its prompt. */
function preempt(state: SchedulerState, request: RequestState): void {
  const { kv } = state.input;
  const hashed = kv.onlyGrows ? Math.min(request.heldBlocks, Math.floor(request.hashedTokens / kv.blockTokens)) : 0;
  request.segment = state.pool.give(request.heldBlocks, hashed);
  request.status = 'waiting';
  request.heldBlocks = 0;
  request.slotTokens = 0;
  request.passedTokens = 0;
  request.hashedTokens = 0;
  request.computed = 0;
  request.drafts = 0;
  request.preemptions++;
  state.preemptions++;
  state.waiting.unshift(request);
}

/** Counts the chosen tokens as computed and says which requests get a token. */
function advance(state: SchedulerState, plan: StepPlan): void {
  const { asyncScheduling } = state.input.limits;
  for (let index = 0; index < plan.count; index++) {
    const entry = plan.entries[index];
    if (entry === undefined) break;
    const { request } = entry;
    request.computed += entry.tokens;
    if (asyncScheduling) request.inFlight += entry.tokens;
    entry.samples = request.computed >= request.tokens + request.placeholders;
    if (entry.samples && asyncScheduling) {
      request.placeholders += 1 + entry.drafts;
      request.drafts = state.draftTokens;
    }
  }
}
