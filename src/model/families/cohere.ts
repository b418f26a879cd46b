import { decoder, layersByKind } from '../blocks/decoder.ts';
import { gatedMlp } from '../blocks/dense-mlp.ts';
import { FULL_ATTENTION } from '../blocks/gqa-attention.ts';
import { norm } from '../blocks/linear.ts';
import { layerTypesOf, type ReachOfLayer, reachByLayerTypes, reachByPeriod, slidingWindowOf } from '../blocks/sliding-window.ts';
import { standardLayer } from '../blocks/standard-layer.ts';
import { readTextDimensions } from '../blocks/text-dimensions.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { Family, ModelShape } from './family.ts';

/** Command R, R+, R7B, A and Aya: one norm a layer, embedding and head shared. @source vLLM 0.33.0 `models/commandr.py` */
export const cohere: Family = {
  name: 'cohere',
  architectures: ['CohereForCausalLM', 'Cohere2ForCausalLM'],
  modelTypes: ['cohere', 'cohere2'],
  read: readCohere,
};

/** Three of four layers of Cohere 2 slide. @source transformers 5.20 `configuration_cohere2.py` */
const COHERE2_PERIOD = 4;
const COHERE2_WINDOW_TOKENS = 4096;

function readCohere(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config);
  if (config.bool('attention_bias', false)) config.refuse('attention_bias', 'vLLM runs Cohere models without biases');
  const qkNorm = config.bool('use_qk_norm', false) ? 'whole-sharded' : 'none';
  const mlp = gatedMlp(dimensions);
  const norms = [norm('input_layernorm', dimensions.hiddenSize)];
  const layers = layersByKind(dimensions.layers, cohereReach(config, dimensions.layers), (cache) =>
    standardLayer({ ...dimensions, qkNorm, cache }, mlp, norms),
  );
  return decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', true) });
}

/** A window of Cohere counts the positions behind the token: vLLM adds the token itself. */
function cohereReach(config: ConfigReader, layers: number): ReachOfLayer {
  if (config.optionalString('model_type') !== 'cohere2') return () => FULL_ATTENTION;
  const positionsBehind = slidingWindowOf(config, COHERE2_WINDOW_TOKENS);
  const windowTokens = positionsBehind === null ? null : positionsBehind + 1;
  if (layerTypesOf(config, layers) !== null) return reachByLayerTypes(config, layers, windowTokens);
  return reachByPeriod(config.optionalSize('sliding_window_pattern') ?? COHERE2_PERIOD, windowTokens);
}
