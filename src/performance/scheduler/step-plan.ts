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
}

/** What the scheduler chose for one step. Entries are reused. */
export interface StepPlan {
  readonly entries: PlanEntry[];
  /** Entries in use. */
  count: number;
  /** All entries are one token after a finished prompt. */
  onlyDecodes: boolean;
  readonly preempted: RequestState[];
  endS: number;
}

export function emptyPlan(): StepPlan {
  return { entries: [], count: 0, onlyDecodes: true, preempted: [], endS: 0 };
}

export function clearPlan(plan: StepPlan): void {
  plan.count = 0;
  plan.onlyDecodes = true;
  plan.preempted.length = 0;
}

export function addEntry(plan: StepPlan, request: RequestState, tokens: number, drafts: number): void {
  const entry = plan.entries[plan.count];
  if (entry === undefined) {
    plan.entries.push({ request, tokens, drafts, context: request.computed, samples: false });
  } else {
    entry.request = request;
    entry.tokens = tokens;
    entry.drafts = drafts;
    entry.context = request.computed;
    entry.samples = false;
  }
  plan.count++;
}
