import type { KernelTables } from '../../catalog/kernel-table.ts';
import { expertGroupSize } from '../../memory/layout.ts';
import type { ExpertsSpec } from '../../model/module-spec.ts';
import { schemeOf } from '../../model/quantization/scheme-of.ts';
import type { ForecastInput } from '../forecast-types.ts';
import { type Estimate, usOf } from '../kernels/estimate.ts';
import { type MoeDtype, moeUs } from '../kernels/moe.ts';
import { expertWork } from '../module-work.ts';
import { expertsS } from '../step-time.ts';
import { estimateCost, rooflineCost } from './cost.ts';
import { moeDtypes } from './kernel-dtypes.ts';
import type { RowsCost } from './matrix-cost.ts';

/** The routed experts of one layer on one rank, for the tokens of all data-parallel replicas together. */
export function mixtureCost(module: ExpertsSpec, prefix: string, tables: KernelTables, input: ForecastInput): RowsCost {
  const { layout } = input;
  const work = expertWork(module, prefix, input);
  const fallbackS = (tokens: number): number => (work === null ? 0 : expertsS(work, tokens));
  const [first, ...others] = moeDtypes(schemeOf(input.model.quantization, prefix + module.name, 'experts'), tables);
  if (first === undefined) return (tokens) => rooflineCost(fallbackS(tokens));
  const group = expertGroupSize(layout);
  const shape = {
    hidden: module.hiddenSize,
    inter: module.intermediateSize,
    experts: module.experts,
    topk: module.perToken,
    tp: layout.expertParallel ? 1 : group,
    ep: layout.expertParallel ? group : 1,
  };
  return (tokens) => {
    const at = (dtype: MoeDtype): Estimate => moeUs(tables, { ...shape, dtype, tokens });
    return estimateCost(quickest(at(first), others, at), fallbackS(tokens));
  };
}

/**
 * The kernel that the engine prefers, where its shape was measured. Where it was not, another kernel for the same weights that was
 * measured in this shape is an upper bound: the engine has a reason to prefer its own.
 */
function quickest(first: Estimate, others: readonly MoeDtype[], at: (dtype: MoeDtype) => Estimate): Estimate {
  const us = usOf(first) ?? Number.POSITIVE_INFINITY;
  if (first.basis !== 'outOfRange') return first;
  const known = others.map(at).find(({ basis }) => basis !== 'outOfRange');
  return known !== undefined && (usOf(known) ?? us) < us ? known : first;
}
