import { BlockPool } from './block-pool.ts';
import type { RequestState } from './request-state.ts';
import type { SimulationInput } from './simulation.ts';
import { WaitingQueue } from './waiting-queue.ts';

/** What the scheduler knows between two steps. */
export interface SchedulerState {
  readonly input: SimulationInput;
  readonly pool: BlockPool;
  readonly usableBlocks: number;
  readonly watermarkBlocks: number;
  readonly draftTokens: number;
  readonly lookaheadTokens: number;
  readonly waiting: WaitingQueue;
  /** In the order in which they started. */
  running: RequestState[];
  preemptions: number;
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
    waiting: new WaitingQueue(),
    running: [],
    preemptions: 0,
  };
}
