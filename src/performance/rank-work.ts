import { type CacheRead, cacheReads } from './cache-reads.ts';
import type { ForecastInput } from './forecast-types.ts';
import { layerKinds } from './layer-kinds.ts';
import { headWork, layerWork } from './module-work.ts';

/** Reading and multiplying one set of weights. */
export interface MatrixWork {
  /** Read once a step, seconds at the bandwidth that the kernel reaches. */
  readonly readS: number;
  /** Multiplied for every token, seconds. */
  readonly perTokenS: number;
}

/** Routed experts of some layers on one rank. */
export interface ExpertWork extends MatrixWork {
  /** Routed experts per layer and how many a token takes. */
  readonly experts: number;
  readonly perToken: number;
}

/** What one engine step costs one rank, all pipeline stages together. */
export interface RankWork {
  /** Attention, dense feed-forward and router matrices. */
  readonly dense: MatrixWork;
  /** Output head: multiplied for sampled tokens alone. */
  readonly head: MatrixWork;
  readonly experts: readonly ExpertWork[];
  readonly caches: readonly CacheRead[];
  /** Kernel launches and small kernels of all layers, seconds a step. */
  readonly fixedS: number;
  /** Blocks of all layers; each ends in an all-reduce. */
  readonly blocks: number;
}

/** Adds up the layers; null where the GPU states no compute rate. */
export function rankWork(input: ForecastInput): RankWork | null {
  const head = headWork(input);
  if (head === null) return null;
  let dense: MatrixWork = { readS: 0, perTokenS: 0 };
  const experts: ExpertWork[] = [];
  const caches: CacheRead[] = [];
  let fixedS = 0;
  let blocks = 0;
  for (const kind of layerKinds(input.model)) {
    const work = layerWork(kind, input);
    if (work === null) return null;
    dense = { readS: dense.readS + kind.count * work.dense.readS, perTokenS: dense.perTokenS + kind.count * work.dense.perTokenS };
    for (const each of work.experts) experts.push({ ...each, readS: kind.count * each.readS, perTokenS: kind.count * each.perTokenS });
    caches.push(...cacheReads(kind, input));
    fixedS += kind.count * work.fixedS;
    blocks += kind.count * work.blocks;
  }
  return { dense, head, experts, caches, fixedS, blocks };
}
