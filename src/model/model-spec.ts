import type { CacheSpec } from './cache-spec.ts';
import type { ModuleSpec } from './module-spec.ts';
import type { QuantizationSpec } from './quantization-spec.ts';

/** Element types of a plain (unquantized) tensor, by their torch names. */
export type DType = 'float32' | 'float16' | 'bfloat16';

export const BYTES_OF_DTYPE = { float32: 4, float16: 2, bfloat16: 2 } as const satisfies Record<DType, number>;

/** Where the facts about a model came from; printed with every answer. */
export interface ModelSource {
  readonly kind: 'local' | 'cache' | 'catalog' | 'hub' | 'derived' | 'estimate';
  /** One line: file, repository, or "the shape of X, quantized as Y". */
  readonly detail: string;
}

/**
 * One decoder layer: the modules whose weights it holds and the caches it keeps.
 * Layers of one kind share one object, so comparing by identity is cheap.
 */
export interface LayerSpec {
  /** Module names are relative to the layer ("self_attn.qkv_proj"). */
  readonly modules: readonly ModuleSpec[];
  /** What the layer stores per sequence. Empty: it reuses another layer's cache or keeps none. */
  readonly caches: readonly CacheSpec[];
}

/** Checkpoint names of a run of layers: a module of its layer `i` is called `${prefix}${firstIndex + i}.${module name}`. */
export interface LayerNaming {
  /** "model.layers.", with the dot. */
  readonly prefix: string;
  readonly firstIndex: number;
}

/** A vision or audio encoder and the projector behind it. It lives on the first pipeline stage. */
export interface TowerSpec {
  readonly modality: 'image' | 'audio';
  readonly modules: readonly ModuleSpec[];
  /** vLLM can split it over tensor-parallel ranks (`--mm-encoder-tp-mode weights`); otherwise every rank holds all of it. */
  readonly shardable: boolean;
  /** Width of its hidden states and of its feed-forward part; null where the config does not say. */
  readonly hiddenSize: number | null;
  readonly intermediateSize: number | null;
  /** Largest number of language-model tokens that one item can take; null where unknown. */
  readonly maxTokensPerItem: number | null;
  /** Encoder tokens (patches) per language-model token, before merging; null where unknown. */
  readonly patchesPerToken: number | null;
  /** Pixels that one token stands for, where images keep their size (Qwen); absent: images are brought to fixed sizes. */
  readonly pixelsPerToken?: number;
}

/** The facts from which vLLM derives the longest context (`_get_and_verify_max_len`). */
export interface ContextSpec {
  /** false: nobody has stated the model's lengths, so no limit is known. */
  readonly isKnown: boolean;
  /** Smallest of the length keys that the config has; null: it has none (vLLM then takes 2048). */
  readonly maxPositionTokens: number | null;
  /** `model_max_length` of the config, which beats every other key. */
  readonly modelMaxLengthTokens: number | null;
  readonly ropeScaling: {
    readonly type: string;
    readonly factor: number | null;
    readonly originalMaxPositionTokens: number | null;
  } | null;
  /** Window of the model when every layer has one (`--disable-sliding-window` caps at it). */
  readonly slidingWindowTokens: number | null;
}

/** A model as the engine sees it: shapes, caches, quantization. Everything else is derived from these. */
export interface ModelSpec {
  readonly id: string;
  readonly revision: string | null;
  /** First entry of `architectures`, as in config.json. */
  readonly architecture: string;
  readonly modelType: string;
  readonly task: 'generate' | 'pooling';
  /** dtype of the checkpoint; null where the config leaves it out (vLLM then takes its own default). */
  readonly checkpointDtype: DType | null;
  readonly hiddenSize: number;
  readonly vocabSize: number;
  /** Attention heads of the language model, before sharding; tensor parallelism must divide it. */
  readonly attentionHeads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  /** Routed experts of the widest mixture and experts per token; null for dense models. */
  readonly experts: { readonly count: number; readonly perToken: number } | null;
  /** Query states of multi-head latent attention; null for other attention. */
  readonly mla: {
    readonly kvLoraRank: number;
    readonly qkRopeHeadDim: number;
    readonly qkNopeHeadDim: number;
    readonly vHeadDim: number;
  } | null;
  readonly embedding: ModuleSpec;
  /** Learned positions, embedding norms and the like, on the first stage. */
  readonly preLayers: readonly ModuleSpec[];
  readonly layers: readonly LayerSpec[];
  readonly layerNames: LayerNaming;
  /** Final norm and the like, on the last stage. */
  readonly postLayers: readonly ModuleSpec[];
  /**
   * Output head; null: tied to the embedding (the last stage then holds a copy when it is not also the first), or none
   * because the model pools.
   */
  readonly head: ModuleSpec | null;
  /** Multi-token-prediction layers stored in the checkpoint; loaded only when speculation asks for them. */
  readonly mtpLayers: readonly LayerSpec[];
  readonly mtpLayerNames: LayerNaming;
  /** Modules that belong to all MTP layers together or to each (embedding copies, eh_proj, norms), as stored. */
  readonly mtpModules: readonly ModuleSpec[];
  readonly towers: readonly TowerSpec[];
  /** Parameters that the checkpoint stores and vLLM does not load (BERT's pooler, the head of an embedding model). */
  readonly unloadedParameters: number;
  readonly quantization: QuantizationSpec;
  readonly context: ContextSpec;
  /** Published total of parameters or stored elements, and active ones, where known. */
  readonly publishedParameters: number | null;
  readonly activeParameters: number | null;
  /** Size of the checkpoint's tensors (`metadata.total_size`), where an index was found. */
  readonly checkpointBytes: number | null;
  readonly source: ModelSource;
  /** Caveats that every answer about this model must carry. */
  readonly caveats: readonly string[];
}
