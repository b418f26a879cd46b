import { kvLayer } from '../memory/kv-layer.ts';
import { headsOfRank } from '../memory/layout.ts';
import type { CacheSpec } from '../model/cache-spec.ts';
import { PLAIN } from '../model/quantization/schemes.ts';
import { CALIBRATION } from './calibration.ts';
import { computePath } from './compute-peak.ts';
import type { ForecastInput } from './forecast-types.ts';
import type { LayerKind } from './layer-kinds.ts';

/** Reading the cache of some layers, for one sequence. */
export interface CacheRead {
  /** Bytes that a sequence holds of every token of its context; 0 for recurrent state. */
  readonly tokenBytes: number;
  /** Bytes that it holds whatever its length. */
  readonly fixedBytes: number;
  /** Tokens that one token looks back on at most; Infinity: all. */
  readonly spanTokens: number;
  /** Tokens that are kept at most. Sparse attention keeps all and reads few. */
  readonly heldTokens: number;
  readonly readSPerByte: number;
  /** Attention of one token on one token of context, seconds. */
  readonly pairS: number;
}

/** Tokens that sparse attention picks. @source DeepSeek-V3.2 `index_topk`, vLLM models/deepseek_v2.py */
const SPARSE_TOP_TOKENS = 2048;

export function cacheReads({ layer, count }: LayerKind, input: ForecastInput): readonly CacheRead[] {
  const { settings, gpu, layout } = input;
  const readSPerByte = 1 / (gpu.memoryBandwidthBytesPerS.value * CALIBRATION.cacheReadFraction);
  const path = computePath(PLAIN, settings.dtype, gpu.denseFlopsPerS);
  return layer.caches.map((cache) => {
    const { pageBytes, blockSize, spanTokens } = kvLayer(cache, settings);
    const isState = cache.kind === 'state';
    const flops = count * pairFlops(cache, input);
    return {
      tokenBytes: isState ? 0 : (count * pageBytes) / blockSize / layout.decodeContextParallel,
      fixedBytes: isState ? count * pageBytes : 0,
      spanTokens: cache.kind === 'latent' && cache.sparse ? SPARSE_TOP_TOKENS : unlimited(spanTokens),
      heldTokens: unlimited(spanTokens),
      readSPerByte,
      pairS: path === null ? 0 : flops / (path.peakFlopsPerS * CALIBRATION.attentionPeakFraction),
    };
  });
}

function unlimited(spanTokens: number): number {
  return spanTokens > 0 ? spanTokens : Number.POSITIVE_INFINITY;
}

/** Multiplications of a query with one key and one value, all heads of a rank: 2 × heads × (key + value elements). */
function pairFlops(cache: CacheSpec, { model, layout }: ForecastInput): number {
  const heads = headsOfRank(model.attentionHeads, layout.tensorParallel);
  switch (cache.kind) {
    case 'full':
    case 'sliding':
    case 'chunked':
    case 'cross':
      return 2 * heads * (cache.headDim + cache.valueHeadDim);
    case 'latent': {
      const { mla } = model;
      return mla === null ? 4 * heads * cache.width : 2 * heads * (mla.qkNopeHeadDim + mla.qkRopeHeadDim + mla.vHeadDim);
    }
    default:
      return 0;
  }
}
