import type { EngineRun } from './engine-run.ts';

export function advanceDecodes(_run: EngineRun): boolean {
  return false;
}
