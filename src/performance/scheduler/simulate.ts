import { EngineRun } from './engine-run.ts';
import type { SimulationInput, SimulationResult } from './simulation.ts';

/**
 * Plays a benchmark on the twin of vLLM's V1 engine and reports what `vllm bench serve` would print.
 *
 * Pure: the same input gives the same bytes. Steps follow each other without gaps; what the host adds to a step is part of `stepTime`.
 * With async scheduling a step is chosen when the step before it starts, so it does not know that step's tokens yet.
 */
export function simulate(input: SimulationInput): SimulationResult {
  return new EngineRun(input).run();
}
