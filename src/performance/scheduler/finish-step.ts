import type { RequestState } from './request-state.ts';
import type { SchedulerState } from './scheduler-state.ts';
import type { StepPlan } from './step-plan.ts';

/** Where the tokens of a step go. */
export interface TokenSink {
  /** @param count tokens that the client gets in one message */
  onTokens(request: RequestState, count: number): void;
  onFinish(request: RequestState): void;
}

/**
 * Takes the results of a step: accepted drafts stay, rejected ones are computed again, finished requests give back their blocks.
 *
 * @source vLLM 0.24.0 `v1/core/sched/scheduler.py` `Scheduler.update_from_output`
 */
export function finishStep(state: SchedulerState, plan: StepPlan, sink: TokenSink): void {
  let left = false;
  for (let index = 0; index < plan.count; index++) {
    const entry = plan.entries[index];
    if (entry === undefined) break;
    const { request, drafts } = entry;
    if (request.inFlight > 0) request.inFlight -= entry.tokens;
    // With async scheduling a step may be under way for a request that the step before has ended.
    if (!entry.samples || request.status === 'finished') continue;
    const given = 1 + (drafts > 0 ? checkDrafts(state, request, drafts) : 0);
    const count = Math.min(given, request.promptTokens + request.outputTokens - request.tokens);
    request.tokens += count;
    if (request.placeholders > 0) request.placeholders -= given;
    const wasRunning = request.status === 'running';
    sink.onTokens(request, count);
    if (request.tokens >= request.promptTokens + request.outputTokens) {
      release(state, request);
      if (wasRunning) left = true;
      else state.waiting.remove(request);
      sink.onFinish(request);
    } else if (wasRunning) {
      afterTokens(state, request);
    }
  }
  if (!left) return;
  state.running = state.running.filter(({ status }) => status === 'running');
  state.active = state.active.filter(({ status }) => status === 'running');
}

/** @returns drafts that are accepted */
function checkDrafts(state: SchedulerState, request: RequestState, drafts: number): number {
  const accepted = nextAccepted(state, request, drafts);
  if (request.computed > 0) request.computed -= drafts - accepted;
  if (request.placeholders > 0) request.placeholders -= drafts - accepted;
  return accepted;
}

/** The stated mean as whole numbers: 2.4 tokens a step are 1, 1, 2, 1, 2, … drafts. */
function nextAccepted(state: SchedulerState, request: RequestState, drafts: number): number {
  request.acceptedCarry += (state.input.speculation?.acceptanceLength ?? 1) - 1;
  const accepted = Math.floor(request.acceptedCarry);
  request.acceptedCarry -= accepted;
  return Math.min(accepted, drafts);
}

function afterTokens(state: SchedulerState, request: RequestState): void {
  if (state.input.limits.asyncScheduling) {
    request.hashedTokens = Math.max(request.hashedTokens, request.computed - request.placeholders);
  } else {
    request.drafts = state.draftTokens;
  }
}

function release({ pool, input }: SchedulerState, request: RequestState): void {
  const hashed = Math.min(request.heldBlocks, Math.floor(request.hashedTokens / input.kv.blockTokens));
  if (request.heldBlocks > 0) pool.give(request.heldBlocks, hashed);
  request.heldBlocks = 0;
  request.segment = null;
  request.status = 'finished';
}
