import type { EngineBatch } from '../scheduler/engine-batch.ts';
import { type Cost, sumCosts, timesCost } from './cost.ts';

/** What is left of another replica's prompt in a step with one of its own: the experts work on both; 0.3 to 0.7. */
const TOGETHER_SHARE = 0.5;

/**
 * Data-parallel replicas of a mixture meet in every layer to exchange tokens, so a step lasts as long as that of the slowest: a prompt
 * of one replica holds up all. The twin plays one of n replicas that are alike: for each prompt of its own the others work on n − 1,
 * and by so much its next steps are longer, one prompt a step.
 *
 * @source vLLM 0.20.2 `v1/engine/core.py` `DPEngineCoreProc`: a replica without work runs dummy batches while another has some
 */
export class Lockstep {
  private readonly costOf: (batch: EngineBatch) => Cost;
  private readonly others: number;
  private readonly owed: Cost[] = [];

  /** @param replicas that exchange tokens; 1: none do */
  constructor(costOf: (batch: EngineBatch) => Cost, replicas: number) {
    this.costOf = costOf;
    this.others = replicas - 1;
  }

  cost(batch: EngineBatch): Cost {
    const own = this.costOf(batch);
    if (this.others === 0) return own;
    const foreign = this.owed.pop();
    if (batch.prefills.length === 0) return foreign === undefined ? own : sumCosts([own, foreign]);
    const prompts = batch.decodes === 0 ? own : sumCosts([own, timesCost(this.costOf({ ...batch, prefills: [] }), -1)]);
    for (let other = 0; other < this.others; other++) this.owed.push(prompts);
    return foreign === undefined ? own : sumCosts([own, timesCost(foreign, TOGETHER_SHARE)]);
  }
}
