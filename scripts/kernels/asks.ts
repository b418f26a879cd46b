import { decodeAttentionUs, encoderAttentionUs, prefillAttentionUs } from '../../src/performance/kernels/attention.ts';
import { type AllReduceKind, allReduceUs, type Collective, collectiveUs } from '../../src/performance/kernels/collectives.ts';
import { type GemmDtype, gemmUs } from '../../src/performance/kernels/gemm.ts';
import { linearAttentionUs } from '../../src/performance/kernels/linear-attention.ts';
import { MLA_FAMILIES, type MlaFamily, mlaDecodeUs, mlaPrefillUs } from '../../src/performance/kernels/mla.ts';
import { type MoeDtype, moeUs } from '../../src/performance/kernels/moe.ts';
import { mlaProjectionUs, quantizeUs } from '../../src/performance/kernels/quantize.ts';
import type { Ask } from './leave-one-out.ts';

const GEMM_DTYPES: readonly GemmDtype[] = ['bf16', 'fp8', 'fp8_block', 'nvfp4', 'int8', 'int8-weights', 'int4'];
const MOE_DTYPES: readonly MoeDtype[] = ['bf16', 'fp8', 'fp8_block', 'nvfp4', 'int4', 'w4a16_mxfp4', 'w4a8_mxfp4_mxfp8'];
const KINDS: readonly AllReduceKind[] = ['custom-graph', 'custom-eager'];
const COLLECTIVES: readonly Collective['operation'][] = ['all-gather', 'all-reduce', 'alltoall', 'reduce-scatter'];

/** How the lookup functions are asked for the cells of a table. Null: the table only adds to another. */
export function askOf(name: string): Ask | null {
  const [operation = '', variant = ''] = name.split('/');
  const kvDtype = variant.includes('fp8-kv') ? 'fp8' : 'bf16';
  switch (operation) {
    case 'gemm': {
      const dtype = pick(GEMM_DTYPES, variant);
      return (tables, _, [n = 0, k = 0, m = 0]) => gemmUs(tables, { dtype, m, n, k });
    }
    case 'prefill-attention':
      return (tables, [headDim = 0, window = 0, heads = 0, kvHeads = 0], [batch = 0, tokens = 0]) =>
        prefillAttentionUs(tables, { headDim, window, heads, kvHeads, kvDtype, batch, tokens });
    case 'decode-attention':
      return (tables, [headDim = 0, window = 0, heads = 0, kvHeads = 0], [batch = 0, contextTokens = 0]) =>
        decodeAttentionUs(tables, { headDim, window, heads, kvHeads, kvDtype, batch, contextTokens });
    case 'encoder-attention':
      return (tables, [headDim = 0, heads = 0], [batch = 0, tokens = 0]) => encoderAttentionUs(tables, { headDim, heads, batch, tokens });
    case 'moe': {
      const dtype = pick(MOE_DTYPES, variant);
      return (tables, [hidden = 0, inter = 0, experts = 0, topk = 0, tp = 1, ep = 1, skewPercent = 0], [tokens = 0]) =>
        moeUs(tables, { dtype, hidden, inter, experts, topk, tp, ep, skewPercent, tokens });
    }
    case 'gdn':
    case 'kda': {
      const phase = pick(['prefill', 'decode', 'verify'] as const, variant);
      return (tables, [keyHeads = 0, valueHeads = 0], [batch = 0, tokens = 0]) =>
        linearAttentionUs(tables, { kind: operation, phase, keyHeads, valueHeads, batch, tokens });
    }
    case 'collective': {
      if (variant.startsWith('custom'))
        return (tables, _, [gpus = 0, bytes = 0]) => allReduceUs(tables, { kind: pick(KINDS, variant), bytes, gpus });
      const collective = pick(COLLECTIVES, variant.replace('nccl-', ''));
      return (tables, _, [gpus = 0, bytes = 0]) => collectiveUs(tables, { operation: collective, bytes, gpus });
    }
    case 'quantize':
      return variant === 'fp8-static' ? (tables, _, [k = 0, m = 0]) => quantizeUs(tables, { scale: 'static', m, k }) : null;
    case 'mla-bmm': {
      const side = pick(['pre', 'post'] as const, variant);
      return (tables, _, [heads = 0, tokens = 0]) => mlaProjectionUs(tables, { side, heads, tokens });
    }
    default:
      return askModule(operation, variant);
  }
}

function askModule(operation: string, variant: string): Ask {
  const phase = operation.endsWith('-prefill') ? 'prefill' : 'decode';
  const family = familyOf(operation.replace(/-(prefill|decode)$/, ''), variant);
  const fp8Attention = variant.endsWith('-fp8-prefill');
  const gemm = variant.slice(MLA_FAMILIES[family].model.length).replace(/-?(bf16|fp8)-kv(-fp8-prefill)?$/, '');
  const module = { family, gemmDtype: family === 'mla-kernel' ? ('bf16' as const) : pick(GEMM_DTYPES, gemm) };
  const kvDtype = variant.includes('fp8-kv') ? 'fp8' : 'bf16';
  return (tables, _, [heads = 0, batch = 0, length = 0]) =>
    phase === 'prefill'
      ? mlaPrefillUs(tables, { ...module, kvDtype, heads, batch, tokens: length, fp8Attention })
      : mlaDecodeUs(tables, { ...module, kvDtype, heads, batch, contextTokens: length });
}

function familyOf(operation: string, variant: string): MlaFamily {
  for (const [family, { operation: name, model }] of Object.entries(MLA_FAMILIES)) {
    if (name === operation && variant.startsWith(model) && isFamily(family)) return family;
  }
  throw new Error(`no family for ${operation}/${variant}`);
}

function isFamily(name: string): name is MlaFamily {
  return name in MLA_FAMILIES;
}

function pick<const T extends string>(choices: readonly T[], name: string): T {
  const found = choices.find((choice) => choice === name);
  if (found === undefined) throw new Error(`no lookup for ${name}`);
  return found;
}
