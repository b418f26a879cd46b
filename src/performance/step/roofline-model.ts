import type { ForecastInput } from '../forecast-types.ts';
import type { RankWork } from '../rank-work.ts';
import type { EngineBatch } from '../scheduler/engine-batch.ts';
import { stepS } from '../step-time.ts';
import { rooflineCost } from './cost.ts';
import type { StepModel } from './step-model.ts';

/** Steps of a GPU without measured kernels: bandwidth, compute rates and links alone. */
export function rooflineModel(work: RankWork, input: ForecastInput): StepModel {
  return { contextCaps: [], cost: (batch) => rooflineCost(stepS(work, batchOf(batch), input)) };
}

function batchOf({ prefills, decodes, decodeContextTokens }: EngineBatch) {
  let promptTokens = 0;
  let pairs = 0;
  for (const { tokens, contextTokens } of prefills) {
    promptTokens += tokens;
    pairs += tokens * (contextTokens + tokens / 2);
  }
  return {
    sequences: decodes,
    contextTokens: decodes > 0 ? decodeContextTokens / decodes : 0,
    promptTokens,
    promptContextTokens: promptTokens > 0 ? pairs / promptTokens : 0,
  };
}
