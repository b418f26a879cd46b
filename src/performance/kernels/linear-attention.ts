import type { KernelTables } from '../../catalog/kernel-table.ts';
import { type Estimate, NOT_MEASURED } from './estimate.ts';
import { type HeadWork, headsEstimate } from './head-shapes.ts';
import { LINEAR_HEAD_DIM, measuredShapes } from './measured-shapes.ts';

export interface LinearAttention {
  /** Gated DeltaNet (Qwen3-Next, Qwen3.5) or Kimi Delta Attention; head size 128, convolution of width 4. */
  readonly kind: 'gdn' | 'kda';
  /** `verify`: the drafted tokens of speculative decoding (KDA only). */
  readonly phase: 'prefill' | 'decode' | 'verify';
  /** On this rank. */
  readonly keyHeads: number;
  readonly valueHeads: number;
  readonly batch: number;
  /** New tokens of each sequence; 1 in decode. */
  readonly tokens: number;
}

/** A fixed launch and a rate per token and head: the rates cancel between neighbours. @source leave-one-out, docs/kernels.md */
const work: HeadWork = ({ heads }, batch, tokens) => 10 + 0.001 * batch * tokens * heads;

/**
 * The convolution and the recurrence of one linear-attention layer on one rank, in µs; its projections are GEMMs.
 *
 * Measured: batch 1 … 64 and 1 … 32 768 tokens (prefill), batch 1 … 1024 (decode); 1 … 16 key heads with 1 to 4 value heads each
 * (GDN), 12 … 96 heads (KDA). The state is of constant size, so the context does not matter.
 */
export function linearAttentionUs(tables: KernelTables, { kind, phase, keyHeads, valueHeads, batch, tokens }: LinearAttention): Estimate {
  const table = tables.find(`${kind}/${phase}`);
  if (table === undefined) return NOT_MEASURED;
  const shape = { headDim: LINEAR_HEAD_DIM, heads: valueHeads, kvHeads: keyHeads };
  return headsEstimate(table, measuredShapes(table), { shape, batch, length: tokens }, work);
}
