import type { ConfigReader } from '../config-reader.ts';

/** Sizes that every decoder has. */
export interface TextDimensions {
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly intermediateSize: number;
  readonly vocabSize: number;
}

/** What a class of transformers takes for fields that its config files leave out. */
export interface DimensionDefaults {
  readonly heads?: number;
  readonly kvHeads?: number;
  readonly headDim?: number;
  readonly vocabSize?: number;
  /** Feed-forward width out of the hidden size. */
  readonly intermediateSize?: (hiddenSize: number) => number;
}

/** Feed-forward width of GPT-like models whose config leaves it out. @source vLLM 0.33.0 `models/gpt_j.py`, `bloom.py` */
export const FOUR_TIMES_HIDDEN = (hiddenSize: number): number => 4 * hiddenSize;

/** The deepest real model has 131 layers; a larger number is a damaged file and would cost time and memory. */
const MOST_LAYERS = 2048;

/**
 * Sizes of a decoder by the names that transformers and its predecessors use.
 *
 * @source vLLM 0.33.0 `transformers_utils/model_arch_config_convertor.py` and `CONFIG_FIELD_ALIASES` in `transformers_utils/config.py`
 */
export function readTextDimensions(config: ConfigReader, defaults: DimensionDefaults = {}): TextDimensions {
  const hiddenSize = config.size('hidden_size', 'n_embd', 'd_model');
  const heads = config.optionalSize(...HEADS) ?? defaults.heads ?? config.size(...HEADS);
  return {
    hiddenSize,
    layers: readLayerCount(config),
    heads,
    kvHeads: config.optionalSize('n_head_kv', 'num_kv_heads', 'num_key_value_heads') ?? defaults.kvHeads ?? heads,
    // A head_dim of 0 means the same as none (vLLM: "materialize a missing head_dim as 0").
    headDim: config.optionalInt('head_dim') || (defaults.headDim ?? evenly(config, hiddenSize, heads)),
    intermediateSize: config.optionalSize(...WIDTHS) ?? defaults.intermediateSize?.(hiddenSize) ?? config.size(...WIDTHS),
    vocabSize: config.optionalSize(...VOCABULARY) ?? defaults.vocabSize ?? config.size(...VOCABULARY),
  };
}

const HEADS = ['num_attention_heads', 'n_head'] as const;
const WIDTHS = ['intermediate_size', 'ffn_hidden_size', 'n_inner', 'ffn_dim'] as const;
const VOCABULARY = ['vocab_size', 'padded_vocab_size'] as const;

export function readLayerCount(config: ConfigReader): number {
  const layers = config.size('num_hidden_layers', 'n_layer', 'num_layers');
  if (layers > MOST_LAYERS) config.refuse('num_hidden_layers', `no more than ${MOST_LAYERS} layers are supported`);
  return layers;
}

function evenly(config: ConfigReader, hiddenSize: number, heads: number): number {
  if (hiddenSize % heads !== 0) config.refuse('num_attention_heads', `it does not divide the hidden size of ${hiddenSize}`);
  return hiddenSize / heads;
}
