import { decoder, layersByKind } from '../blocks/decoder.ts';
import { gatedMlp } from '../blocks/dense-mlp.ts';
import { type AttentionReach, FULL_ATTENTION } from '../blocks/gqa-attention.ts';
import { layerTypesOf, type ReachOfLayer, reachByLayerTypes, slidingOrFull, slidingWindowOf } from '../blocks/sliding-window.ts';
import { standardLayer } from '../blocks/standard-layer.ts';
import { readTextDimensions } from '../blocks/text-dimensions.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { Family, ModelShape } from './family.ts';

/** `head_dim` of Qwen 3 where a config leaves it out. @source transformers 5.20 `configuration_qwen3.py` */
export const QWEN3_HEAD_DIM = 128;

/** Qwen 1.5, 2 and 2.5: biases on Q, K and V only, always. @source vLLM 0.33.0 `models/qwen2.py` */
export const qwen2: Family = {
  name: 'qwen2',
  architectures: ['Qwen2ForCausalLM', 'Qwen2Model', 'Qwen2ForSequenceClassification'],
  modelTypes: ['qwen2'],
  read: readQwen2Text,
};

/** Qwen 3 dense: a norm on each query and key head, no bias unless `attention_bias`. @source vLLM 0.33.0 `models/qwen3.py` */
export const qwen3: Family = {
  name: 'qwen3',
  architectures: ['Qwen3ForCausalLM', 'Qwen3Model', 'Qwen3ForSequenceClassification'],
  modelTypes: ['qwen3'],
  read: readQwen3Text,
};

export function readQwen2Text(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config);
  return qwenDecoder(config, dimensions, (cache) => ({ ...dimensions, qkvBias: true, cache }));
}

export function readQwen3Text(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config, { headDim: QWEN3_HEAD_DIM });
  const bias = config.bool('attention_bias', false);
  return qwenDecoder(config, dimensions, (cache) => ({ ...dimensions, qkvBias: bias, outputBias: bias, qkNorm: 'per-head', cache }));
}

/**
 * Qwen slides only when `use_sliding_window` says so, and then only from layer `max_window_layers` on. Most Qwen configs
 * carry a `sliding_window` that is switched off.
 *
 * @source transformers 5.20 `configuration_qwen2.py` (`layer_types` and `sliding_window` after reading)
 */
export function qwenReach(config: ConfigReader, layers: number): ReachOfLayer {
  const windowTokens = config.bool('use_sliding_window', false) ? slidingWindowOf(config) : null;
  if (windowTokens === null) return () => FULL_ATTENTION;
  if (layerTypesOf(config, layers) !== null) return reachByLayerTypes(config, layers, windowTokens);
  const firstSliding = config.optionalInt('max_window_layers') ?? MAX_WINDOW_LAYERS;
  return (index) => (index >= firstSliding ? slidingOrFull(windowTokens) : FULL_ATTENTION);
}

/** @source transformers 5.20 `configuration_qwen2.py` */
const MAX_WINDOW_LAYERS = 28;

function qwenDecoder(
  config: ConfigReader,
  dimensions: ReturnType<typeof readTextDimensions>,
  attention: (cache: AttentionReach) => Parameters<typeof standardLayer>[0],
): ModelShape {
  const mlp = gatedMlp(dimensions);
  const layers = layersByKind(dimensions.layers, qwenReach(config, dimensions.layers), (cache) => standardLayer(attention(cache), mlp));
  return decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', false) });
}
