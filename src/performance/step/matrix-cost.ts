import type { KernelTables } from '../../catalog/kernel-table.ts';
import type { LinearSpec } from '../../model/module-spec.ts';
import { schemeOf } from '../../model/quantization/scheme-of.ts';
import { PLAIN } from '../../model/quantization/schemes.ts';
import type { WeightScheme } from '../../model/quantization-spec.ts';
import type { ForecastInput } from '../forecast-types.ts';
import { usOf } from '../kernels/estimate.ts';
import { gemmUs } from '../kernels/gemm.ts';
import { quantizeUs } from '../kernels/quantize.ts';
import { matrixWork, outputsOfRank } from '../module-work.ts';
import { type Cost, estimateCost, NO_COST, rooflineCost, secondsOf } from './cost.ts';
import { gemmDtype } from './kernel-dtypes.ts';

/** What a matrix costs at a number of rows. */
export type RowsCost = (rows: number) => Cost;

/** The matrices of one fused layer on one rank: parts of one storage are one multiplication. */
export function linearCosts(module: LinearSpec, prefix: string, tables: KernelTables, input: ForecastInput): readonly RowsCost[] {
  const { tensorParallel } = input.layout;
  const k = module.split === 'row' ? module.inFeatures / tensorParallel : module.inFeatures;
  const fused = new Map<string, { readonly scheme: WeightScheme; n: number }>();
  for (const part of module.parts) {
    const n = module.split === 'column' ? outputsOfRank(part, tensorParallel) : part.outFeatures;
    const scheme = module.quantizable ? schemeOf(input.model.quantization, prefix + part.name, 'linear') : PLAIN;
    const same = fused.get(scheme.kind);
    if (same === undefined) fused.set(scheme.kind, { scheme, n });
    else same.n += n;
  }
  return [...fused.values()].map(({ scheme, n }) => matrixCost(scheme, { n, k }, tables, input));
}

/** One multiplication: measured, or bound by reading and multiplying where its kind was not measured. */
export function matrixCost(
  scheme: WeightScheme,
  { n, k }: { readonly n: number; readonly k: number },
  tables: KernelTables,
  input: ForecastInput,
): RowsCost {
  const work = matrixWork(scheme, { out: n, in: k }, input);
  const fallbackS = (rows: number): number => (work === null ? 0 : Math.max(work.readS, rows * work.perTokenS));
  const dtype = gemmDtype(scheme, tables);
  if (dtype === null) return (rows) => rooflineCost(fallbackS(rows));
  return (rows) => {
    const cost = estimateCost(gemmUs(tables, { dtype, m: rows, n, k }), fallbackS(rows));
    if (dtype !== 'fp8' || !hasByteUnits(tables)) return cost;
    const wideUs = usOf(gemmUs(tables, { dtype: 'bf16', m: rows, n, k })) ?? Number.POSITIVE_INFINITY;
    const quantizeInputUs = usOf(quantizeUs(tables, { scale: 'static', m: rows, k })) ?? QUANTIZE_US;
    const mostS = (NARROW_SHARE * wideUs + Math.max(QUANTIZE_US, quantizeInputUs)) * 1e-6;
    return secondsOf(cost) <= mostS ? cost : { ...NO_COST, interpolatedS: mostS };
  };
}

/**
 * An FP8 multiplication moves half the bytes of a 16-bit one and multiplies at twice the rate, so it takes half as long and the time to
 * quantize its input, which was measured, 3 µs at least. Where a table says more, a slower kernel was measured than the one that vLLM picks: on B200 the FP8 table
 * takes up to 1.8 times as long as the 16-bit one, and runs there need six tenths of what it says.
 */
const NARROW_SHARE = 0.55;
const QUANTIZE_US = 3;

function hasByteUnits({ peaks }: KernelTables): boolean {
  return (peaks.flopsPerS.fp8 ?? 0) > (peaks.flopsPerS.bf16 ?? Number.POSITIVE_INFINITY);
}
