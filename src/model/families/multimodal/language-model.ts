import { ConfigReader } from '../../config-reader.ts';
import type { ModelShape } from '../family.ts';
import { readGemma3Text } from '../gemma.ts';
import { readLlamaText } from '../llama.ts';
import { readQwen2Text, readQwen3Text } from '../qwen.ts';
import { languagePart } from './language-part.ts';

type ReadText = (config: ConfigReader) => ModelShape;

/** Language models that LLaVA-like classes put behind an encoder, by the `model_type` of the nested config. */
const READERS: ReadonlyMap<string, ReadText> = new Map([
  ['llama', readLlamaText],
  ['mistral', readLlamaText],
  ['ministral3', readLlamaText],
  ['qwen2', readQwen2Text],
  ['qwen3', readQwen3Text],
  ['gemma3_text', readGemma3Text],
]);

/** Class defaults, which LLaVA's configs leave out. @source transformers 5.20 `configuration_llama.py`, `configuration_mistral.py` */
const CLASS_DEFAULTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  llama: { hidden_size: 4096, intermediate_size: 11_008, num_hidden_layers: 32, num_attention_heads: 32, vocab_size: 32_000 },
  mistral: {
    hidden_size: 4096,
    intermediate_size: 14_336,
    num_hidden_layers: 32,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    vocab_size: 32_000,
  },
};

/** The language model of a config that nests it, of whatever kind it is. */
export function readLanguageModel(config: ConfigReader): ModelShape {
  const text = languagePart(config);
  const type = text.optionalString('model_type') ?? 'llama';
  const read = READERS.get(type);
  if (read === undefined) return text.refuse('model_type', 'a language model of this kind is not supported behind an encoder');
  return read(new ConfigReader({ ...CLASS_DEFAULTS[type], ...text.object() }, text.path));
}
