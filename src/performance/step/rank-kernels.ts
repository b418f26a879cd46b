import type { KernelTables } from '../../catalog/kernel-table.ts';
import { schemeOf } from '../../model/quantization/scheme-of.ts';
import { PLAIN } from '../../model/quantization/schemes.ts';
import { cacheReads } from '../cache-reads.ts';
import type { ForecastInput } from '../forecast-types.ts';
import { type LayerKind, layerKinds } from '../layer-kinds.ts';
import { type MixerCost, mixerCost } from './attention-cost.ts';
import { linearCosts, matrixCost, type RowsCost } from './matrix-cost.ts';
import { mixtureCost } from './mixture-cost.ts';
import { type SmallKernels, smallKernels } from './small-kernels.ts';

/** Layers of one kind on one rank. */
export interface LayerCosts {
  readonly count: number;
  /** For every token of a step. */
  readonly rows: readonly RowsCost[];
  /** For every token of the steps of all data-parallel replicas. */
  readonly experts: readonly RowsCost[];
  readonly mixers: readonly MixerCost[];
  /** Attention or state, feed-forward or mixture: each ends in an all-reduce. */
  readonly blocks: number;
  readonly mixtures: number;
  readonly small: SmallKernels;
}

export interface RankKernels {
  readonly layers: readonly LayerCosts[];
  readonly head: RowsCost;
}

export function rankKernels(tables: KernelTables, input: ForecastInput): RankKernels {
  return { layers: layerKinds(input.model).map((kind) => layerCosts(kind, tables, input)), head: headCost(tables, input) };
}

function layerCosts(kind: LayerKind, tables: KernelTables, input: ForecastInput): LayerCosts {
  const { layer, index, count } = kind;
  const prefix = `layers.${index}.`;
  const linears = layer.modules.filter((module) => module.kind === 'linear');
  const mixtures = layer.modules.filter((module) => module.kind === 'experts');
  const reads = cacheReads({ layer, index, count: 1 }, input);
  const mixes = linears.some(({ role }) => role === 'attention' || role === 'state');
  const feeds = mixtures.length > 0 || linears.some(({ role }) => role === 'mlp');
  return {
    count,
    rows: linears.flatMap((module) => linearCosts(module, prefix, tables, input)),
    experts: mixtures.map((module) => mixtureCost(module, prefix, tables, input)),
    mixers: layer.caches.flatMap((cache, place) => {
      const read = reads[place];
      return read === undefined ? [] : [mixerCost(cache, read, tables, input)];
    }),
    blocks: Number(mixes) + Number(feeds),
    mixtures: mixtures.length,
    small: smallKernels(layer, input),
  };
}

function headCost(tables: KernelTables, input: ForecastInput): RowsCost {
  const { model, layout } = input;
  const head = model.head ?? model.embedding;
  if (head.kind !== 'vocab') return () => ({ measuredS: 0, interpolatedS: 0, rooflineS: 0 });
  const scheme = model.head === null ? PLAIN : schemeOf(model.quantization, head.name, 'head');
  return matrixCost(scheme, { n: head.rows / layout.tensorParallel, k: head.columns }, tables, input);
}
