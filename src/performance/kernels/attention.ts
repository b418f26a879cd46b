import type { KernelPeaks, KernelTables } from '../../catalog/kernel-table.ts';
import { type Estimate, mapUs, NOT_MEASURED } from './estimate.ts';
import { type HeadShape, type HeadWork, headsEstimate } from './head-shapes.ts';
import { measuredShapes } from './measured-shapes.ts';

export interface AttentionShape extends HeadShape {
  /** Sliding window in tokens; 0: none. */
  readonly window: number;
  readonly kvDtype: 'bf16' | 'fp8';
}

export interface PrefillAttention extends AttentionShape {
  /** Sequences in the step. */
  readonly batch: number;
  /** New tokens of each. */
  readonly tokens: number;
  /** Tokens of each that are in the cache already: earlier chunks, prefix hits. */
  readonly cachedTokens?: number;
}

export interface DecodeAttention extends AttentionShape {
  readonly batch: number;
  /** KV length of each sequence, its new token included. */
  readonly contextTokens: number;
}

export interface EncoderAttention {
  readonly headDim: number;
  readonly heads: number;
  readonly batch: number;
  readonly tokens: number;
}

/** The fixed part of a kernel's time in the work of an attention layer. @source leave-one-out, docs/kernels.md */
const FIXED_US = { prefill: 10, decode: 8 } as const;

/**
 * Causal attention over new tokens on one rank, in µs, 16-bit activations.
 *
 * Measured: batch 1 … 256, 1 … 16 384 tokens without cached ones. With `cachedTokens` the answer is the time of the prompt with as
 * many query-key pairs, and never `measured`. A window that was not measured is the full attention scaled by the pairs, `outOfRange`.
 */
export function prefillAttentionUs(tables: KernelTables, point: PrefillAttention): Estimate {
  const { batch, tokens, cachedTokens = 0, window, kvDtype } = point;
  const table = tables.find(`prefill-attention/${kvDtype}-kv`);
  if (table === undefined) return NOT_MEASURED;
  const reach = window === 0 || window >= tokens + cachedTokens ? 0 : window;
  const shapes = measuredShapes(table, window);
  const known = shapes.some(({ headDim }) => headDim === point.headDim);
  const length = promptOfPairs(pairsOf(tokens, cachedTokens, reach), reach);
  const work = prefillWork(tables.peaks, reach);
  if (known || reach === 0) {
    const estimate = headsEstimate(table, known ? shapes : measuredShapes(table), { shape: point, batch, length }, work);
    return cachedTokens === 0 ? estimate : mapUs(estimate, (us) => us);
  }
  const full = prefillWork(tables.peaks, 0);
  const whole = headsEstimate(table, measuredShapes(table), { shape: point, batch, length }, full);
  const share = work(point, batch, length) / full(point, batch, length);
  const us = whole.basis === 'outOfRange' ? whole.nearest?.scaledUs : whole.latencyUs;
  return { basis: 'outOfRange', axis: 'window', nearest: us === undefined ? null : { latencyUs: us, scaledUs: us * share } };
}

/**
 * Attention of one new token a sequence on one rank, in µs, inside a CUDA graph.
 *
 * Measured: batch 1 … 2048, contexts of 2 … 131 072 tokens as far as the cache fits the memory; up to 8 KV heads. A window that was
 * not measured is attention over a context as long as the window.
 */
export function decodeAttentionUs(tables: KernelTables, point: DecodeAttention): Estimate {
  const { batch, contextTokens, window, kvDtype } = point;
  const table = tables.find(`decode-attention/${kvDtype}-kv`);
  if (table === undefined) return NOT_MEASURED;
  const shapes = measuredShapes(table, window);
  const known = shapes.some(({ headDim }) => headDim === point.headDim);
  const reach = window === 0 ? contextTokens : Math.min(contextTokens, window);
  const work = decodeWork(tables.peaks, kvDtype, known ? window : 0);
  if (known) return headsEstimate(table, shapes, { shape: point, batch, length: contextTokens }, work);
  const estimate = headsEstimate(table, measuredShapes(table), { shape: point, batch, length: reach }, work);
  return reach < contextTokens ? mapUs(estimate, (us) => us) : estimate;
}

/** Bidirectional attention of a vision encoder on one rank, in µs. Measured: head sizes 64 to 80, batch 1 … 64, 1 … 65 536 tokens. */
export function encoderAttentionUs(tables: KernelTables, { headDim, heads, batch, tokens }: EncoderAttention): Estimate {
  const table = tables.find('encoder-attention/bf16');
  if (table === undefined) return NOT_MEASURED;
  const flopsPerS = tables.peaks.flopsPerS.bf16 ?? Number.POSITIVE_INFINITY;
  const work: HeadWork = (shape, b, length) =>
    FIXED_US.prefill +
    (1e6 * 4 * b * shape.heads * shape.headDim * length ** 2) / flopsPerS +
    (8e6 * b * length * shape.heads * shape.headDim) / tables.peaks.memoryBytesPerS;
  return headsEstimate(table, measuredShapes(table), { shape: { headDim, heads, kvHeads: heads }, batch, length: tokens }, work);
}

/** Query-key pairs of one head: every new token sees the cached ones, the new ones before it and itself, a window at most. */
export function pairsOf(tokens: number, cachedTokens: number, window: number): number {
  const before = (length: number) => (window === 0 || length <= window ? length ** 2 / 2 : window * length - window ** 2 / 2);
  return before(tokens + cachedTokens) - before(cachedTokens);
}

/** The length of the prompt without cached tokens that has so many pairs. */
export function promptOfPairs(pairs: number, window: number): number {
  return window === 0 || pairs <= window ** 2 / 2 ? Math.sqrt(2 * pairs) : pairs / window + window / 2;
}

function prefillWork(peaks: KernelPeaks, window: number): HeadWork {
  const flopsPerS = peaks.flopsPerS.bf16 ?? Number.POSITIVE_INFINITY;
  return ({ headDim, heads, kvHeads }, batch, length) => {
    const flops = 4 * batch * heads * headDim * pairsOf(length, 0, window);
    const bytes = 4 * batch * length * headDim * (heads + kvHeads);
    return FIXED_US.prefill + (1e6 * flops) / flopsPerS + (1e6 * bytes) / peaks.memoryBytesPerS;
  };
}

function decodeWork(peaks: KernelPeaks, kvDtype: AttentionShape['kvDtype'], window: number): HeadWork {
  return ({ headDim, heads, kvHeads }, batch, length) => {
    const reach = window === 0 ? length : Math.min(length, window);
    const cache = 2 * batch * reach * kvHeads * headDim * (kvDtype === 'fp8' ? 1 : 2);
    return FIXED_US.decode + (1e6 * (cache + 4 * batch * heads * headDim)) / peaks.memoryBytesPerS;
  };
}
