import { WizardError } from '../../errors/wizard-error.ts';
import type { QuantizationSpec, WeightScheme } from '../quantization-spec.ts';
import { GPTQ_INT4, ONLINE_FP8, SCHEME_ROWS } from './scheme-table.ts';

export interface SchemeContext {
  /** Organisation before the slash of the model's id; null: not known. */
  readonly publisher: string | null;
  /** `architectures[0]`; null: not known. */
  readonly architecture: string | null;
  /** An explicit `--quantization gptq` picks the old kernel, which keeps zero points (vLLM before 0.27). */
  readonly oldGptqKernel?: boolean;
}

const NO_CONTEXT: SchemeContext = { publisher: null, architecture: null };

/**
 * What a typical checkpoint of that name holds: "awq", "fp8-dynamic", "gptq-int4", "nvfp4", "w8a8" and vLLM's method names.
 *
 * @param publisher the organisation of the checkpoint; publishers mean different things by "FP8"
 * @returns null for a name that no row of scheme-table.ts has ("gguf")
 */
export function schemeByName(name: string, publisher: string | null, architecture: string | null = null): QuantizationSpec | null {
  const key = name.toLowerCase();
  const by = publisher?.toLowerCase() ?? null;
  const row = SCHEME_ROWS.find(
    ({ names, publishers, architectures }) =>
      names.includes(key) &&
      (publishers === undefined || (by !== null && publishers.includes(by))) &&
      (architectures === undefined || (architecture !== null && architectures.test(architecture))),
  );
  return row?.spec ?? null;
}

/** A name's ending as publishers write it, and the scheme that it stands for. Longer ones come first. */
const SUFFIXES: readonly (readonly [ending: RegExp, scheme: string])[] = [
  [/[-_.]awq[-_](?:8bit|int8)$/, 'w8a16'],
  [/[-_.]awq(?:[-_](?:int4|4bit|w4a16|gemm|g\d+))*$/, 'awq'],
  [/[-_.]gptq[-_](?:int8|8bit)$/, 'gptq-int8'],
  [/[-_.]gptq(?:[-_](?:int4|4bit|w4a16|g\d+))*$/, 'gptq-int4'],
  [/[-_.](?:int4[-_])?auto-?round(?:[-_](?:int4|4bit))*$/, 'autoround-int4'],
  [/[-_.](?:bnb-4bit|4bit-bnb|nf4)$/, 'bnb-4bit'],
  [/[-_.]bnb-8bit$/, 'bnb-8bit'],
  [/[-_.]fp8[-_]dynamic$/, 'fp8-dynamic'],
  [/[-_.]fp8[-_]block$/, 'fp8-block'],
  [/[-_.]fp8[-_]static(?:-per-?tensor)?$/, 'fp8-static'],
  [/[-_.](?:w8a8[-_])?fp8$/, 'fp8'],
  [/[-_.]nvfp4a16$/, 'nvfp4a16'],
  [/[-_.]nvfp4$/, 'nvfp4'],
  [/[-_.]mxfp4$/, 'mxfp4'],
  [/[-_.]mxfp8$/, 'mxfp8'],
  [/[-_.](?:int8|(?:quantized[-_.])?w8a8)$/, 'w8a8'],
  [/[-_.](?:quantized[-_.])?w8a16$/, 'w8a16'],
  [/[-_.](?:int4|4bit|(?:quantized[-_.])?w4a16)$/, 'w4a16'],
];

/**
 * Reads a suffix ("-AWQ", "-FP8-dynamic") or a whole model name that ends in one.
 *
 * @returns null when it says nothing of how the weights are stored, or names a format without a scheme (GGUF)
 */
export function quantizationForSuffix(suffix: string, context: SchemeContext = NO_CONTEXT): QuantizationSpec | null {
  const name = `-${suffix.toLowerCase()}`;
  const scheme = SUFFIXES.find(([ending]) => ending.test(name))?.[1];
  return scheme === undefined ? null : schemeByName(scheme, context.publisher, context.architecture);
}

/**
 * `-q NAME`: how the weights are to be stored. A name of the kind that the checkpoint already is keeps the checkpoint's own
 * scheme (`-q fp8` on 128 × 128 blocks); "fp8" on plain weights is what vLLM makes of them while loading.
 *
 * @throws WizardError MODEL_UNSUPPORTED for a name without a scheme
 */
export function quantizationForRequest(name: string, base: QuantizationSpec, context: SchemeContext = NO_CONTEXT): QuantizationSpec {
  const key = name.toLowerCase();
  if (key === 'gptq' && context.oldGptqKernel) return keepZeroPoints(base.method === 'gptq' ? base : GPTQ_INT4);
  if (isOfKind(base, key)) return base;
  if (key === 'fp8') return ONLINE_FP8;
  const spec = schemeByName(key, null, context.architecture) ?? quantizationForSuffix(key, context);
  if (spec !== null) return spec;
  throw new WizardError('MODEL_UNSUPPORTED', {
    problem: `"${name.slice(0, 40)}" names no way of storing weights that can be planned.`,
    fix: 'Use one of none, awq, gptq, int8, fp8, nvfp4, mxfp4, bitsandbytes, w4a16 or w8a8.',
    facts: { quantization: name.slice(0, 40) },
  });
}

/** @source vLLM 0.19.1 `quantization/gptq.py` create_weights: qzeros stay, Marlin drops those of symmetric checkpoints */
function keepZeroPoints(spec: QuantizationSpec): QuantizationSpec {
  const keep = (scheme: WeightScheme): WeightScheme =>
    scheme.kind === 'int4' || scheme.kind === 'int8-group' ? { ...scheme, zeroPoints: true } : scheme;
  return { ...spec, linear: keep(spec.linear), rules: spec.rules.map(({ pattern, scheme }) => ({ pattern, scheme: keep(scheme) })) };
}

/** Words of `-q` and the stored formats that satisfy them. */
const KINDS: Readonly<Record<string, readonly WeightScheme['kind'][]>> = {
  fp8: ['fp8'],
  int8: ['int8', 'int8-group'],
  nvfp4: ['nvfp4'],
  mxfp4: ['mxfp4'],
  mxfp8: ['mxfp8'],
  bitsandbytes: ['bnb4'],
};

/** Method names that stand for the same checkpoints. */
const SAME_METHOD: Readonly<Record<string, RegExp>> = {
  awq: /awq/,
  awq_marlin: /awq/,
  auto_awq: /awq/,
  gptq: /gptq/,
  gptq_marlin: /gptq/,
  auto_gptq: /gptq/,
  modelopt: /^modelopt/,
};

function isOfKind(base: QuantizationSpec, key: string): boolean {
  if (base.method === 'none') return key === 'none';
  if (base.method === key || SAME_METHOD[key]?.test(base.method)) return true;
  return KINDS[key]?.some((kind) => kind === base.linear.kind || kind === base.experts.kind) ?? false;
}
