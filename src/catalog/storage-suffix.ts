/** How a name says that the weights are stored. */
export interface StorageSuffix {
  /** The name without the suffix. */
  readonly stem: string;
  /** Scheme by name; "none": in 16 bits; "unknown": in a way that has no scheme here. */
  readonly scheme: string;
  /** What the suffix leaves open. */
  readonly caveat?: string;
}

const PIECES = '(?:-(?:int4|4bit|w4a16|marlin|gemm|sym|ct|g\\d+|\\d+g))*';

/** Suffixes as publishers write them, longest first where one ends another. Separators are "-" by then. */
const SUFFIXES: readonly { readonly words: RegExp; readonly scheme: string; readonly caveat?: string }[] = [
  ends(
    '(?:i?q\\d(?:-[a-z0-9]+){0,2}-)?gguf(?:-i?q\\d(?:-[a-z0-9]+){0,2})?|i?q\\d(?:-[a-z0-9]+){1,2}|exl[23](?:-[^-]+){0,2}|mlx(?:-[^-]+){0,2}',
    'unknown',
  ),
  ends('awq-(?:8bit|int8|w8a16)', 'w8a16'),
  ends(`(?:int4-|w4a16-|4bit-)?awq${PIECES}`, 'awq'),
  ends('gptq(?:model)?-(?:int8|8bit|w8a16)|int8-gptq', 'gptq-int8'),
  ends(`(?:int4-|w4a16-|4bit-)?gptq(?:model)?${PIECES}`, 'gptq-int4'),
  ends(`(?:int4-|w4a16-|4bit-)?auto-?round${PIECES}`, 'autoround-int4'),
  ends('(?:unsloth-)?(?:bnb-4bit|4bit-bnb|bnb-nf4|nf4)', 'bnb-4bit'),
  ends('(?:bnb-8bit|8bit-bnb)', 'bnb-8bit'),
  ends('fp8-dynamic', 'fp8-dynamic'),
  ends('fp8-block', 'fp8-block'),
  ends('fp8-static(?:-per-?tensor)?', 'fp8-static'),
  ends('(?:w8a8-)?fp8(?:-(?:kv|w8a8|e4m3|ct))?', 'fp8'),
  ends('nvfp4a16|nvfp4-w4a16', 'nvfp4a16'),
  ends('nvfp4(?:-(?:w4a4|ct))?', 'nvfp4'),
  ends('mxfp4(?:-moe)?', 'mxfp4'),
  ends('mxfp8', 'mxfp8'),
  ends('fp4', 'nvfp4', 'its name says FP4 and no more; it is sized as NVFP4'),
  ends('(?:quantized-)?w4a8(?:-int8|-fp8)?', 'w4a8'),
  ends('(?:quantized-)?w8a16(?:-ct)?', 'w8a16'),
  ends('(?:smoothquant-)?(?:quantized-)?(?:int8-)?w8a8(?:-int8|-ct)?', 'w8a8'),
  ends('(?:quantized-)?w4a16(?:-g\\d+|-ct)*', 'w4a16'),
  ends('int8', 'int8'),
  ends('int4(?:-g\\d+)?', 'w4a16'),
  ends('4bit', 'w4a16', 'its name says 4 bits and no more; it is sized as INT4 in groups of 128'),
  ends('8bit', 'int8', 'its name says 8 bits and no more; it is sized as INT8'),
  ends('bf16|fp16|f16', 'none'),
];

/** Words that publishers add behind the scheme; they change no weight of the language model. */
const ADDED_BEHIND = /-(?:mtp|fast|resharded|vllm|hf|quantized|build|class|kv)$/;

function ends(pattern: string, scheme: string, caveat?: string): (typeof SUFFIXES)[number] {
  return { words: new RegExp(`-(?:${pattern})$`), scheme, ...(caveat === undefined ? {} : { caveat }) };
}

/**
 * Reads the quantization off the end of a name: "qwen3-32b-fp8-dynamic" is "qwen3-32b", stored as "fp8-dynamic".
 *
 * @param key a name without organisation, as `nameKey` writes it
 * @returns null when the name says nothing of its storage
 */
export function readStorageSuffix(key: string): StorageSuffix | null {
  const dashed = key.replace(/\.(?=quantized|w\d+a\d+)/g, '-');
  for (const name of [dashed, dashed.replace(ADDED_BEHIND, '')]) {
    for (const { words, scheme, caveat } of SUFFIXES) {
      const at = name.search(words);
      if (at > 0) return { stem: name.slice(0, at), scheme, ...(caveat === undefined ? {} : { caveat }) };
    }
  }
  return null;
}
