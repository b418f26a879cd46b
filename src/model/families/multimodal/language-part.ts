import { ConfigReader } from '../../config-reader.ts';

/**
 * The nested config of the language model, with the facts that multimodal configs give only at the top
 * (`tie_word_embeddings`). A config without a nested part is its own language model (Qwen2-VL).
 */
export function languagePart(config: ConfigReader, ...names: readonly string[]): ConfigReader {
  const nested = names.length === 0 ? ['text_config'] : names;
  const name = nested.find((candidate) => config.has(candidate));
  if (name === undefined) return config;
  const text = config.child(name);
  const tied = text.raw('tie_word_embeddings') ?? config.raw('tie_word_embeddings');
  return tied === null ? text : new ConfigReader({ ...text.object(), tie_word_embeddings: tied }, name);
}
