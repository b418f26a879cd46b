import { isJsonObject, type JsonObject } from './parse-json-text.ts';

/** Where multimodal configs keep their language model. */
const NESTED = ['text_config', 'language_config', 'llm_config'];

/** Other names of the context length; the engine takes the smallest of all that are there. */
const LENGTH_KEYS = ['n_positions', 'max_seq_len', 'seq_length', 'model_max_length', 'max_sequence_length', 'max_seq_length', 'seq_len'];

/**
 * The config with other values for some fields. A field is set where the config has it: in the language model's own part
 * when it is nested there; a dotted name ("text_config.model_type") says where. The original is not changed.
 *
 * A longer or shorter context also moves the factor of YaRN scaling, since the engine multiplies
 * `original_max_position_embeddings` by it (Kimi K2: 4096 × 32 = 131072, the 0905 release: 4096 × 64).
 */
export function applyDifference(config: JsonObject, set: JsonObject): JsonObject {
  let result = config;
  for (const [field, value] of Object.entries(set)) {
    const [first = '', ...rest] = field.split('.');
    const place = rest.length > 0 ? first : nestedHolder(result, field);
    result = place === null ? setField(result, field, value) : setNested(result, place, rest[0] ?? field, value);
  }
  return result;
}

function nestedHolder(config: JsonObject, field: string): string | null {
  if (Object.hasOwn(config, field)) return null;
  return NESTED.find((part) => isJsonObject(config[part]) && Object.hasOwn(config[part], field)) ?? null;
}

function setNested(config: JsonObject, part: string, field: string, value: unknown): JsonObject {
  const inner = config[part];
  return { ...config, [part]: setField(isJsonObject(inner) ? inner : {}, field, value) };
}

function setField(config: JsonObject, field: string, value: unknown): JsonObject {
  if (field !== 'max_position_embeddings' || typeof value !== 'number') return { ...config, [field]: value };
  const others = Object.fromEntries(Object.entries(config).filter(([key]) => !LENGTH_KEYS.includes(key)));
  return { ...others, ...ropeFor('rope_scaling', config, value), ...ropeFor('rope_parameters', config, value), [field]: value };
}

function ropeFor(name: string, config: JsonObject, contextTokens: number): JsonObject {
  const rope = config[name];
  if (!isJsonObject(rope) || !/yarn/.test(String(rope.rope_type ?? rope.type))) return {};
  const original = rope.original_max_position_embeddings;
  return typeof original === 'number' ? { [name]: { ...rope, factor: Math.max(1, contextTokens / original) } } : {};
}
