import { BatchBuilder } from './batch-builder.ts';
import { Clients } from './clients.ts';
import { DecodeGroup } from './decode-group.ts';
import { finishStep, type TokenSink } from './finish-step.ts';
import { newRequest, type RequestState } from './request-state.ts';
import { RunRecord } from './run-record.ts';
import { scheduleStep } from './schedule-step.ts';
import { newSchedulerState, type SchedulerState } from './scheduler-state.ts';
import type { SimulationInput, SimulationResult } from './simulation.ts';
import { emptyPlan, type StepPlan } from './step-plan.ts';

export interface RunOptions {
  /** Every step one by one: slower, the same result. */
  readonly plain?: boolean;
  /** Sees every step that was chosen and its start. */
  readonly onStep?: (plan: StepPlan) => void;
  /** Sees every step that is over and the requests that it ended. */
  readonly onComplete?: (plan: StepPlan, ended: readonly RequestState[]) => void;
}

/** One run of the engine: its clock, its clients and up to two steps under way. */
export class EngineRun implements TokenSink {
  readonly input: SimulationInput;
  readonly state: SchedulerState;
  readonly clients: Clients;
  readonly record: RunRecord;
  readonly builder: BatchBuilder;
  private readonly options: RunOptions;
  /** When the step whose tokens are handed out has started, as far as it followed another one without a gap. */
  private previousS = Number.NaN;
  private sameGap = 0;
  private ended: RequestState[] = [];
  private spare = emptyPlan();

  constructor(input: SimulationInput, options: RunOptions = {}) {
    this.input = input;
    this.options = options;
    this.state = newSchedulerState(input);
    // Drafts make steps of different lengths, which the group does not know.
    if (options.plain !== true && input.speculation === null) this.state.group = new DecodeGroup(input);
    this.record = new RunRecord(input);
    this.builder = new BatchBuilder(input.contextCaps);
    this.clients = new Clients(input);
  }

  run(): SimulationResult {
    while (this.step());
    return this.record.result(this.state.preemptions, this.state.usableBlocks);
  }

  private step(): boolean {
    this.receive();
    const plan = this.spare;
    scheduleStep(this.state, plan);
    if (plan.count + plan.groupSize === 0) {
      if (this.state.inFlight !== null) {
        this.spare = this.complete(this.state.inFlight);
        this.state.inFlight = null;
        return true;
      }
      if (this.state.waiting.length > 0 && this.state.running.length === 0) throw new RangeError('a waiting request can never start');
      const arrivalS = this.clients.nextArrivalS;
      if (arrivalS === Number.POSITIVE_INFINITY) return false;
      this.state.nowS = arrivalS;
      return true;
    }
    this.noteFirstSteps(plan);
    const batch = this.builder.build(plan);
    const durationS = this.input.stepTime(batch);
    this.record.addStep(durationS, plan.count + plan.groupSize, this.builder.tokens, this.heldBlocks());
    this.options.onStep?.(plan);
    this.execute(plan, durationS);
    return true;
  }

  heldBlocks(): number {
    return this.state.usableBlocks - this.state.pool.free;
  }

  /** Requests that have arrived join the queue. */
  private receive(): void {
    const { kv, limits } = this.input;
    for (let arrival = this.clients.take(this.state.nowS); arrival !== undefined; arrival = this.clients.take(this.state.nowS)) {
      const request = newRequest(arrival, limits.maxModelLen, kv.blockTokens);
      if (this.canEverRun(request)) {
        this.state.waiting.push(request);
      } else {
        this.record.refused++;
        this.clients.sendNext(this.state.nowS);
      }
    }
  }

  /** vLLM refuses prompts that leave no room for an answer; what the cache can never hold would wait for ever. */
  private canEverRun({ promptTokens, outputTokens }: RequestState): boolean {
    const { kv } = this.input;
    if (outputTokens < 1) return false;
    const tokens = Math.min(promptTokens + outputTokens - 1 + this.state.lookaheadTokens, this.input.limits.maxModelLen);
    const needed = kv.onlyGrows ? kv.heldBlocks(0, tokens) : kv.admissionBlocks(tokens);
    return needed <= this.state.usableBlocks;
  }

  private noteFirstSteps(plan: StepPlan): void {
    for (let index = plan.count - 1; index >= 0; index--) {
      const request = plan.entries[index]?.request;
      if (request === undefined || !Number.isNaN(request.firstScheduledS)) return;
      request.firstScheduledS = this.state.nowS;
    }
  }

  private execute(plan: StepPlan, durationS: number): void {
    if (!this.input.limits.asyncScheduling) {
      plan.endS = this.state.nowS + durationS;
      this.complete(plan);
      return;
    }
    const before = this.state.inFlight;
    plan.endS = (before === null ? this.state.nowS : before.endS) + durationS;
    this.state.inFlight = plan;
    this.spare = before === null ? emptyPlan() : this.complete(before);
  }

  /** Moves the clock to the end of the step and hands out its tokens. @returns the plan, to be used again */
  private complete(plan: StepPlan): StepPlan {
    this.state.nowS = plan.endS;
    this.sameGap = plan.groupSize;
    this.ended = [];
    finishStep(this.state, plan, this);
    this.options.onComplete?.(plan, this.ended);
    if (this.sameGap > 0) this.record.itl.add(this.state.nowS - this.previousS, this.sameGap);
    this.previousS = this.state.nowS;
    return plan;
  }

  onTokens(request: RequestState): void {
    if (Number.isNaN(request.firstTokenS)) request.firstTokenS = this.state.nowS;
    else if (request.lastTokenS === this.previousS) this.sameGap++;
    else this.record.itl.add(this.state.nowS - request.lastTokenS);
    request.lastTokenS = this.state.nowS;
  }

  onFinish(request: RequestState): void {
    this.record.finish(request);
    this.ended.push(request);
    this.clients.sendNext(this.state.nowS + this.input.frontEnd.egressS);
  }
}
