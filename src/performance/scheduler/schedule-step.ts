import { admitWaiting } from './admit-waiting.ts';
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
  const budget = planRunning(state, plan, limits.maxNumBatchedTokens, longPrefillTokens);
  if (plan.preempted.length === 0) admitWaiting(state, plan, budget, longPrefillTokens);
  advance(state, plan);
}

/** @returns tokens of the budget that are left */
function planRunning(state: SchedulerState, plan: StepPlan, budget: number, longPrefillTokens: number): number {
  const { running } = state;
  let left = budget;
  for (let index = 0; index < running.length && left > 0; index++) {
    const request = running[index];
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
    preempt(state, victim);
    plan.preempted.push(victim);
    if (victim === request) return false;
  }
  return true;
}

function allocate(state: SchedulerState, request: RequestState, tokens: number): boolean {
  const { pool, lookaheadTokens } = state;
  const { kv, limits } = state.input;
  const { computed } = request;
  const slotTokens = Math.max(request.slotTokens, Math.min(computed + tokens + lookaheadTokens, limits.maxModelLen));
  if (!kv.onlyGrows) {
    // Blocks that left a window are given back first, whether or not the request then gets new ones.
    const stillHeld = kv.heldBlocks(computed, request.slotTokens);
    if (stillHeld < request.heldBlocks) pool.give(request.heldBlocks - stillHeld, 0);
    request.heldBlocks = stillHeld;
  }
  const more = kv.heldBlocks(computed, slotTokens) - request.heldBlocks;
  if (more > pool.free) return false;
  if (more > 0) pool.take(more);
  request.heldBlocks += more;
  request.slotTokens = slotTokens;
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
    entry.samples = request.computed >= request.tokens + request.placeholders;
    if (!entry.samples || entry.tokens !== 1 || entry.context < request.promptTokens) plan.onlyDecodes = false;
    if (entry.samples && asyncScheduling) {
      request.placeholders += 1 + entry.drafts;
      request.drafts = state.draftTokens;
    }
  }
}
