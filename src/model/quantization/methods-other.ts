import type { ConfigReader } from '../config-reader.ts';
import type { QuantizationSpec, WeightScheme } from '../quantization-spec.ts';
import { entriesUnder, type MethodInput, mentionsTowers, namesUnder, unsupported } from './method-input.ts';
import { groupSizeOf } from './methods-int.ts';
import { compressedTensorsPattern, contains, glob } from './module-patterns.ts';
import { FP8_CHANNEL, FP8_TENSOR, INT8, int4, MXFP4, MXFP8, NVFP4, PLAIN, specOf } from './schemes.ts';

/**
 * AMD Quark: a global scheme, others by layer pattern, and a list of wide modules.
 *
 * @source vLLM 0.33.0 `quantization/quark/quark.py`, `quantization/quark/utils.py`
 */
export function readQuark({ block }: MethodInput): QuantizationSpec {
  const base = quarkScheme(block, block.optionalChild('global_quant_config'));
  const layers = block.optionalChild('layer_quant_config');
  const rules = entriesUnder(block, 'layer_quant_config').map(([pattern]) => ({
    pattern: glob(pattern.startsWith('re:') ? '*' : pattern),
    scheme: quarkScheme(block, layers?.optionalChild(pattern) ?? null),
  }));
  const ignored = namesUnder(block, 'exclude').map((entry) => (entry.startsWith('re:') ? compressedTensorsPattern(entry) : glob(entry)));
  return specOf({ method: 'quark', linear: base, rules, ignored, quantizesTowers: !mentionsTowers(ignored) });
}

function quarkScheme(block: ConfigReader, config: ConfigReader | null): WeightScheme {
  const weight = config?.raw('weight') ?? null;
  if (config === null || weight === null) return PLAIN;
  // Two specs on top of each other: 4-bit groups of 16 and one scale a tensor, which is NVFP4.
  if (Array.isArray(weight)) return NVFP4;
  const reader = config.child('weight');
  const type = reader.optionalString('dtype') ?? '';
  const scope = reader.optionalString('qscheme') ?? 'per_tensor';
  const groupSize = groupSizeOf(reader, -1, 'group_size');
  if (type.startsWith('fp8')) return scope === 'per_group' && groupSize === 32 ? MXFP8 : scope === 'per_tensor' ? FP8_TENSOR : FP8_CHANNEL;
  if (type === 'fp4') return groupSize === 16 ? NVFP4 : MXFP4;
  if (type === 'int8') return INT8;
  if (type === 'int4' || type === 'uint4') return int4(groupSize, type === 'uint4');
  throw unsupported(block, `Quark dtype "${type}" is none that can be planned`);
}

/** @source vLLM 0.33.0 `quantization/torchao.py`; class names of torchao's configs */
const TORCHAO: readonly { readonly name: RegExp; readonly scheme: (groupSize: number) => WeightScheme }[] = [
  { name: /^Int4WeightOnly/, scheme: (groupSize) => int4(groupSize, true) },
  { name: /^Int8DynamicActivationInt4Weight/, scheme: (groupSize) => int4(groupSize) },
  { name: /^Int8(?:WeightOnly|DynamicActivationInt8Weight)/, scheme: () => INT8 },
  { name: /^Float8/, scheme: () => FP8_CHANNEL },
];

export function readTorchao({ block }: MethodInput): QuantizationSpec {
  const type = block.optionalChild('quant_type')?.optionalChild('default') ?? null;
  const name = type?.optionalString('_type') ?? block.optionalString('quant_type') ?? '';
  const groupSize = groupSizeOf(type?.optionalChild('_data') ?? block, 128, 'group_size');
  const known = TORCHAO.find((row) => row.name.test(name));
  if (known === undefined) throw unsupported(block, `torchao type "${name.slice(0, 60)}" is none that can be planned`);
  const ignored = namesUnder(block, 'modules_to_not_convert').map(contains);
  return specOf({ method: 'torchao', linear: known.scheme(groupSize), ignored, quantizesTowers: !mentionsTowers(ignored) });
}
