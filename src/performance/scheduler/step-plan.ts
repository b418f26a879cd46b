import type { RequestState } from './request-state.ts';

/** One request's part of a step. */
export interface PlanEntry {
  request: RequestState;
  /** Positions computed. */
  tokens: number;
  /** Of them drafts to be checked. */
  drafts: number;
  /** Tokens computed before the step. */
  context: number;
  /** The step gives the request a token. */
  samples: boolean;
  /** The request's place in the order of starts. */
  order: number;
}

/** What the scheduler chose for one step. Entries are reused. */
export interface StepPlan {
  readonly entries: PlanEntry[];
  /** Entries in use. */
  count: number;
  /** Requests of the group that get a token besides, and what they attend to. */
  groupSize: number;
  groupContextTokens: number;
  groupCappedTokens: readonly number[];
  readonly preempted: RequestState[];
  endS: number;
}

const NO_TOKENS: readonly number[] = [];

export function emptyPlan(): StepPlan {
  return { entries: [], count: 0, groupSize: 0, groupContextTokens: 0, groupCappedTokens: NO_TOKENS, preempted: [], endS: 0 };
}

export function clearPlan(plan: StepPlan): void {
  plan.count = 0;
  plan.groupSize = 0;
  plan.groupContextTokens = 0;
  plan.groupCappedTokens = NO_TOKENS;
  plan.preempted.length = 0;
}

export function addEntry(plan: StepPlan, request: RequestState, tokens: number, drafts: number): void {
  const entry = plan.entries[plan.count];
  if (entry === undefined) {
    plan.entries.push({ request, tokens, drafts, context: request.computed, samples: false, order: request.order });
  } else {
    entry.request = request;
    entry.tokens = tokens;
    entry.drafts = drafts;
    entry.context = request.computed;
    entry.samples = false;
    entry.order = request.order;
  }
  plan.count++;
}

/** Adds a request that left the group to a step that is under way, in the order of starts. */
export function insertDecode(plan: StepPlan, request: RequestState): void {
  addEntry(plan, request, 1, 0);
  let at = plan.count - 1;
  const added = plan.entries[at];
  if (added === undefined) return;
  added.context = request.computed - 1;
  added.samples = true;
  for (let before = plan.entries[at - 1]; before !== undefined && before.order > added.order; before = plan.entries[at - 1]) {
    plan.entries[at] = before;
    at--;
  }
  plan.entries[at] = added;
}
