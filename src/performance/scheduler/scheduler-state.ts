import { BlockPool } from './block-pool.ts';
import type { DecodeGroup } from './decode-group.ts';
import type { RequestState } from './request-state.ts';
import type { SimulationInput } from './simulation.ts';
import type { StepPlan } from './step-plan.ts';
import { WaitingQueue } from './waiting-queue.ts';

/** What the scheduler knows between two steps. */
export interface SchedulerState {
  readonly input: SimulationInput;
  readonly pool: BlockPool;
  readonly usableBlocks: number;
  readonly watermarkBlocks: number;
  readonly draftTokens: number;
  readonly lookaheadTokens: number;
  /** Windows lag behind by what is in flight. */
  readonly keepsInFlight: boolean;
  readonly waiting: WaitingQueue;
  /** In the order in which they started. */
  running: RequestState[];
  /** Those of them that are not in the group. */
  active: RequestState[];
  /** null: every request is looked at in every step. */
  group: DecodeGroup | null;
  starts: number;
  preemptions: number;
  nowS: number;
  /** Async scheduling: the step that is being computed. */
  inFlight: StepPlan | null;
}

export function newSchedulerState(input: SimulationInput): SchedulerState {
  const { limits, rules, speculation } = input;
  // Block 0 stands in for what is not there and is never given out.
  const usableBlocks = limits.numBlocks - 1;
  const draftTokens = speculation?.draftTokens ?? 0;
  return {
    input,
    pool: new BlockPool(usableBlocks, rules.reusesPartialBlocksFirst),
    usableBlocks,
    watermarkBlocks: Math.floor(limits.watermarkFraction * limits.numBlocks),
    draftTokens,
    lookaheadTokens: speculation?.takesSlots === true ? draftTokens : 0,
    keepsInFlight: rules.keepsBlocksInFlight && limits.asyncScheduling,
    waiting: new WaitingQueue(),
    running: [],
    active: [],
    group: null,
    starts: 0,
    preemptions: 0,
    nowS: 0,
    inFlight: null,
  };
}
