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
  /** Blocks held with so many tokens computed and slots up to `slotTokens`. */
  heldBlocks(computedTokens: number, slotTokens: number): number;
  /** Free blocks that vLLM asks for before it starts a prompt of this length, where it reserves whole prompts. */
  admissionBlocks(tokens: number): number;
  /**
   * For a sequence that gets one token in each of `steps` steps, step 0 with `computedTokens` computed: adds the blocks taken and
   * given back in step 1 and later.
   */
  countChanges(computedTokens: number, steps: number, taken: Int32Array, given: Int32Array): void;
}

export interface KvLimits {
  readonly maxNumBatchedTokens: number;
  readonly maxModelLen: number;
}

/**
 * Blocks of all groups together:
 *
 *   full    ceil(slots / block)
 *   window  ceil(slots / block) − floor(max(0, computed − window + 1) / block)
 *
 * A window asks for no more than ceil(min(window − 1 + batch, length) / block) + 1 blocks at admission.
 *
 * @source vLLM 0.24.0 `v1/core/single_type_kv_cache_manager.py` `get_num_blocks_to_allocate`, `remove_skipped_blocks`;
 * `v1/kv_cache_interface.py` `max_admission_blocks_per_request`
 */
export function kvDemand(groups: readonly KvGroup[], limits: KvLimits): KvDemand {
  const spans: readonly Span[] = groups.flatMap((group) => (group.kind === 'state' ? [] : [toSpan(group, limits)]));
  const stateBlocks = groups.reduce((sum, group) => sum + (group.kind === 'state' ? group.blocks : 0), 0);
  const heldBlocks = (computedTokens: number, slotTokens: number): number => {
    let blocks = stateBlocks;
    for (const span of spans) blocks += Math.ceil(slotTokens / span.blockTokens) - skippedBlocks(span, computedTokens);
    return blocks;
  };
  return {
    blockTokens: spans.reduce((common, { blockTokens }) => leastCommonMultiple(common, blockTokens), 1),
    onlyGrows: spans.every(({ windowTokens }) => windowTokens === Number.POSITIVE_INFINITY),
    heldBlocks,
    admissionBlocks: (tokens) =>
      spans.reduce((sum, span) => sum + Math.min(Math.ceil(tokens / span.blockTokens), span.admissionCap), stateBlocks),
    countChanges: (computedTokens, steps, taken, given) => {
      for (const { blockTokens, windowTokens } of spans) {
        for (let step = blockTokens - (computedTokens % blockTokens); step < steps; step += blockTokens) bump(taken, step);
        if (windowTokens === Number.POSITIVE_INFINITY) continue;
        const outside = computedTokens - windowTokens + 1;
        for (let step = blockTokens - (outside > 0 ? outside % blockTokens : outside); step < steps; step += blockTokens) bump(given, step);
      }
    },
  };
}

interface Span {
  readonly blockTokens: number;
  /** Infinite: full attention. */
  readonly windowTokens: number;
  readonly admissionCap: number;
}

function toSpan(group: Exclude<KvGroup, { kind: 'state' }>, { maxNumBatchedTokens, maxModelLen }: KvLimits): Span {
  const { blockTokens } = group;
  if (group.kind === 'full') return { blockTokens, windowTokens: Number.POSITIVE_INFINITY, admissionCap: Number.POSITIVE_INFINITY };
  const heldTokens = Math.min(group.windowTokens - 1 + maxNumBatchedTokens, maxModelLen);
  return { blockTokens, windowTokens: group.windowTokens, admissionCap: Math.ceil(heldTokens / blockTokens) + 1 };
}

function skippedBlocks({ blockTokens, windowTokens }: Span, computedTokens: number): number {
  const outside = computedTokens - windowTokens + 1;
  return outside > 0 ? Math.floor(outside / blockTokens) : 0;
}

function bump(counts: Int32Array, index: number): void {
  counts[index] = (counts[index] ?? 0) + 1;
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y > 0) [x, y] = [y, x % y];
  return (a / x) * b;
}
