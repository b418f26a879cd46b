import type { ConfigReader } from '../config-reader.ts';
import type { Fp8Scheme, QuantizationSpec, SchemeRule, WeightScheme } from '../quantization-spec.ts';
import { type MethodInput, mentionsTowers, namesUnder, unsupported } from './method-input.ts';
import { groupSizeOf } from './methods-int.ts';
import { compressedTensorsPattern, glob } from './module-patterns.ts';
import { FP8_CHANNEL, FP8_TENSOR, INT8, int4, int8Group, MXFP4, MXFP8, NVFP4, PLAIN, specOf } from './schemes.ts';

/** Targets that name a class of modules, not modules. "Linear" reaches routed experts, the head's class is another. */
const CLASS_TARGETS = new Set(['Linear', 'FusedMoE', 'RoutedExperts', 'MoE']);
/** Groups that speak of attention or embeddings alone hold no matrices of ours. */
const OTHER_CLASSES = /^(?:.*Attention|Embedding|VocabParallelEmbedding)$/;

/**
 * compressed-tensors, and the blocks of the same shape that ModelOpt writes without naming a method.
 *
 * @source vLLM 0.33.0 `quantization/compressed_tensors/compressed_tensors.py` from_config, _get_scheme_from_parts
 */
export function readCompressedTensors({ method, block }: MethodInput): QuantizationSpec {
  if ((block.optionalString('format') ?? '').startsWith('sparse')) throw unsupported(block, 'sparse formats are gone from vLLM');
  const groups = block.optionalChild('config_groups');
  if (groups === null) throw unsupported(block, '"config_groups" is missing');
  const rules: SchemeRule[] = [];
  let everywhere: WeightScheme | null = null;
  for (const name of Object.keys(groups.object())) {
    const group = groups.child(name);
    const weights = group.optionalChild('weights');
    const targets = group.has('targets') ? namesUnder(group, 'targets') : ['Linear'];
    const scheme = weights === null ? PLAIN : weightsScheme(block, weights);
    if (targets.some((target) => CLASS_TARGETS.has(target))) everywhere ??= scheme;
    const named = targets.filter((target) => !CLASS_TARGETS.has(target) && !OTHER_CLASSES.test(target));
    rules.push(...named.map((target) => ({ pattern: compressedTensorsPattern(target), scheme })));
  }
  const ignored = namesUnder(block, 'ignore').map((entry) => (entry.startsWith('re:') ? compressedTensorsPattern(entry) : glob(entry)));
  return specOf({
    method,
    linear: everywhere ?? PLAIN,
    rules,
    ignored,
    quantizesTowers: everywhere !== null && !mentionsTowers(ignored),
    kvCacheDtype: readKvScheme(block),
  });
}

/** The weights of one group: `num_bits`, `type`, `strategy`, `group_size`, `symmetric`, `block_structure`, `scale_dtype`. */
export function weightsScheme(block: ConfigReader, weights: ConfigReader): WeightScheme {
  const bits = weights.optionalInt('num_bits') ?? 8;
  const type = weights.optionalString('type') ?? 'int';
  const groupSize = groupSizeOf(weights, -1, 'group_size');
  const strategy = weights.optionalString('strategy') ?? (groupSize === -1 ? 'tensor' : 'group');
  if (type === 'float') return floatScheme(block, weights, { bits, groupSize, strategy });
  const zeroPoints = !weights.bool('symmetric', true);
  if (bits === 4) return int4(groupSize, zeroPoints);
  if (bits === 8) return strategy === 'group' ? int8Group(groupSize, zeroPoints) : INT8;
  throw unsupported(block, `it has integer weights of ${bits} bits, which is planned for 4 and 8 only`);
}

function floatScheme(
  block: ConfigReader,
  weights: ConfigReader,
  { bits, groupSize, strategy }: { readonly bits: number; readonly groupSize: number; readonly strategy: string },
): WeightScheme {
  if (bits === 4 && groupSize === 16) return NVFP4;
  if (bits === 4 && groupSize === 32) return MXFP4;
  if (bits === 8 && groupSize === 32) return MXFP8;
  if (bits === 8 && strategy === 'channel') return FP8_CHANNEL;
  if (bits === 8 && strategy === 'tensor') return FP8_TENSOR;
  if (bits === 8 && strategy === 'block') return blockScheme(block, weights);
  throw unsupported(block, `it has ${bits}-bit floats with strategy "${strategy}" and group size ${groupSize}`);
}

function blockScheme(block: ConfigReader, weights: ConfigReader): Fp8Scheme {
  const [rows, columns] = weights.optionalInts('block_structure') ?? [128, 128];
  if (!rows || !columns) throw unsupported(block, '"block_structure" is not two numbers above 0');
  return { kind: 'fp8', scale: 'block', block: [rows, columns] };
}

/**
 * The KV-cache type that a checkpoint asks for; `--kv-cache-dtype auto` follows it.
 *
 * @source vLLM 0.33.0 `utils/torch_utils.py` get_kv_cache_quant_algo_string
 */
export function readKvScheme(block: ConfigReader): 'fp8' | 'nvfp4' | null {
  const algorithm = block.raw('kv_cache_quant_algo') ?? block.raw('kv_cache_scheme');
  if (typeof algorithm === 'string') return isNameless(block) ? null : kvDtypeOf(algorithm);
  const scheme = block.optionalChild('kv_cache_scheme');
  if (scheme === null) return null;
  const bits = scheme.optionalInt('num_bits');
  if (scheme.optionalString('type') !== 'float') return null;
  return bits === 8 ? 'fp8' : bits === 4 ? 'nvfp4' : null;
}

/** A config.json block of ModelOpt's producer without `quant_method`: vLLM then asks it for no cache type. */
function isNameless(block: ConfigReader): boolean {
  return block.has('config_groups') && !block.has('quant_method');
}

function kvDtypeOf(algorithm: string): 'fp8' | 'nvfp4' | null {
  const name = algorithm.toUpperCase();
  if (name.includes('NVFP4')) return 'nvfp4';
  return name.includes('FP8') ? 'fp8' : null;
}
