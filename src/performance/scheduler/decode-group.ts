import type { KvSpan } from './kv-demand.ts';
import type { RequestState } from './request-state.ts';
import type { SchedulerState } from './scheduler-state.ts';
import type { SimulationInput } from './simulation.ts';
import { insertDecode, type StepPlan } from './step-plan.ts';

/**
 * Requests that get exactly one token in every step, advanced together: a step costs the same however many they are.
 *
 * The group only counts: its sequences, their contexts, and in which steps they take or give back blocks (every block length, at a phase
 * of its own). A request's own fields are brought up to date when it leaves: two steps before its end, where its window begins to
 * give back blocks or its context reaches a cap, or when the budget or the blocks may not be enough for everybody (`dissolve`).
 * The result is the plain loop's to the last bit; a property test holds it to that.
 */
export class DecodeGroup {
  size = 0;
  /** No member started later than this. */
  lastOrder = -1;
  private readonly input: SimulationInput;
  private readonly spans: readonly SpanPhases[];
  /** Tokens attended to in the next step: all, and cut at each cap. */
  private contextTokens = 0;
  private readonly cappedTokens: number[];
  /** Members below each cap. */
  private readonly growing: number[];
  /** Tokens by which windows lag behind. */
  private readonly lag: number;
  private clock = 0;
  /** Steps to wait before anybody joins again, and how many it was last time. */
  private rest = 0;
  private lastRest = 1;
  private formedAt = 0;
  private leaving = new Map<number, RequestState[]>();

  constructor(input: SimulationInput) {
    this.input = input;
    this.lag = input.rules.keepsBlocksInFlight && input.limits.asyncScheduling ? 1 : 0;
    this.spans = input.kv.spans.map((span) => ({
      ...span,
      taken: new Int32Array(span.blockTokens),
      given: new Int32Array(span.blockTokens),
    }));
    this.cappedTokens = input.contextCaps.map(() => 0);
    this.growing = input.contextCaps.map(() => 0);
  }

  /** Lets those go whose time has come, and takes in those that are ready. */
  settle(state: SchedulerState): void {
    const due = this.leaving.get(this.clock);
    if (due !== undefined) {
      this.leaving.delete(this.clock);
      for (const request of due) {
        this.leave(state, request);
        insertByOrder(state.active, request);
      }
    }
    if (this.rest > 0) {
      this.rest--;
      return;
    }
    let kept = 0;
    for (const request of state.active) {
      const steps = this.memberSteps(state, request);
      if (steps >= LEAST_STEPS) this.join(request, steps);
      else state.active[kept++] = request;
    }
    state.active.length = kept;
  }

  /** Blocks that the group takes in the next step. */
  blocksTaken(): number {
    let blocks = 0;
    for (const { taken, blockTokens } of this.spans) blocks += taken[this.clock % blockTokens] ?? 0;
    return blocks;
  }

  /** One token for everybody. */
  advance({ pool }: SchedulerState, plan: StepPlan): void {
    plan.groupSize = this.size;
    plan.groupContextTokens = this.contextTokens;
    if (this.cappedTokens.length > 0) plan.groupCappedTokens = this.cappedTokens.slice();
    for (const { given, blockTokens } of this.spans) {
      const blocks = given[this.clock % blockTokens] ?? 0;
      if (blocks > 0) pool.give(blocks, 0);
    }
    const blocks = this.blocksTaken();
    if (blocks > 0) pool.take(blocks);
    this.contextTokens += this.size;
    for (let cap = 0; cap < this.growing.length; cap++) add(this.cappedTokens, cap, this.growing[cap] ?? 0);
    this.clock++;
  }

  /** Everybody leaves. A group that lived too short to be worth it waits longer and longer before it forms again. */
  dissolve(state: SchedulerState): void {
    for (const request of state.running) if (request.joinedAt >= 0) this.leave(state, request);
    state.active = state.running.slice();
    this.leaving.clear();
    this.lastOrder = -1;
    this.lastRest = this.clock - this.formedAt >= LEAST_STEPS ? 1 : Math.min(2 * this.lastRest, MOST_REST_STEPS);
    this.rest = this.lastRest;
    this.formedAt = this.clock;
  }

  /** For how many steps the request can be a member. */
  private memberSteps(state: SchedulerState, request: RequestState): number {
    const { kv, limits, contextCaps } = this.input;
    const { computed } = request;
    const steady = limits.asyncScheduling
      ? request.placeholders === 1 && computed === request.tokens
      : request.tokens - computed === 1 && request.lastTokenS === state.nowS;
    if (!steady || request.slotTokens !== computed) return 0;
    if (state.keepsInFlight && request.inFlight !== 1) return 0;
    if (request.heldBlocks !== kv.heldBlocks(computed - 1 - this.lag, computed)) return 0;
    let steps = request.promptTokens + request.outputTokens - 2 - computed;
    const settled = computed - this.lag;
    for (const { windowTokens } of this.spans) if (settled < windowTokens) steps = Math.min(steps, windowTokens - settled);
    for (const cap of contextCaps) if (computed + 1 < cap) steps = Math.min(steps, cap - computed - 1);
    return steps;
  }

  private join(request: RequestState, steps: number): void {
    request.joinedAt = this.clock;
    const until = this.clock + steps;
    const others = this.leaving.get(until);
    if (others === undefined) this.leaving.set(until, [request]);
    else others.push(request);
    if (request.order > this.lastOrder) this.lastOrder = request.order;
    this.count(request, 1);
  }

  private leave(state: SchedulerState, request: RequestState): void {
    this.count(request, -1);
    const steps = this.clock - request.joinedAt;
    request.joinedAt = -1;
    if (steps === 0) return;
    const { kv, limits } = this.input;
    const computed = request.computed + steps;
    request.computed = computed;
    request.tokens = limits.asyncScheduling ? computed : computed + 1;
    request.placeholders = limits.asyncScheduling ? 1 : 0;
    request.inFlight = request.placeholders;
    request.slotTokens = computed;
    request.heldBlocks = kv.heldBlocks(computed - 1 - this.lag, computed);
    request.hashedTokens = Math.max(request.hashedTokens, limits.asyncScheduling ? computed - 1 : computed);
    request.lastTokenS = state.nowS;
    if (state.inFlight === null) return;
    state.inFlight.groupSize--;
    insertDecode(state.inFlight, request);
  }

  /** Adds the request to the sums, or takes it out. */
  private count(request: RequestState, sign: 1 | -1): void {
    const context = request.computed + this.clock - request.joinedAt + 1;
    this.size += sign;
    this.contextTokens += sign * context;
    this.input.contextCaps.forEach((cap, index) => {
      add(this.cappedTokens, index, sign * Math.min(context, cap));
      if (request.computed + 1 < cap) add(this.growing, index, sign);
    });
    for (const { blockTokens, windowTokens, taken, given } of this.spans) {
      add(taken, phase(request.joinedAt - request.computed, blockTokens), sign);
      const outside = request.computed - this.lag - windowTokens + 1;
      if (outside > 0) add(given, phase(request.joinedAt - outside, blockTokens), sign);
    }
  }
}

/** How often blocks are taken and given back at each phase of the group's clock. */
interface SpanPhases extends KvSpan {
  readonly taken: Int32Array;
  readonly given: Int32Array;
}

/** Joining for less costs more than it saves. */
const LEAST_STEPS = 3;
const MOST_REST_STEPS = 64;

function phase(clock: number, blockTokens: number): number {
  const over = clock % blockTokens;
  return over < 0 ? over + blockTokens : over;
}

function add(counts: number[] | Int32Array, index: number, change: number): void {
  counts[index] = (counts[index] ?? 0) + change;
}

function insertByOrder(requests: RequestState[], request: RequestState): void {
  let at = requests.length;
  while (at > 0 && (requests[at - 1]?.order ?? 0) > request.order) at--;
  requests.splice(at, 0, request);
}
