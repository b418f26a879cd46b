import type { BasisShares } from '../forecast-types.ts';
import type { EngineBatch } from '../scheduler/engine-batch.ts';
import type { Cost } from './cost.ts';

/** Computes what a step costs. */
export interface StepModel {
  /** Windows at which the twin has to cut contexts. */
  readonly contextCaps: readonly number[];
  cost(batch: EngineBatch): Cost;
}

/** Adds up what the steps of a run cost. */
export class CostMeter {
  private measuredS = 0;
  private interpolatedS = 0;
  private rooflineS = 0;

  add({ measuredS, interpolatedS, rooflineS }: Cost): number {
    this.measuredS += measuredS;
    this.interpolatedS += interpolatedS;
    this.rooflineS += rooflineS;
    return measuredS + interpolatedS + rooflineS;
  }

  shares(): BasisShares {
    const total = this.measuredS + this.interpolatedS + this.rooflineS;
    if (total === 0) return { measured: 0, interpolated: 0, roofline: 1 };
    return { measured: this.measuredS / total, interpolated: this.interpolatedS / total, roofline: this.rooflineS / total };
  }
}

/**
 * With p pipeline stages as many batches are under way. The twin's step is one turn of the pipeline, in which every sequence gets a
 * token: a batch of 1 / p of the sequences passes all stages, and a prompt delays the others by its share of one stage.
 *
 *   t = t(sequences / p) + (t(sequences / p, prompts) − t(sequences / p)) / min(p, 1 + sequences)
 */
export function pipelinedCost(model: StepModel, batch: EngineBatch, stages: number): Cost {
  if (stages === 1) return model.cost(batch);
  const share = Math.min(stages, Math.max(1, batch.decodes));
  const part = {
    prefills: [],
    decodes: batch.decodes / share,
    decodeTokens: batch.decodeTokens / share,
    decodeContextTokens: batch.decodeContextTokens / share,
    cappedContextTokens: batch.cappedContextTokens.map((tokens) => tokens / share),
  };
  if (batch.prefills.length === 0) return model.cost(part);
  const mixed = model.cost({ ...part, prefills: batch.prefills });
  if (batch.decodes === 0) return mixed;
  const alone = model.cost(part);
  const overlap = Math.min(stages, 1 + batch.decodes);
  const blend = (a: number, b: number): number => a + (b - a) / overlap;
  return {
    measuredS: blend(alone.measuredS, mixed.measuredS),
    interpolatedS: blend(alone.interpolatedS, mixed.interpolatedS),
    rooflineS: blend(alone.rooflineS, mixed.rooflineS),
  };
}
