import type { JsonObject } from './parse-json-text.ts';

/** What the catalog holds of one published model: its files, trimmed to what decides shapes, and the published counts. */
export interface ModelRecord {
  /** The Hub id. */
  readonly id: string;
  /** config.json without the fields that decide nothing (token ids, generation defaults, numerics). */
  readonly config: JsonObject;
  /** hf_quant_config.json, where the repository has one. */
  readonly hfQuantConfig: JsonObject | null;
  /** Published total of parameters, as the Hub counts safetensors elements where that is known. */
  readonly parameters: number | null;
  /** Published and rounded, of mixtures of experts. */
  readonly activeParameters: number | null;
  /** `metadata.total_size` of the safetensors index. */
  readonly weightBytes: number | null;
  /** Where each fact was found: repository, commit, path. */
  readonly sources: readonly string[];
  /** What to know about the copy ("trimmed", "the id is inferred from its fields"). */
  readonly note: string | null;
}

/** The line of a model in lists: enough to choose one, without its config. */
export interface ModelSummary {
  readonly id: string;
  readonly parameters: number | null;
  readonly activeParameters: number | null;
  /** How the weights are stored, by scheme name ("fp8-block", "awq"); "none": in the model's dtype. */
  readonly quantization: string;
  /** Longest context that the config states, in tokens, before rope scaling; null: it states none. */
  readonly contextTokens: number | null;
  /** Whose it is; absent: the embedded catalog's. */
  readonly origin?: string;
}

/** How a model differs from the one whose shape it has. */
export interface ShapeDifference {
  /** Fields of the config that are other; a dotted name is a nested one, null takes the field away. */
  readonly set?: JsonObject;
  /** Scheme of the weights by name, "none" for plain ones; absent: as the other model's. */
  readonly quantization?: string;
  /** What an answer about it must add. */
  readonly caveats?: readonly string[];
}

/** An id, or a name that people use, whose shape is that of a model with a record. */
export interface ModelAlias extends ShapeDifference {
  readonly id: string;
  readonly of: string;
  /** Another name of the same repository: nothing differs. */
  readonly same?: true;
  readonly parameters?: number;
}

/** Dimensions of a model of which no config is at hand, as a public catalogue read them from its config.json. */
export interface ModelDimensions {
  readonly id: string;
  readonly modelType: string;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly hiddenSize: number;
  readonly vocabSize: number;
  /** Feed-forward width; of one expert where there are experts. */
  readonly ffnSize: number;
  readonly sharedExpertFfnSize: number | null;
  readonly experts: number | null;
  readonly expertsPerToken: number | null;
  /** Whether the output head is the embedding, where the published parameter count settles it. */
  readonly tiedHead: boolean | null;
  /** Which of the `candidateConfigs` makes the published number of parameters; null: none, or the type needs none. */
  readonly checkedAs: number | null;
}

/** Everything by which a name is looked up. The last two are read on first use only. */
export interface ModelIndex {
  readonly models: readonly ModelSummary[];
  readonly aliases: readonly ModelAlias[];
  readonly dimensions: () => readonly ModelDimensions[];
  /** Published parameter totals of further ids. */
  readonly publishedParameters: () => ReadonlyMap<string, number>;
}
