import { type Board, prefixCache } from '../board.ts';
import { numberText } from '../number-text.ts';
import type { LinesSpec, RowSpec } from '../panel-spec.ts';
import { rate, sumRate } from '../promql.ts';

/** Work that need not be done twice. */
export function cacheRow(board: Board): RowSpec {
  const panels = [
    ...(board.prefixCaching ? [hitRatio(board), bySource()] : []),
    ...(board.kvConnector ? [external()] : []),
    ...(board.multimodal ? [items()] : []),
  ];
  return { title: 'Prefix cache', panels };
}

function hitRatio(board: Board): LinesSpec {
  const { queries, hits } = prefixCache(board);
  const { prefixHitRate } = board.deployment.load;
  return {
    kind: 'lines',
    title: 'Prefix cache hits',
    width: 12,
    unit: 'fraction',
    max: 1,
    queries: [
      { expr: `${sumRate(hits)} / ${sumRate(queries)}`, legend: 'hit ratio' },
      { expr: `vector(${prefixHitRate})`, legend: 'plan', planned: true },
    ],
    means: 'Share of prompt tokens whose KV cache was there already. Counted in tokens, not in requests.',
    plan:
      prefixHitRate > 0
        ? `${numberText(100 * prefixHitRate)} %; less makes the first token later than forecast.`
        : 'No hits; every one is a gain.',
    act: 'Below the plan: prompts that differ early (a date in the system prompt), several replicas without routing by prefix, or too small a cache.',
  };
}

function bySource(): LinesSpec {
  return {
    kind: 'lines',
    title: 'Cached prompt tokens, by place',
    width: 12,
    unit: 'tokensPerS',
    stacked: true,
    queries: [{ expr: `sum by (source) (${rate('vllm:prompt_tokens_cached_by_source_total')})`, legend: '{{source}}' }],
    means: 'device: GPU memory. host: offloaded to DRAM. disk, p2p: further away. Counted when a request is admitted.',
    act: 'All from the device and few hits: the cache is too small for the prefixes in use, offloading may pay off.',
  };
}

function external(): LinesSpec {
  const prefix = 'vllm:external_prefix_cache';
  return {
    kind: 'lines',
    title: 'Hits outside this GPU',
    width: 12,
    unit: 'fraction',
    max: 1,
    queries: [{ expr: `${sumRate(`${prefix}_hits_total`)} / ${sumRate(`${prefix}_queries_total`)}`, legend: 'hit ratio' }],
    means: 'Of the tokens that the KV connector was asked for, the share that it had.',
    act: 'Near zero: the connector costs time and brings nothing; check that servers share one store.',
  };
}

function items(): LinesSpec {
  const prefix = 'vllm:mm_cache';
  return {
    kind: 'lines',
    title: 'Images and sounds seen before',
    width: 12,
    unit: 'fraction',
    max: 1,
    queries: [{ expr: `${sumRate(`${prefix}_hits_total`)} / ${sumRate(`${prefix}_queries_total`)}`, legend: 'hit ratio' }],
    means: 'Share of inputs that need not be read and encoded again. Counted in items.',
    act: 'No value at all: no request carried any.',
  };
}
