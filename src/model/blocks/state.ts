import type { CacheSpec, StateCache } from '../cache-spec.ts';
import type { ModuleSpec } from '../module-spec.ts';
import { columnLinear, replicatedLinear, rowLinear, vector } from './linear.ts';

/** The token mixer of one layer (attention, recurrence or convolution): its weights and what it keeps per sequence. */
export interface Mixer {
  readonly modules: readonly ModuleSpec[];
  readonly caches: readonly CacheSpec[];
}

export interface GatedDeltaInit {
  readonly hiddenSize: number;
  readonly keyHeads: number;
  readonly valueHeads: number;
  readonly keyHeadDim: number;
  readonly valueHeadDim: number;
  readonly convKernel: number;
  /** Qwen 3 Next stores one fused matrix each for q, k, v, z and for b, a; Qwen 3.5 stores four and two. */
  readonly fused: boolean;
  readonly stateDtype: StateCache['stateDtype'];
}

/**
 * Gated delta net: state of valueHeads × valueHeadDim × keyHeadDim, one convolution over q, k and v.
 *
 * @source vLLM 0.33.0 `layers/mamba/gdn/qwen_gdn_linear_attn.py`, `mamba_utils.py` `gated_delta_net_state_shape`
 */
export function gatedDelta(init: GatedDeltaInit): Mixer {
  const { hiddenSize, keyHeads, valueHeads, keyHeadDim, valueHeadDim, convKernel, stateDtype } = init;
  const valueWidth = valueHeads * valueHeadDim;
  const convChannels = 2 * keyHeads * keyHeadDim + valueWidth;
  return {
    modules: [
      ...deltaProjections(init, convChannels, valueWidth),
      convolution([{ name: 'linear_attn.conv1d', outFeatures: convChannels }], convKernel),
      { ...vector('linear_attn.dt_bias', valueHeads), split: 'column' },
      { ...vector('linear_attn.A_log', valueHeads), split: 'column', dtype: 'float32' },
      vector('linear_attn.norm', valueHeadDim),
      rowLinear('linear_attn.out_proj', hiddenSize, valueWidth, { role: 'state' }),
    ],
    caches: [
      {
        ...stateOf('gdn', convKernel, convChannels),
        heads: valueHeads,
        stateRows: valueHeadDim,
        stateColumns: keyHeadDim,
        stateDtype,
      },
    ],
  };
}

function deltaProjections(init: GatedDeltaInit, convChannels: number, valueWidth: number): readonly ModuleSpec[] {
  const { hiddenSize, valueHeads } = init;
  const [inputs, gates] = init.fused
    ? [
        [{ name: 'linear_attn.in_proj_qkvz', outFeatures: convChannels + valueWidth }],
        [{ name: 'linear_attn.in_proj_ba', outFeatures: 2 * valueHeads }],
      ]
    : [
        [
          { name: 'linear_attn.in_proj_qkv', outFeatures: convChannels },
          { name: 'linear_attn.in_proj_z', outFeatures: valueWidth },
        ],
        [
          { name: 'linear_attn.in_proj_b', outFeatures: valueHeads },
          { name: 'linear_attn.in_proj_a', outFeatures: valueHeads },
        ],
      ];
  return [columnLinear(inputs, hiddenSize, { role: 'state' }), columnLinear(gates, hiddenSize, { role: 'state' })];
}

export interface Mamba2Init {
  readonly hiddenSize: number;
  /** heads × headDim, as the class of the model computes it. */
  readonly innerSize: number;
  readonly heads: number;
  readonly headDim: number;
  readonly groups: number;
  readonly stateSize: number;
  readonly convKernel: number;
  readonly convBias: boolean;
  readonly bias: boolean;
  /** false: Falcon-H1 normalises outside, and stores no norm. */
  readonly gatedNorm: boolean;
  /** Prefix in the checkpoint ("mixer", "mamba"). */
  readonly prefix: string;
  readonly stateDtype: StateCache['stateDtype'];
  readonly chunkTokens: number | null;
}

/**
 * Mamba 2: one projection to z, x, B, C and dt, a convolution over x, B and C. Ranks without a group of their own copy
 * one, which is what `heads` on a part means.
 *
 * @source vLLM 0.33.0 `layers/mamba/mamba_mixer2.py`, `mamba_utils.py` `mamba2_state_shape`
 */
export function mamba2(init: Mamba2Init): Mixer {
  const { hiddenSize, innerSize, heads, headDim, groups, stateSize, convKernel, convBias, bias, prefix, stateDtype, chunkTokens } = init;
  const input = `${prefix}.in_proj`;
  const conv = `${prefix}.conv1d`;
  const grouped = { outFeatures: groups * stateSize, heads: groups };
  return {
    modules: [
      columnLinear(
        [
          { name: input, outFeatures: innerSize },
          { name: input, outFeatures: innerSize },
          { name: input, ...grouped },
          { name: input, ...grouped },
          { name: input, outFeatures: heads },
        ],
        hiddenSize,
        { bias, role: 'state' },
      ),
      convolution(
        [
          { name: conv, outFeatures: innerSize },
          { name: conv, ...grouped },
          { name: conv, ...grouped },
        ],
        convKernel,
        convBias,
      ),
      { ...vector(`${prefix}.A_log`, heads), split: 'column', dtype: 'float32' },
      { ...vector(`${prefix}.D`, heads), split: 'column' },
      { ...vector(`${prefix}.dt_bias`, heads), split: 'column' },
      ...(init.gatedNorm ? [{ ...vector(`${prefix}.norm`, innerSize), split: 'column' } as const] : []),
      rowLinear(`${prefix}.out_proj`, hiddenSize, innerSize, { bias, role: 'state' }),
    ],
    caches: [
      {
        ...stateOf('mamba2', convKernel, innerSize),
        groups,
        groupChannels: 2 * stateSize,
        heads,
        stateRows: headDim,
        stateColumns: stateSize,
        stateDtype,
        chunkTokens,
      },
    ],
  };
}

export interface KimiDeltaInit {
  readonly hiddenSize: number;
  readonly heads: number;
  readonly headDim: number;
  readonly convKernel: number;
  /** Kimi-K3: the output gate is one full matrix instead of two thin ones. */
  readonly fullRankGate: boolean;
}

/**
 * Kimi delta attention: per-channel decay; the recurrent state is float32 whatever the model's dtype.
 *
 * @source vLLM 0.33.0 `layers/mamba/gdn/kimi_gdn_linear_attn.py`, `models/kimi_k3/nvidia/kda.py`, `mamba_utils.py` `kda_state_shape`
 */
export function kimiDelta({ hiddenSize, heads, headDim, convKernel, fullRankGate }: KimiDeltaInit): Mixer {
  const width = heads * headDim;
  const name = (part: string) => `self_attn.${part}`;
  const convParts = ['q_conv1d', 'k_conv1d', 'v_conv1d'].map((part) => ({ name: name(part), outFeatures: width }));
  const inputs = ['q_proj', 'k_proj', 'v_proj', ...(fullRankGate ? ['g_proj'] : [])];
  return {
    modules: [
      columnLinear(
        [...inputs.map((part) => ({ name: name(part), outFeatures: width })), { name: name('b_proj'), outFeatures: heads }],
        hiddenSize,
        { role: 'state' },
      ),
      replicatedLinear([{ name: name('f_a_proj'), outFeatures: headDim }], hiddenSize, { role: 'state' }),
      columnLinear([{ name: name('f_b_proj'), outFeatures: width }], headDim, { role: 'state' }),
      ...(fullRankGate ? [] : lowRankGate(hiddenSize, width, headDim)),
      { ...convolution(convParts, convKernel), dtype: 'float32' },
      { ...vector(name('dt_bias'), width), split: 'column', dtype: 'float32' },
      { ...vector(name('A_log'), heads), split: 'column', dtype: 'float32' },
      vector(name('o_norm'), headDim),
      rowLinear(name('o_proj'), hiddenSize, width, { role: 'state' }),
    ],
    caches: [{ ...stateOf('kda', convKernel, 3 * width), heads, stateRows: headDim, stateColumns: headDim, stateDtype: 'float32' }],
  };
}

function lowRankGate(hiddenSize: number, width: number, headDim: number): readonly ModuleSpec[] {
  return [
    replicatedLinear([{ name: 'self_attn.g_a_proj', outFeatures: headDim }], hiddenSize, { role: 'state' }),
    columnLinear([{ name: 'self_attn.g_b_proj', outFeatures: width }], headDim, { role: 'state' }),
  ];
}

export interface ShortConvInit {
  readonly hiddenSize: number;
  readonly convKernel: number;
  readonly bias: boolean;
}

/** Gated short convolution of LFM 2: keeps only the window. @source vLLM 0.33.0 `layers/mamba/short_conv.py` */
export function shortConvolution({ hiddenSize, convKernel, bias }: ShortConvInit): Mixer {
  return {
    modules: [
      columnLinear([{ name: 'conv.in_proj', outFeatures: 3 * hiddenSize }], hiddenSize, { bias, role: 'state' }),
      convolution([{ name: 'conv.conv', outFeatures: hiddenSize }], convKernel, bias),
      rowLinear('conv.out_proj', hiddenSize, hiddenSize, { bias, role: 'state' }),
    ],
    caches: [stateOf('short-conv', convKernel, hiddenSize)],
  };
}

/** A depth-wise convolution: `kernel` weights a channel, split with the channels, never quantized. */
function convolution(parts: Parameters<typeof columnLinear>[0], kernel: number, bias = false) {
  return columnLinear(parts, kernel, { bias, role: 'state', quantizable: false });
}

/** A state without recurrent part; the mixers above add theirs. */
function stateOf(recurrence: StateCache['recurrence'], convKernel: number, convChannels: number): StateCache {
  return {
    kind: 'state',
    recurrence,
    convKernel,
    convChannels,
    groups: 0,
    groupChannels: 0,
    heads: 0,
    stateRows: 0,
    stateColumns: 0,
    stateDtype: null,
    chunkTokens: null,
  };
}
