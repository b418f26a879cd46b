import { decoder, layersByKind } from '../blocks/decoder.ts';
import { gatedMlp } from '../blocks/dense-mlp.ts';
import { norm } from '../blocks/linear.ts';
import { moeMlp } from '../blocks/moe-mlp.ts';
import { layerTypesOf, reachByLayerTypes, reachByPeriod, slidingWindowOf } from '../blocks/sliding-window.ts';
import { standardLayer } from '../blocks/standard-layer.ts';
import { readTextDimensions } from '../blocks/text-dimensions.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { Family, ModelShape } from './family.ts';

/** OLMo 2 and 3: norms after each block and over all query and key heads together. @source vLLM 0.24.0 `models/olmo2.py` */
export const olmo: Family = {
  name: 'olmo',
  architectures: ['Olmo2ForCausalLM', 'Olmo3ForCausalLM'],
  modelTypes: ['olmo2', 'olmo3'],
  read: readOlmo,
};

/** OLMoE. @source vLLM 0.33.0 `models/olmoe.py` */
export const olmoe: Family = {
  name: 'olmoe',
  architectures: ['OlmoeForCausalLM'],
  modelTypes: ['olmoe'],
  read: readOlmoe,
};

/** OLMo 3: every fourth layer sees everything. @source transformers 5.20 `configuration_olmo3.py` */
const OLMO3_PERIOD = 4;
const OLMO3_WINDOW_TOKENS = 4096;

function readOlmo(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config);
  const { hiddenSize } = dimensions;
  const mlp = gatedMlp(dimensions);
  const norms = [norm('post_attention_layernorm', hiddenSize), norm('post_feedforward_layernorm', hiddenSize)];
  const layers = layersByKind(dimensions.layers, olmoReach(config, dimensions.layers), (cache) =>
    standardLayer({ ...dimensions, qkNorm: 'whole', cache }, mlp, norms),
  );
  return decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', false) });
}

function olmoReach(config: ConfigReader, layers: number): ReturnType<typeof reachByLayerTypes> {
  const third = config.optionalString('model_type') === 'olmo3';
  const windowTokens = slidingWindowOf(config, third ? OLMO3_WINDOW_TOKENS : null);
  if (!third || layerTypesOf(config, layers) !== null) return reachByLayerTypes(config, layers, windowTokens);
  return reachByPeriod(OLMO3_PERIOD, windowTokens);
}

function readOlmoe(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config);
  const experts = { count: config.size('num_experts'), perToken: config.size('num_experts_per_tok') };
  const mlp = moeMlp({ ...dimensions, experts: experts.count, perToken: experts.perToken });
  const layers = layersByKind(dimensions.layers, reachByLayerTypes(config, dimensions.layers), (cache) =>
    standardLayer({ ...dimensions, qkNorm: 'whole', cache }, mlp),
  );
  return { ...decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', false) }), experts };
}
