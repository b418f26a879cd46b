import { isAtLeast, type Version } from '../../engine/version.ts';

/** What differs between the schedulers of vLLM's releases, as far as batches depend on it. */
export interface SchedulerRules {
  /** A prompt starts only when all of it has room in the cache, not just its first chunk. */
  readonly reservesWholePrompt: boolean;
  /** Drafts that would go past a request's last token are not computed. */
  readonly clipsDrafts: boolean;
  /** A prompt longer than a window reserves no more than what it can hold at one time. */
  readonly capsWindowReserve: boolean;
  /** A window's blocks are given back when the steps that may read them are over, not when those are chosen (async scheduling). */
  readonly keepsBlocksInFlight: boolean;
  /** Slots for drafts are also asked for in a request's first step. */
  readonly lookaheadAtAdmission: boolean;
  /** `--long-prefill-token-threshold` does not hold for a request that is alone. */
  readonly freesLonePrefill: boolean;
  /** Blocks that hold no full page of tokens are used again before all others. */
  readonly reusesPartialBlocksFirst: boolean;
}

/** @source vLLM `v1/core/sched/scheduler.py`, `v1/core/block_pool.py`, read for every release from 0.11.2 to 0.33.0 */
export function schedulerRules(version: Version): SchedulerRules {
  return {
    reservesWholePrompt: isAtLeast(version, '0.19.0'),
    capsWindowReserve: isAtLeast(version, '0.20.0'),
    keepsBlocksInFlight: isAtLeast(version, '0.26.0'),
    clipsDrafts: !isAtLeast(version, '0.12.0'),
    lookaheadAtAdmission: isAtLeast(version, '0.23.0'),
    freesLonePrefill: isAtLeast(version, '0.31.0'),
    reusesPartialBlocksFirst: isAtLeast(version, '0.24.0'),
  };
}
