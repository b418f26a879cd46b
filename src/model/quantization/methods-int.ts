import type { ConfigReader } from '../config-reader.ts';
import type { ModulePattern, QuantizationSpec, SchemeRule, WeightScheme } from '../quantization-spec.ts';
import { entriesUnder, type MethodInput, mentionsTowers, namesUnder, unsupported } from './method-input.ts';
import { contains, exact, prefix, regex } from './module-patterns.ts';
import { BNB4, FP8_BLOCK_128, INT8, int4, int8Group, MXFP4, MXFP8, PLAIN, specOf } from './schemes.ts';

/**
 * AWQ. Entries of `modules_to_not_convert` match anywhere in the name.
 *
 * @source vLLM 0.33.0 `quantization/auto_awq.py` from_config, get_quant_method
 */
export function readAwq({ block }: MethodInput): QuantizationSpec {
  const bits = block.optionalInt('w_bit', 'bits') ?? 4;
  if (bits !== 4) throw unsupported(block, `it has ${bits} bits and vLLM loads AWQ with 4 bits only`);
  const groupSize = groupSizeOf(block, 128, 'q_group_size', 'group_size');
  const ignored = namesUnder(block, 'modules_to_not_convert').map(contains);
  return specOf({
    method: 'awq',
    linear: int4(groupSize, block.bool('zero_point', true)),
    ignored,
    quantizesHead: block.bool('lm_head', false),
    quantizesTowers: !mentionsTowers(ignored),
  });
}

/**
 * GPTQ. `dynamic` holds regular expressions: "-:" keeps a module wide, anything else overrides its fields.
 * `modules_in_block_to_quantize` turns the sense around: only what it names is quantized.
 *
 * @source vLLM 0.33.0 `quantization/auto_gptq.py`, `quantization/utils/gptq_utils.py`
 */
export function readGptq({ block }: MethodInput): QuantizationSpec {
  const base = gptqScheme(block, block, block);
  const dynamic = entriesUnder(block, 'dynamic');
  const ignored = dynamic.filter(([key]) => key.startsWith('-:')).map(([key]) => regex(key.slice(2), 'start'));
  const overrides: SchemeRule[] = dynamic
    .filter(([key]) => !key.startsWith('-:'))
    .map(([key], index) => {
      const child = block.child('dynamic').optionalChild(key) ?? block;
      return { pattern: regex(key.replace(/^\+:/, ''), 'start'), scheme: gptqScheme(block, child, block), index };
    })
    .map(({ pattern, scheme }) => ({ pattern, scheme }));
  const only = namesUnder(block, 'modules_in_block_to_quantize').map(contains);
  return specOf({
    method: 'gptq',
    linear: only.length > 0 ? PLAIN : base,
    rules: [...overrides, ...only.map((pattern) => ({ pattern, scheme: base }))],
    ignored,
    quantizesHead: block.bool('lm_head', false) && only.length === 0,
    quantizesTowers: !mentionsTowers(ignored) && only.length === 0,
  });
}

function gptqScheme(block: ConfigReader, fields: ConfigReader, fallback: ConfigReader): WeightScheme {
  const bits = fields.optionalInt('bits') ?? fallback.optionalInt('bits') ?? 4;
  const groupSize = groupSizeOf(fields, groupSizeOf(fallback, 128, 'group_size'), 'group_size');
  const symmetric = fields.bool('sym', fallback.bool('sym', true));
  const ordered = fields.bool('desc_act', fallback.bool('desc_act', false)) && groupSize !== -1;
  if (bits === 4) return int4(groupSize, !symmetric, ordered);
  if (bits === 8) return int8Group(groupSize, !symmetric, ordered);
  throw unsupported(block, `it has ${bits} bits and vLLM loads GPTQ with 4 or 8 bits`);
}

/**
 * bitsandbytes: NF4 or FP4 blocks, or LLM.int8. Quantized head: never.
 *
 * @source vLLM 0.24.0 `quantization/bitsandbytes.py` (a plugin from 0.28 on)
 */
export function readBitsAndBytes({ block }: MethodInput): QuantizationSpec {
  const eight = block.bool('load_in_8bit', false);
  const ignored = namesUnder(block, 'llm_int8_skip_modules').map((name) => (name.includes('.') ? prefix(name) : contains(name)));
  return specOf({ method: 'bitsandbytes', linear: eight ? INT8 : BNB4, ignored, quantizesTowers: !mentionsTowers(ignored) });
}

/**
 * AutoRound and Intel Neural Compressor: GPTQ or AWQ packing, MXFP4, MXFP8, or 128 × 128 FP8 blocks, with exceptions a
 * module in `extra_config`.
 *
 * @source vLLM 0.33.0 `quantization/inc/inc.py`, `quantization/inc/config_parser.py`
 */
export function readAutoRound({ method, block }: MethodInput): QuantizationSpec {
  const base = autoRoundScheme(block, block);
  const extras = entriesUnder(block, 'extra_config').map(([name]) => ({
    pattern: /[*+?^$()[\]{}|\\]/.test(name) ? regex(name, 'anywhere') : exact(name),
    scheme: autoRoundScheme(block, block.child('extra_config').child(name)),
  }));
  const blocks = autoRoundBlocks(block);
  const rules = [...extras, ...blocks.map((pattern) => ({ pattern, scheme: base }))];
  return specOf({
    method: method === 'inc' ? 'inc' : 'auto-round',
    linear: blocks.length > 0 ? PLAIN : base,
    rules,
    quantizesTowers: blocks.length === 0 && !mentionsTowers(extras.map((extra) => extra.pattern)),
  });
}

function autoRoundBlocks(block: ConfigReader): readonly ModulePattern[] {
  const value = block.raw('block_name_to_quantize', 'to_quant_block_names');
  if (value === null) return [];
  const names = typeof value === 'string' ? value.split(',') : namesUnder(block, 'block_name_to_quantize', 'to_quant_block_names');
  // "model.layers" names all decoder layers; canonical names start with "layers.".
  return names.map((name) => prefix(`${name.trim()}.`));
}

function autoRoundScheme(block: ConfigReader, fields: ConfigReader): WeightScheme {
  const bits = fields.optionalInt('bits', 'weight_bits') ?? block.optionalInt('bits', 'weight_bits') ?? 4;
  const type = fields.optionalString('data_type') ?? block.optionalString('data_type') ?? 'int';
  if (bits >= 16) return PLAIN;
  if (type.includes('mx_fp')) return bits === 8 ? MXFP8 : MXFP4;
  if (type === 'fp' || type === 'fp8') return FP8_BLOCK_128;
  const groupSize = groupSizeOf(fields, groupSizeOf(block, 128, 'group_size'), 'group_size');
  const symmetric = fields.bool('sym', block.bool('sym', true));
  if (bits === 4) return int4(groupSize, !symmetric);
  if (bits === 8) return int8Group(groupSize, !symmetric);
  throw unsupported(block, `it stores some layers with ${bits} bits, which is planned for 4, 8 and 16 only`);
}

/** -1 (one group an output channel) is a negative number, which `optionalInt` refuses. */
export function groupSizeOf(block: ConfigReader, absent: number, ...keys: readonly string[]): number {
  const value = block.optionalNumber(...keys);
  if (value === null) return absent;
  if (value === -1 || value === 0) return -1;
  if (Number.isInteger(value) && value > 0) return value;
  throw unsupported(block, `"${keys.at(-1)}" is ${value}`);
}
