import type { KernelTables } from '../../catalog/kernel-table.ts';
import { kvHeadsPerRank, kvLayer } from '../../memory/kv-layer.ts';
import { headsOfRank } from '../../memory/layout.ts';
import type { CacheSpec, StateCache } from '../../model/cache-spec.ts';
import type { CacheRead } from '../cache-reads.ts';
import type { ForecastInput } from '../forecast-types.ts';
import { decodeAttentionUs, pairsOf, prefillAttentionUs, promptOfPairs } from '../kernels/attention.ts';
import { linearAttentionUs } from '../kernels/linear-attention.ts';
import { type Cost, estimateCost, rooflineCost } from './cost.ts';

/** Chunks of prompts in one step. */
export interface Prompts {
  readonly count: number;
  readonly tokens: number;
  /** Query-key pairs of all of them under the cache's window. */
  readonly pairs: number;
}

/** Mixing tokens in one layer. */
export interface MixerCost {
  /** Sliding window in tokens; 0: none. */
  readonly window: number;
  decode(sequences: number, contextTokens: number): Cost;
  prefill(prompts: Prompts): Cost;
}

/**
 * @param read the same cache on the roofline, one layer
 */
export function mixerCost(cache: CacheSpec, read: CacheRead, tables: KernelTables, input: ForecastInput): MixerCost {
  switch (cache.kind) {
    case 'full':
    case 'sliding':
    case 'chunked':
      return softmaxCost(cache, read, tables, input);
    case 'state':
      return cache.recurrence === 'gdn' || cache.recurrence === 'kda' ? recurrentCost(cache, read, tables, input) : rooflineMixer(read);
    default:
      return rooflineMixer(read);
  }
}

type HeadsCache = Extract<CacheSpec, { kind: 'full' | 'sliding' | 'chunked' }>;

function softmaxCost(cache: HeadsCache, read: CacheRead, tables: KernelTables, { model, layout, settings }: ForecastInput): MixerCost {
  const shape = {
    headDim: cache.headDim,
    heads: headsOfRank(model.attentionHeads, layout.tensorParallel),
    kvHeads: kvHeadsPerRank(cache.kvHeads, layout.tensorParallel),
    window: kvLayer(cache, settings).spanTokens,
    kvDtype: settings.kvCacheDtype.startsWith('fp8') ? ('fp8' as const) : ('bf16' as const),
  };
  const roofline = rooflineMixer(read);
  return {
    window: shape.window,
    decode: (batch, contextTokens) => {
      const fallbackS = roofline.decode(batch, contextTokens).rooflineS;
      return estimateCost(decodeAttentionUs(tables, { ...shape, batch, contextTokens }), fallbackS);
    },
    prefill: (prompts) => {
      const tokens = Math.max(1, promptOfPairs(prompts.pairs / prompts.count, shape.window));
      const fallbackS = roofline.prefill(prompts).rooflineS;
      return estimateCost(prefillAttentionUs(tables, { ...shape, batch: prompts.count, tokens }), fallbackS);
    },
  };
}

function recurrentCost(cache: StateCache, read: CacheRead, tables: KernelTables, { layout }: ForecastInput): MixerCost {
  const roofline = rooflineMixer(read);
  const valueHeads = headsOfRank(cache.heads, layout.tensorParallel);
  // Key and value channels together: 2 × key heads + value heads of one size.
  const keyHeads = Math.max(1, Math.round((cache.convChannels / cache.stateColumns - cache.heads) / 2 / layout.tensorParallel));
  const kind = cache.recurrence === 'kda' ? ('kda' as const) : ('gdn' as const);
  const shape = { kind, keyHeads: kind === 'kda' ? valueHeads : keyHeads, valueHeads };
  return {
    window: 0,
    decode: (batch, contextTokens) =>
      estimateCost(
        linearAttentionUs(tables, { ...shape, phase: 'decode', batch, tokens: 1 }),
        roofline.decode(batch, contextTokens).rooflineS,
      ),
    prefill: (prompts) =>
      estimateCost(
        linearAttentionUs(tables, { ...shape, phase: 'prefill', batch: prompts.count, tokens: prompts.tokens / prompts.count }),
        roofline.prefill(prompts).rooflineS,
      ),
  };
}

/** Reading the cache, or multiplying with it. State is read and written. */
function rooflineMixer(read: CacheRead): MixerCost {
  const window = Number.isFinite(read.spanTokens) ? read.spanTokens : 0;
  return {
    window,
    decode: (sequences, contextTokens) => {
      const context = Math.min(contextTokens, read.spanTokens);
      const bytes = sequences * (context * read.tokenBytes + 2 * read.fixedBytes);
      return rooflineCost(Math.max(bytes * read.readSPerByte, sequences * context * read.pairS));
    },
    prefill: ({ pairs }) => rooflineCost(pairs * read.pairS),
  };
}

/** Pairs of a chunk behind cached tokens. */
export function chunkPairs(tokens: number, cachedTokens: number, window: number): number {
  return pairsOf(tokens, cachedTokens, window);
}
