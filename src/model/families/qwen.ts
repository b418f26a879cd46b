import { decoder, sameLayers } from '../blocks/decoder.ts';
import { gatedMlp } from '../blocks/dense-mlp.ts';
import { ENCODER_ONLY, FULL_ATTENTION, type GqaAttentionInit } from '../blocks/gqa-attention.ts';
import { columnLinear, rowLinear } from '../blocks/linear.ts';
import { headByArchitecture, withoutHead } from '../blocks/pooling.ts';
import { standardLayer } from '../blocks/standard-layer.ts';
import { readTextDimensions, type TextDimensions } from '../blocks/text-dimensions.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { Family, ModelShape } from './family.ts';

/** Qwen 1.5, 2 and 2.5: biases on Q, K and V only, always. @source vLLM 0.33.0 `models/qwen2.py` */
export const qwen2: Family = {
  name: 'qwen2',
  architectures: ['Qwen2ForCausalLM', 'Qwen2Model', 'Qwen2ForSequenceClassification'],
  modelTypes: ['qwen2'],
  read: (config) => headByArchitecture(config, readQwen2Text(config)),
};

/** Reward models on Qwen 2: two matrices in place of the head, in float32. @source vLLM 0.33.0 `models/qwen2_rm.py` */
export const qwen2Reward: Family = {
  name: 'qwen2-reward',
  architectures: ['Qwen2ForRewardModel', 'Qwen2ForProcessRewardModel'],
  modelTypes: [],
  read: readQwen2Reward,
};

/** Qwen 3 dense: a norm on each query and key head, no bias unless `attention_bias`. @source vLLM 0.33.0 `models/qwen3.py` */
export const qwen3: Family = {
  name: 'qwen3',
  architectures: ['Qwen3ForCausalLM', 'Qwen3Model', 'Qwen3ForSequenceClassification'],
  modelTypes: ['qwen3'],
  read: (config) => headByArchitecture(config, readQwen3Text(config)),
};

/** `head_dim` of Qwen 3 where a config leaves it out. @source transformers 5.20 `configuration_qwen3.py` */
const QWEN3_HEAD_DIM = 128;

export function readQwen2Text(config: ConfigReader): ModelShape {
  return qwenDecoder(config, readTextDimensions(config), { qkvBias: true });
}

function readQwen2Reward(config: ConfigReader): ModelShape {
  const shape = withoutHead(readQwen2Text(config));
  const { hiddenSize } = shape;
  const labels = config.optionalStrings('architectures')?.[0] === 'Qwen2ForRewardModel' ? 1 : 2;
  const options = { bias: true, dtype: 'float32' } as const;
  const score = [
    columnLinear([{ name: 'score.0', outFeatures: hiddenSize }], hiddenSize, options),
    rowLinear('score.2', labels, hiddenSize, options),
  ];
  return { ...shape, postLayers: [...shape.postLayers, ...score] };
}

export function readQwen3Text(config: ConfigReader): ModelShape {
  const bias = config.bool('attention_bias', false);
  const dimensions = readTextDimensions(config, { headDim: QWEN3_HEAD_DIM });
  return qwenDecoder(config, dimensions, { qkvBias: bias, outputBias: bias, qkNorm: 'per-head' });
}

/**
 * Most Qwen configs carry a `sliding_window` that `use_sliding_window` switches off. Switched on, it starts at layer
 * `max_window_layers`, and vLLM stops with an error unless that is the number of layers, which leaves no layer sliding.
 *
 * @source vLLM 0.33.0 `models/qwen2.py` `Qwen2Model` ("Sliding window for some but all layers is not supported")
 */
function refuseMixedWindows(config: ConfigReader, layers: number): void {
  const firstSliding = config.optionalInt('max_window_layers') ?? layers;
  if (config.bool('use_sliding_window', false) && firstSliding < layers) {
    config.refuse('max_window_layers', `vLLM runs no Qwen whose last ${layers - firstSliding} layers slide while the others do not`);
  }
}

function qwenDecoder(config: ConfigReader, dimensions: TextDimensions, attention: Partial<GqaAttentionInit>): ModelShape {
  refuseMixedWindows(config, dimensions.layers);
  const cache = config.bool('is_causal', true) ? FULL_ATTENTION : ENCODER_ONLY;
  const layer = standardLayer({ ...dimensions, ...attention, cache }, gatedMlp(dimensions));
  const layers = sameLayers(dimensions.layers, layer);
  return decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', false) });
}
