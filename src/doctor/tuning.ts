import type { EngineSettings } from '../engine/engine-settings.ts';
import type { ServeArgs } from '../engine/serve-args.ts';
import type { Evaluation } from '../plan/evaluate.ts';
import type { PlanRequest } from '../plan/plan-request.ts';
import type { Evidence } from './cause.ts';

/** The configuration that failed, and what its log says. */
export interface TuneContext extends Evidence {
  readonly request: PlanRequest;
  readonly args: ServeArgs;
  readonly settings: EngineSettings;
  readonly evaluation: Evaluation;
}

/** One change that may help. */
export interface Attempt {
  readonly change: string;
  readonly sideEffect: string;
  readonly args: ServeArgs;
  /** GPUs that it needs, when more than there are. */
  readonly gpus?: number;
  /** Another release, or weights in another format. */
  readonly request?: PlanRequest;
}

/** A way to change a command. */
export interface Tuning {
  /** The change in words, where no command can be checked; empty where it does not apply. */
  readonly advice: (evidence: Evidence) => string;
  /** The mildest first; empty where it does not apply. */
  readonly attempts: (context: TuneContext) => readonly Attempt[];
}
