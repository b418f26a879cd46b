import type { ConfigReader } from './config-reader.ts';
import type { ContextSpec, LayerSpec } from './model-spec.ts';

/** Fields from which vLLM takes the longest context. @source vLLM 0.33.0 `model_arch_config_convertor.py` `derive_max_model_len_and_key` */
const LENGTH_FIELDS = [
  'max_position_embeddings',
  'n_positions',
  'max_seq_len',
  'seq_length',
  'model_max_length',
  'max_target_positions',
  'max_sequence_length',
  'max_seq_length',
  'seq_len',
] as const;

/** Lengths that files of these classes leave out. @source transformers 5.20, `configuration_*.py` of each */
const CLASS_DEFAULTS: Readonly<Record<string, number>> = {
  falcon: 2048,
  gemma3_text: 131_072,
  llama: 2048,
  llama4_text: 131_072,
  mistral: 131_072,
  qwen2: 32_768,
  qwen3: 32_768,
};

/** Encoders whose positions start behind the padding token: the table has `pad_token_id` + 1 rows that no token uses. */
const OFFSET_POSITIONS = new Set(['roberta', 'xlm-roberta']);
const ROBERTA_PADDING_TOKEN = 1;

/**
 * What the config of the language model says about lengths.
 *
 * @param layers the layers read from it: one window for all of them caps the context when sliding is switched off
 */
export function readContext(text: ConfigReader, layers: readonly LayerSpec[]): Omit<ContextSpec, 'isKnown'> {
  return {
    maxPositionTokens: readMaxPosition(text),
    modelMaxLengthTokens: text.optionalInt('model_max_length') || null,
    ropeScaling: readRopeScaling(text),
    slidingWindowTokens: windowOfAllLayers(layers),
  };
}

/** The length that the class of a model type fills in; null: none is known. */
export function defaultLength(modelType: string): number | null {
  return CLASS_DEFAULTS[modelType] ?? null;
}

function readMaxPosition(text: ConfigReader): number | null {
  const modelType = text.optionalString('model_type') ?? '';
  const lengths = LENGTH_FIELDS.flatMap((field) => text.optionalInt(field) || []);
  if (lengths.length === 0) return defaultLength(modelType);
  // vLLM finds the same number in the tokenizer's file: 514 rows serve 512 tokens.
  const unused = OFFSET_POSITIONS.has(modelType) ? (text.optionalInt('pad_token_id') ?? ROBERTA_PADDING_TOKEN) + 1 : 0;
  return Math.min(...lengths) - unused;
}

/**
 * `rope_scaling`, or `rope_parameters` as transformers 5 writes it: one object, or one for each kind of layer, of which
 * the last that scales counts.
 *
 * @source vLLM 0.33.0 `config/model.py` `_get_and_verify_max_len`, `transformers_utils/config.py` `iter_rope_parameters`
 */
function readRopeScaling(text: ConfigReader): ContextSpec['ropeScaling'] {
  const rope = text.optionalChild('rope_scaling', 'rope_parameters');
  if (rope === null) return null;
  const kinds = LAYER_KINDS.flatMap((kind) => rope.optionalChild(kind) ?? []);
  return (kinds.length === 0 ? [rope] : kinds).flatMap((one) => scalingOf(one, text) ?? []).at(-1) ?? null;
}

const LAYER_KINDS = ['sliding_attention', 'full_attention'] as const;
/** Kinds that leave the length alone; vLLM stores `mrope` as "default" after reading it. */
const NO_SCALING = new Set(['default', 'mrope']);

function scalingOf(rope: ConfigReader, text: ConfigReader): ContextSpec['ropeScaling'] {
  const type = rope.optionalString('rope_type', 'type');
  if (type === null || NO_SCALING.has(type)) return null;
  return {
    type,
    factor: rope.optionalNumber('factor'),
    originalMaxPositionTokens: rope.optionalInt('original_max_position_embeddings') ?? text.optionalInt('original_max_position_embeddings'),
  };
}

function windowOfAllLayers(layers: readonly LayerSpec[]): number | null {
  const windows = layers.map(({ caches }) => caches.map((cache) => (cache.kind === 'sliding' ? cache.windowTokens : null)));
  const first = windows[0]?.[0] ?? null;
  return windows.every((own) => own.length > 0 && own.every((window) => window === first)) ? first : null;
}
