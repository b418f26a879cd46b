import type { SchedulerRules } from './scheduler-rules.ts';

/** One kind of layer, as far as its cache takes blocks. */
export type KvGroup =
  /** Grows with the sequence. */
  | { readonly kind: 'full'; readonly blockTokens: number }
  /** Keeps the last tokens only; blocks that left the window are given back as the sequence grows. */
  | { readonly kind: 'window'; readonly blockTokens: number; readonly windowTokens: number }
  /** State of one size per sequence. */
  | { readonly kind: 'state'; readonly blocks: number };

/** How many cache blocks a sequence takes. */
export interface KvDemand {
  /** Prefix hits come in multiples of this. */
  readonly blockTokens: number;
  /** Blocks are only given back when the sequence ends. */
  readonly onlyGrows: boolean;
  /** Blocks held with slots up to `slotTokens`, when windows have passed over `computedTokens`. */
  heldBlocks(computedTokens: number, slotTokens: number): number;
  /** Free blocks that vLLM asks for before it starts a prompt of this length, where it reserves whole prompts. */
  admissionBlocks(tokens: number): number;
  /** The parts that change with the sequence. */
  readonly spans: readonly KvSpan[];
}

/** What windows' reserves depend on. */
export interface KvLimits {
  readonly maxNumBatchedTokens: number;
  readonly maxModelLen: number;
  readonly asyncScheduling: boolean;
}

/**
 * Blocks of all groups together:
 *
 *   full    ceil(slots / block)
 *   window  ceil(slots / block) − floor(max(0, computed − window + 1) / block)
 *
 * At admission a window asks for no more than ceil(min(window − 1 + tokens in flight, length) / block) + 1 blocks, where up to two
 * batches are in flight with async scheduling from 0.26 on.
 *
 * @source vLLM 0.24.0 `v1/core/single_type_kv_cache_manager.py` `get_num_blocks_to_allocate`, `remove_skipped_blocks`;
 * `v1/kv_cache_interface.py` `max_admission_blocks_per_request`
 */
export function kvDemand(groups: readonly KvGroup[], limits: KvLimits, rules: SchedulerRules): KvDemand {
  const spans: readonly KvSpan[] = groups.flatMap((group) => (group.kind === 'state' ? [] : [toSpan(group, limits, rules)]));
  const stateBlocks = groups.reduce((sum, group) => sum + (group.kind === 'state' ? group.blocks : 0), 0);
  const heldBlocks = (computedTokens: number, slotTokens: number): number => {
    let blocks = stateBlocks;
    for (const span of spans) blocks += Math.ceil(slotTokens / span.blockTokens) - skippedBlocks(span, computedTokens);
    return blocks;
  };
  return {
    spans,
    blockTokens: spans.reduce((common, { blockTokens }) => leastCommonMultiple(common, blockTokens), 1),
    onlyGrows: spans.every(({ windowTokens }) => windowTokens === Number.POSITIVE_INFINITY),
    heldBlocks,
    admissionBlocks: (tokens) =>
      spans.reduce((sum, span) => sum + Math.min(Math.ceil(tokens / span.blockTokens), span.admissionCap), stateBlocks),
  };
}

/** Layers whose blocks change as the sequence grows. */
export interface KvSpan {
  readonly blockTokens: number;
  /** Infinite: full attention. */
  readonly windowTokens: number;
  readonly admissionCap: number;
}

function toSpan(group: Exclude<KvGroup, { kind: 'state' }>, limits: KvLimits, rules: SchedulerRules): KvSpan {
  const { blockTokens } = group;
  const windowTokens = group.kind === 'full' ? Number.POSITIVE_INFINITY : group.windowTokens;
  if (!rules.capsWindowReserve) return { blockTokens, windowTokens, admissionCap: Number.POSITIVE_INFINITY };
  const batches = rules.keepsBlocksInFlight && limits.asyncScheduling ? 2 : 1;
  const heldTokens = windowTokens - 1 + batches * limits.maxNumBatchedTokens;
  const cap = Math.ceil(Math.min(heldTokens, limits.maxModelLen) / blockTokens) + 1;
  return { blockTokens, windowTokens, admissionCap: group.kind === 'full' ? Number.POSITIVE_INFINITY : cap };
}

function skippedBlocks({ blockTokens, windowTokens }: KvSpan, computedTokens: number): number {
  const outside = computedTokens - windowTokens + 1;
  return outside > 0 ? Math.floor(outside / blockTokens) : 0;
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y > 0) [x, y] = [y, x % y];
  return (a / x) * b;
}
