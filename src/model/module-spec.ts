/**
 * Weights, described by shape and by the rule that vLLM shards them with. Bytes follow from a module,
 * a quantization scheme and a layout (memory/weights.ts); parameter counts from the shape alone.
 *
 * Names are those of the checkpoint, without the layer prefix and unfused where vLLM fuses
 * ("self_attn.q_proj"), since `ignore` lists of quantized checkpoints speak of those.
 */
export type ModuleSpec = LinearSpec | ExpertsSpec | VocabSpec | TensorSpec;

/** One checkpoint matrix inside a fused linear layer. */
export interface LinearPart {
  readonly name: string;
  /** Output features, all ranks together. */
  readonly outFeatures: number;
  /**
   * Set for K and V (and Q) projections: the split is by whole heads. With fewer heads than ranks each rank holds one
   * head, so a rank's share is max(1, floor(heads / tp)) heads.
   */
  readonly heads?: number;
  /** true: the engine fills it from another part, so it costs memory but is no parameter (Gemma 4 copies K into V). */
  readonly derived?: boolean;
}

/** A matrix multiplication, or several that vLLM fuses into one (qkv, gate_up). */
export interface LinearSpec {
  readonly kind: 'linear';
  readonly parts: readonly LinearPart[];
  readonly inFeatures: number;
  readonly bias: boolean;
  /** column: outputs / tp · row: inputs / tp · replicated: whole on every rank. */
  readonly split: 'column' | 'row' | 'replicated';
  /** false: vLLM builds it without a quantization method (router gates, some projections). */
  readonly quantizable: boolean;
  /** What it is for; drives activation and FLOP sums. */
  readonly role: 'attention' | 'mlp' | 'shared-expert' | 'router' | 'state' | 'projector' | 'tower' | 'other';
  /** dtype when it is not the model's (router gates in float32, for example). */
  readonly dtype?: 'float32';
}

/** A mixture's routed experts: w13 (experts × 2·intermediate × hidden when gated) and w2 (experts × hidden × intermediate). */
export interface ExpertsSpec {
  readonly kind: 'experts';
  readonly name: string;
  readonly experts: number;
  readonly perToken: number;
  readonly hiddenSize: number;
  /** Of one expert. */
  readonly intermediateSize: number;
  readonly gated: boolean;
  readonly bias: boolean;
}

/** Token embedding or output head: vocabulary rows padded to a multiple of 64, then split over ranks. */
export interface VocabSpec {
  readonly kind: 'vocab';
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly bias: boolean;
}

/** Norms, convolution kernels, learned positions, sinks: never quantized. */
export interface TensorSpec {
  readonly kind: 'tensor';
  readonly name: string;
  readonly elements: number;
  readonly split: 'column' | 'replicated';
  readonly dtype?: 'float32';
  /** true: the engine makes it (not in the checkpoint), so it costs memory but is no parameter. */
  readonly derived?: boolean;
}
