import type { KernelTables } from '../../catalog/kernel-table.ts';
import { type Estimate, mapUs, NOT_MEASURED, usOf } from './estimate.ts';
import type { GemmDtype } from './gemm.ts';
import { gridEstimate, type Work } from './grid-estimate.ts';

/**
 * Attention modules that were measured whole, their projections included: DeepSeek's MLA, its sparse kind (DSA) in DeepSeek-V3.2 and
 * GLM-5, the two kinds of layer of DeepSeek-V4, and MiniMax-M3's. `mla-kernel`: the attention alone (A100 only).
 */
export const MLA_FAMILIES = {
  mla: { operation: 'mla', model: '' },
  'mla-kernel': { operation: 'mla-kernel', model: '' },
  'dsa-v3.2': { operation: 'dsa', model: 'v3.2-' },
  'dsa-glm-5': { operation: 'dsa', model: 'glm-5-' },
  'csa-v4-flash': { operation: 'dsv4-csa', model: 'v4-flash-' },
  'csa-v4-pro': { operation: 'dsv4-csa', model: 'v4-pro-' },
  'hca-v4-flash': { operation: 'dsv4-hca', model: 'v4-flash-' },
  'hca-v4-pro': { operation: 'dsv4-hca', model: 'v4-pro-' },
  'msa-minimax-m3': { operation: 'msa', model: 'minimax-m3-' },
} as const satisfies Record<string, { operation: string; model: string }>;

export type MlaFamily = keyof typeof MLA_FAMILIES;

export interface MlaModule {
  readonly family: MlaFamily;
  /** Of the projections; `mla-kernel` has none. */
  readonly gemmDtype: GemmDtype;
  readonly kvDtype: 'bf16' | 'fp8';
  /** Query heads on this rank. */
  readonly heads: number;
  readonly batch: number;
}

export interface MlaPrefill extends MlaModule {
  readonly tokens: number;
  readonly cachedTokens?: number;
  /** Blackwell's FP8 prefill attention (`mla` only). Default: 16-bit. */
  readonly fp8Attention?: boolean;
}

export interface MlaDecode extends MlaModule {
  /** KV length of each sequence, its new token included. */
  readonly contextTokens: number;
}

/** DeepSeek-V3's shapes, which give the work of every family its form: shared projections, projections of one head. @source config.json of deepseek-ai/DeepSeek-V3 */
const SHARED_WEIGHTS = 7168 * (1536 + 512 + 64);
const HEAD_WEIGHTS = 1536 * 192 + 512 * 256 + 128 * 7168;
/** FLOP of one query-key pair and head, expanded (prefill) and absorbed (decode); bytes that a cached token holds. */
const PAIR_FLOPS = { prefill: 4 * 160, decode: 2 * (576 + 512) } as const;
const TOKEN_BYTES = 1152;

/** The fixed part of a module's time in the work. @source leave-one-out, docs/kernels.md */
const FIXED_US = { prefill: 60, decode: 50 } as const;

/**
 * One attention module over new tokens on one rank, in µs.
 *
 * Measured: 1 … 128 heads in powers of two, batch 1 … 256 (DeepSeek-V4: 1024), 1 … 32 768 tokens without cached ones. Launched by the
 * host, not from a graph: no DSA prompt is below 1.1 ms. With `cachedTokens`: what the longer prompt takes more than the cached one
 * alone, at least the time of the new tokens; never `measured`.
 */
export function mlaPrefillUs(tables: KernelTables, point: MlaPrefill): Estimate {
  const { tokens, cachedTokens = 0, fp8Attention = false } = point;
  const table = tables.find(tableName(point, 'prefill') + (fp8Attention ? '-fp8-prefill' : ''));
  if (table === undefined) return NOT_MEASURED;
  const at = (length: number) => gridEstimate(table, 0, [point.heads, point.batch, length], prefillWork(tables));
  if (cachedTokens === 0) return at(tokens);
  const [own, before] = [usOf(at(tokens)), usOf(at(cachedTokens))];
  if (own === null || before === null) return at(tokens);
  return mapUs(at(tokens + cachedTokens), (us) => Math.max(own, us - before));
}

/**
 * One attention module for one new token a sequence on one rank, in µs.
 *
 * Measured: 1 … 128 heads, batch 1 … 1024, contexts to 131 073 tokens (DeepSeek-V4: 65 537) as far as the memory allows.
 */
export function mlaDecodeUs(tables: KernelTables, point: MlaDecode): Estimate {
  const table = tables.find(tableName(point, 'decode'));
  return table === undefined ? NOT_MEASURED : gridEstimate(table, 0, [point.heads, point.batch, point.contextTokens], decodeWork(tables));
}

function tableName({ family, gemmDtype, kvDtype }: MlaModule, phase: 'prefill' | 'decode'): string {
  const { operation, model } = MLA_FAMILIES[family];
  return `${operation}-${phase}/${family === 'mla-kernel' ? '' : `${model}${gemmDtype}-`}${kvDtype}-kv`;
}

function prefillWork({ peaks }: KernelTables): Work {
  const flopsPerS = peaks.flopsPerS.bf16 ?? Number.POSITIVE_INFINITY;
  return ([heads = 1, batch = 1, tokens = 1]) => {
    const projections = 2 * batch * tokens * (SHARED_WEIGHTS + HEAD_WEIGHTS * heads);
    const attention = (PAIR_FLOPS.prefill * batch * heads * tokens ** 2) / 2;
    return FIXED_US.prefill + (1e6 * (projections + attention)) / flopsPerS;
  };
}

function decodeWork({ peaks }: KernelTables): Work {
  const flopsPerS = peaks.flopsPerS.bf16 ?? Number.POSITIVE_INFINITY;
  return ([heads = 1, batch = 1, contextTokens = 1]) => {
    const bytes = 2 * (SHARED_WEIGHTS + HEAD_WEIGHTS * heads) + batch * contextTokens * TOKEN_BYTES;
    const flops = PAIR_FLOPS.decode * batch * heads * contextTokens;
    return FIXED_US.decode + (1e6 * bytes) / peaks.memoryBytesPerS + (1e6 * flops) / flopsPerS;
  };
}
