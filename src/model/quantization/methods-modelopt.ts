import type { ConfigReader } from '../config-reader.ts';
import type { ModulePattern, QuantizationSpec, SchemeRule, WeightScheme } from '../quantization-spec.ts';
import { entriesUnder, type MethodInput, mentionsTowers, namesUnder, unsupported } from './method-input.ts';
import { readKvScheme } from './methods-compressed-tensors.ts';
import { contains, exact, glob } from './module-patterns.ts';
import { FP8_BLOCK_128, FP8_CHANNEL, FP8_TENSOR, MXFP8, NVFP4, PLAIN, specOf } from './schemes.ts';

/** @source vLLM 0.33.0 `quantization/modelopt.py` LINEAR_ALGOS, _BLOCK_FP8_MOE_ALGOS */
const ALGORITHMS: Readonly<Record<string, { readonly method: string; readonly scheme: WeightScheme }>> = {
  FP8: { method: 'modelopt', scheme: FP8_TENSOR },
  FP8_PER_CHANNEL_PER_TOKEN: { method: 'modelopt', scheme: FP8_CHANNEL },
  FP8_PB_WO: { method: 'modelopt', scheme: FP8_BLOCK_128 },
  FP8_BLOCK_SCALES: { method: 'modelopt', scheme: FP8_BLOCK_128 },
  NVFP4: { method: 'modelopt_fp4', scheme: NVFP4 },
  W4A16_NVFP4: { method: 'modelopt_fp4', scheme: NVFP4 },
  MXFP8: { method: 'modelopt_mxfp8', scheme: MXFP8 },
};

/**
 * ModelOpt, in the form of config.json (`quant_algo`, `ignore`) and of hf_quant_config.json (`quantization`, `exclude_modules`).
 * Plain entries of the list match anywhere in a name, others are shell patterns. A list that is left out altogether
 * belongs to a copy that somebody shortened; every complete one names the head.
 *
 * @source vLLM 0.33.0 `quantization/modelopt.py` from_config, is_layer_excluded, ModelOptMixedPrecisionConfig
 */
export function readModelOpt({ block: given }: MethodInput): QuantizationSpec {
  const block = given.optionalChild('quantization') ?? given;
  const algorithm = (block.optionalString('quant_algo') ?? '').toUpperCase();
  const list = block.has('ignore', 'exclude_modules') ? namesUnder(block, 'ignore', 'exclude_modules') : ['lm_head'];
  const ignored = list.flatMap(excludePatterns);
  const shared = { ignored, kvCacheDtype: readKvScheme(block) };
  if (algorithm === 'MIXED_PRECISION') {
    return specOf({ method: 'modelopt_mixed', linear: PLAIN, rules: mixedRules(block), ...shared });
  }
  const known = ALGORITHMS[algorithm];
  if (known === undefined) throw unsupported(block, `"quant_algo" ${algorithm || 'is missing'} is none that vLLM loads`);
  const towers = !mentionsTowers(ignored);
  return specOf({ method: known.method, linear: known.scheme, quantizesHead: true, quantizesTowers: towers, ...shared });
}

function excludePatterns(entry: string): readonly ModulePattern[] {
  if (!/[*?[]/.test(entry)) return [contains(entry)];
  // vLLM turns "x*" into "x" and "x.*", and "x" then matches anywhere.
  const open = /^[^*?[]*[^.*?[]\*$/.test(entry);
  return open ? [contains(entry.slice(0, -1))] : [glob(entry)];
}

/** Layers by name; what is not listed stays wide. One entry stands for all experts of a layer. */
function mixedRules(block: ConfigReader): readonly SchemeRule[] {
  const schemes = new Map<string, WeightScheme>();
  const patterns = new Map<string, ModulePattern>();
  for (const [name, entry] of entriesUnder(block, 'quantized_layers')) {
    const pattern = exact(name);
    if (schemes.has(pattern.value)) continue;
    schemes.set(pattern.value, entryScheme(block, name, entry));
    patterns.set(pattern.value, pattern);
  }
  if (schemes.size === 0) throw unsupported(block, 'mixed precision without "quantized_layers"');
  return [...patterns].map(([value, pattern]) => ({ pattern, scheme: schemes.get(value) ?? PLAIN }));
}

function entryScheme(block: ConfigReader, name: string, entry: unknown): WeightScheme {
  const algorithm =
    typeof entry === 'object' && entry !== null && 'quant_algo' in entry ? String(entry.quant_algo).toUpperCase() : '(none)';
  const known = ALGORITHMS[algorithm];
  if (known === undefined) throw unsupported(block, `layer "${name.slice(0, 80)}" has quant_algo ${algorithm.slice(0, 40)}`);
  return known.scheme;
}
