import type { ConfigReader } from '../config-reader.ts';
import { type AttentionReach, FULL_ATTENTION } from './gqa-attention.ts';

/** The reach of a layer by its number, as vLLM's attention layers see it. */
export type ReachOfLayer = (index: number) => AttentionReach;

/**
 * Reach of the layers of a model whose attention has no sliding window of its own in vLLM (Llama, Mistral, Phi 3 …):
 * `layer_types` decides a layer if it is there, else every layer takes the config's `sliding_window`.
 * Mistral-7B-v0.1 has a window of 4096 and no `layer_types`: all its layers slide.
 *
 * @source vLLM 0.33.0 `engine/arg_utils.py` (`CacheConfig.sliding_window`), `models/llama.py` `LlamaAttention`
 */
export function reachByLayerTypes(config: ConfigReader, layers: number, windowTokens = slidingWindowOf(config)): ReachOfLayer {
  const types = layerTypesOf(config, layers);
  if (types === null) return () => slidingOrFull(windowTokens);
  return (index) => reachOfType(config, types[index], windowTokens);
}

/**
 * The window that the config asks for; null and 0 mean none (vLLM `config/model.py`).
 *
 * @param classDefault what the model's class takes when the field is left out altogether
 */
export function slidingWindowOf(config: ConfigReader, classDefault: number | null = null): number | null {
  return config.mentions('sliding_window') ? config.optionalInt('sliding_window') || null : classDefault;
}

/** `layer_types`, one entry a layer; null when the config has none. */
export function layerTypesOf(config: ConfigReader, layers: number): readonly string[] | null {
  const types = config.optionalStrings('layer_types');
  if (types !== null && types.length < layers) config.refuse('layer_types', `the model has ${layers} layers`);
  return types;
}

/** Every `period`-th layer sees everything, the others slide (Gemma 3: 6, Cohere 2: 4). */
export function reachByPeriod(period: number, windowTokens: number | null): ReachOfLayer {
  return (index) => ((index + 1) % period === 0 ? FULL_ATTENTION : slidingOrFull(windowTokens));
}

export function slidingOrFull(windowTokens: number | null): AttentionReach {
  return windowTokens === null ? FULL_ATTENTION : { kind: 'sliding', windowTokens };
}

function reachOfType(config: ConfigReader, type: string | undefined, windowTokens: number | null): AttentionReach {
  switch (type) {
    case 'full_attention':
    case 'attention':
      return FULL_ATTENTION;
    case 'sliding_attention':
      return slidingOrFull(windowTokens);
    default:
      return config.refuse('layer_types', `layers of type ${JSON.stringify(type)} are not supported in this architecture`);
  }
}
