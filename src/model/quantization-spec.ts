/**
 * How one matrix of out × in weights is stored on the device. Sizes: memory/weight-bytes.ts.
 *
 * - `plain`: the model's dtype
 * - `fp8`: one byte a weight; scales per tensor, per output channel, or per block (float32, or an 8-bit exponent)
 * - `int8`: one byte a weight, one float32 scale an output channel
 * - `int4`: half a byte a weight, 16-bit scales per group of inputs, optional 4-bit zero points (AWQ, GPTQ, w4a16)
 * - `int8-group`: GPTQ 8-bit: one byte a weight, 16-bit scales per group
 * - `nvfp4`: half a byte a weight and an fp8 scale per 16
 * - `mxfp4`, `mxfp8`: half a byte or one byte a weight and an 8-bit exponent per 32
 * - `bnb4`: half a byte a weight and a float32 absmax per 64
 */
export type WeightScheme =
  | { readonly kind: 'plain' }
  | Fp8Scheme
  | { readonly kind: 'int8' }
  | IntGroupScheme
  | { readonly kind: 'nvfp4' }
  | { readonly kind: 'mxfp4' }
  | { readonly kind: 'mxfp8' }
  | { readonly kind: 'bnb4' };

export interface Fp8Scheme {
  readonly kind: 'fp8';
  readonly scale: 'tensor' | 'channel' | 'block';
  /** Rows and columns of a block; set exactly when `scale` is "block". */
  readonly block?: readonly [rows: number, columns: number];
  /** Block scales are stored as 8-bit exponents (`scale_fmt: ue8m0` with FP4 experts) instead of float32. */
  readonly exponentScales?: boolean;
}

export interface IntGroupScheme {
  readonly kind: 'int4' | 'int8-group';
  /** Inputs that share a scale; -1: all inputs of an output channel. */
  readonly groupSize: number;
  readonly zeroPoints: boolean;
  /** GPTQ `desc_act`: an int32 group index an input stays on the device, and row-parallel scales are not split. */
  readonly orderIndex: boolean;
}

/** What a checkpoint (or an online `--quantization`) does to the weights. */
export interface QuantizationSpec {
  /** vLLM's name of the method ("fp8", "awq", "compressed-tensors", "modelopt_fp4" …); "none" for plain weights. */
  readonly method: string;
  /** One line for people: "FP8, 128 × 128 blocks". */
  readonly label: string;
  /** Scheme of the linear layers that no rule below speaks of. */
  readonly linear: WeightScheme;
  /** Scheme of routed experts (differs from `linear` for MXFP4 and experts-only methods). */
  readonly experts: WeightScheme;
  /** First rule whose pattern matches the full module name wins (groups of mixed checkpoints). */
  readonly rules: readonly SchemeRule[];
  /** Modules kept in the model's dtype; they beat every rule. */
  readonly ignored: readonly ModulePattern[];
  /** The output head is stored with `linear` too (rare). */
  readonly quantizesHead: boolean;
  /** Vision and audio towers are stored with `linear` unless ignored; false: they stay in the model's dtype. */
  readonly quantizesTowers: boolean;
  /** Element type of the KV cache that the checkpoint asks for; null: the model's dtype. */
  readonly kvCacheDtype: 'fp8' | 'nvfp4' | null;
  /** Quantized by vLLM while loading (`--quantization fp8` on a bf16 checkpoint). */
  readonly online: boolean;
}

export interface SchemeRule {
  readonly pattern: ModulePattern;
  readonly scheme: WeightScheme;
}

/**
 * How checkpoints name modules: exactly, by substring, by prefix, by suffix or by regular expression (JavaScript syntax,
 * not anchored). Wrappers around the layers ("model.language_model.") are cut off from the literal kinds, see
 * quantization/module-patterns.ts; a regular expression is tried on every usual full name.
 */
export interface ModulePattern {
  readonly match: 'exact' | 'contains' | 'prefix' | 'suffix' | 'regex';
  readonly value: string;
}
