import type { KernelTables } from '../../catalog/kernel-table.ts';
import { expertGroupSize } from '../../memory/layout.ts';
import type { ExpertsSpec } from '../../model/module-spec.ts';
import { schemeOf } from '../../model/quantization/scheme-of.ts';
import type { ForecastInput } from '../forecast-types.ts';
import { moeUs } from '../kernels/moe.ts';
import { expertWork } from '../module-work.ts';
import { expertsS } from '../step-time.ts';
import { estimateCost, rooflineCost } from './cost.ts';
import { moeDtype } from './kernel-dtypes.ts';
import type { RowsCost } from './matrix-cost.ts';

/** The routed experts of one layer on one rank; all data-parallel replicas send their tokens to them. */
export function mixtureCost(module: ExpertsSpec, prefix: string, tables: KernelTables, input: ForecastInput): RowsCost {
  const { layout } = input;
  const work = expertWork(module, prefix, input);
  const fallbackS = (tokens: number): number => (work === null ? 0 : expertsS(work, tokens));
  const dtype = moeDtype(schemeOf(input.model.quantization, prefix + module.name, 'experts'), tables);
  if (dtype === null) return (rows) => rooflineCost(fallbackS(rows * layout.dataParallel));
  const group = expertGroupSize(layout);
  const shape = {
    hidden: module.hiddenSize,
    inter: module.intermediateSize,
    experts: module.experts,
    topk: module.perToken,
    tp: layout.expertParallel ? 1 : group,
    ep: layout.expertParallel ? group : 1,
  };
  return (rows) => {
    const tokens = rows * layout.dataParallel;
    return estimateCost(moeUs(tables, { ...shape, dtype, tokens }), fallbackS(tokens));
  };
}
