import { type Board, kvUsage } from '../board.ts';
import { numberText } from '../number-text.ts';
import type { LinesSpec, RowSpec } from '../panel-spec.ts';
import { engines, mean, rate } from '../promql.ts';

/** The memory that decides how many requests run at once. */
export function kvRow(board: Board): RowSpec {
  return { title: 'KV cache', panels: [usage(board), ...tokensInUse(board), residency(), hostMemory(), hostTraffic()] };
}

function usage(board: Board): LinesSpec {
  const { kvTokens, kvBlocks } = board.deployment.capacity;
  const size = kvTokens === null ? null : `${numberText(kvTokens)} tokens${kvBlocks === null ? '' : ` in ${numberText(kvBlocks)} blocks`}`;
  return {
    kind: 'lines',
    title: 'KV cache in use',
    width: 12,
    unit: 'fraction',
    max: 1,
    limit: 0.95,
    queries: [{ expr: `max by (instance, engine) (${engines(kvUsage(board))})`, legend: '{{instance}} engine {{engine}}' }],
    means: 'Share of the blocks that hold tokens of running requests. Prefixes that are only cached do not count.',
    ...(size !== null && { plan: `${size} on each engine; the server prints it as "GPU KV cache size".` }),
    act: 'Full is how a busy server looks; full with preemptions is too full. GPU memory itself says nothing: the server takes it all at the start.',
  };
}

function tokensInUse(board: Board): LinesSpec[] {
  const { kvTokens } = board.deployment.capacity;
  if (kvTokens === null) return [];
  return [
    {
      kind: 'lines',
      title: 'Tokens in the KV cache',
      width: 12,
      unit: 'tokens',
      queries: [
        { expr: `sum by (instance) (${engines(kvUsage(board))}) * ${kvTokens}`, legend: '{{instance}}' },
        { expr: `vector(${kvTokens * board.engines})`, legend: 'size of one server, plan', planned: true },
      ],
      means: 'The share in use, times the size that the plan computed.',
      plan: `${numberText(kvTokens * board.engines)} tokens on each server.`,
      act: 'Compare with prompt and answer lengths to see how many requests it holds.',
    },
  ];
}

function residency(): LinesSpec {
  return {
    kind: 'lines',
    title: 'Life of a cached block',
    width: 12,
    unit: 'seconds',
    queries: [
      { expr: mean('vllm:kv_block_lifetime_seconds'), legend: 'from allocation to eviction, mean' },
      { expr: mean('vllm:kv_block_idle_before_evict_seconds'), legend: 'idle before eviction, mean' },
      { expr: mean('vllm:kv_block_reuse_gap_seconds'), legend: 'between two uses, mean' },
    ],
    means:
      'Sampled (--kv-cache-metrics). A life shorter than the gap between two uses means prefixes are gone when they are asked for again.',
    act: 'Short lives and few hits: a larger cache, offloading to the host, or routing by prefix.',
  };
}

function hostMemory(): LinesSpec {
  return {
    kind: 'lines',
    title: 'Offload space in use',
    width: 12,
    unit: 'fraction',
    max: 1,
    queries: [
      { expr: `max by (instance, engine) (${engines('vllm:kv_offload_cpu_cache_usage_perc')})`, legend: '{{instance}} engine {{engine}}' },
    ],
    means: 'Share of the host memory given to the KV cache that holds blocks.',
    act: 'Full and with external hits: more host memory pays off.',
  };
}

function hostTraffic(): LinesSpec {
  return {
    kind: 'lines',
    title: 'Offload traffic',
    width: 12,
    unit: 'bytesPerS',
    queries: [
      { expr: `sum(${rate('vllm:kv_offload_load_bytes_total')})`, legend: 'to the GPU' },
      { expr: `sum(${rate('vllm:kv_offload_store_bytes_total')})`, legend: 'to the host' },
    ],
    means: 'Bytes of KV cache that move between host and GPU.',
    act: 'Stores without loads: what is offloaded is never used again.',
  };
}
