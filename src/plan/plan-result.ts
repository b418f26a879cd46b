import type { EngineSettings } from '../engine/engine-settings.ts';
import type { ServeArgs } from '../engine/serve-args.ts';
import type { MemoryPlan } from '../memory/memory-plan.ts';
import type { PlanDocument } from './plan-document.ts';
import type { PlanRequest } from './plan-request.ts';

/** What `plan()` returns: the public document, and the typed facts that artifacts and reports are made from. */
export interface PlanResult {
  readonly request: PlanRequest;
  /** `artifacts` holds nulls; the command fills them in. */
  readonly document: PlanDocument;
  /** The arguments to start the engine with: the user's pins and what the plan chose; equal to the request's in `check`. */
  readonly args: ServeArgs;
  /** null when the configuration is refused before any arithmetic (tp = 3 on 32 heads). */
  readonly settings: EngineSettings | null;
  readonly memory: MemoryPlan | null;
}
