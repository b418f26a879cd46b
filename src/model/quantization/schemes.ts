import type { Fp8Scheme, IntGroupScheme, QuantizationSpec, WeightScheme } from '../quantization-spec.ts';

export const PLAIN = { kind: 'plain' } as const satisfies WeightScheme;
export const INT8 = { kind: 'int8' } as const satisfies WeightScheme;
export const NVFP4 = { kind: 'nvfp4' } as const satisfies WeightScheme;
export const MXFP4 = { kind: 'mxfp4' } as const satisfies WeightScheme;
export const MXFP8 = { kind: 'mxfp8' } as const satisfies WeightScheme;
export const BNB4 = { kind: 'bnb4' } as const satisfies WeightScheme;
export const FP8_TENSOR = { kind: 'fp8', scale: 'tensor' } as const satisfies WeightScheme;
export const FP8_CHANNEL = { kind: 'fp8', scale: 'channel' } as const satisfies WeightScheme;
export const FP8_BLOCK_128 = { kind: 'fp8', scale: 'block', block: [128, 128] } as const satisfies WeightScheme;

export function int4(groupSize: number, zeroPoints = false, orderIndex = false): IntGroupScheme {
  return { kind: 'int4', groupSize, zeroPoints, orderIndex };
}

export function int8Group(groupSize: number, zeroPoints = false, orderIndex = false): IntGroupScheme {
  return { kind: 'int8-group', groupSize, zeroPoints, orderIndex };
}

/** Weights as the checkpoint's dtype has them. */
export const UNQUANTIZED: QuantizationSpec = {
  method: 'none',
  label: 'not quantized',
  linear: PLAIN,
  experts: PLAIN,
  rules: [],
  ignored: [],
  quantizesHead: false,
  quantizesTowers: false,
  kvCacheDtype: null,
  online: false,
};

/** A spec of one method, with the usual answers filled in: experts like linear layers, head and towers wide. */
export function specOf(
  part: Pick<QuantizationSpec, 'method' | 'linear'> & Partial<Omit<QuantizationSpec, 'method' | 'linear'>>,
): QuantizationSpec {
  const spec = { ...UNQUANTIZED, experts: part.linear, ...part };
  return { ...spec, label: part.label ?? describeSpec(spec) };
}

/** "FP8, 128 × 128 blocks"; the scheme that most of the weights have. */
export function describeScheme(scheme: WeightScheme): string {
  switch (scheme.kind) {
    case 'plain':
      return 'not quantized';
    case 'fp8':
      return describeFp8(scheme);
    case 'int8':
      return 'INT8, one scale an output channel';
    case 'int4':
      return `INT4${describeGroups(scheme)}`;
    case 'int8-group':
      return `INT8${describeGroups(scheme)}`;
    case 'nvfp4':
      return 'NVFP4, groups of 16';
    case 'mxfp4':
      return 'MXFP4, groups of 32';
    case 'mxfp8':
      return 'MXFP8, groups of 32';
    case 'bnb4':
      return 'NF4 or FP4 (bitsandbytes), blocks of 64';
    default:
      return scheme satisfies never;
  }
}

function describeFp8(scheme: Fp8Scheme): string {
  if (scheme.scale === 'tensor') return 'FP8, one scale a matrix';
  if (scheme.scale === 'channel') return 'FP8, one scale an output channel';
  const [rows, columns] = scheme.block ?? [128, 128];
  return `FP8, ${rows} × ${columns} blocks`;
}

function describeGroups(scheme: IntGroupScheme): string {
  const groups = scheme.groupSize === -1 ? ', one group an output channel' : `, groups of ${scheme.groupSize}`;
  return scheme.zeroPoints ? `${groups}, zero points` : groups;
}

function describeSpec(spec: Pick<QuantizationSpec, 'linear' | 'experts' | 'rules' | 'online'>): string {
  const schemes = [spec.linear, spec.experts, ...spec.rules.map((rule) => rule.scheme)].filter((scheme) => scheme.kind !== 'plain');
  const names = [...new Set(schemes.map(describeScheme))];
  const expertsOnly = spec.linear.kind === 'plain' && spec.experts.kind !== 'plain' && spec.rules.length === 0;
  const text = names.length === 0 ? 'not quantized' : names.slice(0, 3).join('; ');
  return `${text}${expertsOnly ? ' (routed experts only)' : ''}${spec.online ? ', made while loading' : ''}`;
}
