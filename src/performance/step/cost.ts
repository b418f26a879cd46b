import { type Estimate, usOf } from '../kernels/estimate.ts';

/** Seconds by how they are known. */
export interface Cost {
  readonly measuredS: number;
  readonly interpolatedS: number;
  /** From bandwidth and compute rates, or from constants that were fitted. */
  readonly rooflineS: number;
}

export const NO_COST: Cost = { measuredS: 0, interpolatedS: 0, rooflineS: 0 };

export function rooflineCost(seconds: number): Cost {
  return { ...NO_COST, rooflineS: seconds };
}

/** The kernel's time; a guess from a neighbour counts as roofline, and where nothing was measured the roofline itself stands in. */
export function estimateCost(estimate: Estimate, fallbackS: number): Cost {
  const us = usOf(estimate);
  if (us === null) return rooflineCost(fallbackS);
  const seconds = us * 1e-6;
  switch (estimate.basis) {
    case 'measured':
      return { ...NO_COST, measuredS: seconds };
    case 'interpolated':
      return { ...NO_COST, interpolatedS: seconds };
    default:
      return rooflineCost(seconds);
  }
}

export function secondsOf({ measuredS, interpolatedS, rooflineS }: Cost): number {
  return measuredS + interpolatedS + rooflineS;
}

export function timesCost({ measuredS, interpolatedS, rooflineS }: Cost, factor: number): Cost {
  return { measuredS: measuredS * factor, interpolatedS: interpolatedS * factor, rooflineS: rooflineS * factor };
}

export function sumCosts(costs: readonly Cost[]): Cost {
  return costs.reduce(
    (sum, each) => ({
      measuredS: sum.measuredS + each.measuredS,
      interpolatedS: sum.interpolatedS + each.interpolatedS,
      rooflineS: sum.rooflineS + each.rooflineS,
    }),
    NO_COST,
  );
}

/** `t` of the way from one cost to another. */
export function betweenCosts(a: Cost, b: Cost, t: number): Cost {
  return sumCosts([timesCost(a, 1 - t), timesCost(b, t)]);
}
