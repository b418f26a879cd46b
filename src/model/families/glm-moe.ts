import { decoder, layersByKind } from '../blocks/decoder.ts';
import { FULL_ATTENTION } from '../blocks/gqa-attention.ts';
import { withMtpLayers } from '../blocks/mtp.ts';
import { predictionLayerCount } from '../blocks/prediction-layers.ts';
import { standardLayer } from '../blocks/standard-layer.ts';
import { readTextDimensions } from '../blocks/text-dimensions.ts';
import type { ConfigReader } from '../config-reader.ts';
import { deepseekMlps } from './deepseek-mlps.ts';
import type { Family, ModelShape } from './family.ts';

/** GLM-4.5, 4.6 and 4.7: grouped-query attention in front of DeepSeek's mixture. @source vLLM 0.33.0 `models/glm4_moe.py` */
export const glm4Moe: Family = {
  name: 'glm4_moe',
  architectures: ['Glm4MoeForCausalLM'],
  modelTypes: ['glm4_moe'],
  read: readGlm4MoeText,
};

function readGlm4MoeText(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config);
  const { experts, isMixture, dense, mixture } = deepseekMlps(config, {
    intermediateSize: dimensions.intermediateSize,
    correctionBias: true,
    routerDtype: 'float32',
  });
  const qkNorm = config.bool('use_qk_norm', false) ? 'per-head' : 'none';
  const attention = { ...dimensions, qkvBias: config.bool('attention_bias', false), qkNorm, cache: FULL_ATTENTION } as const;
  const mixtureLayer = standardLayer(attention, mixture);
  const layers = layersByKind(dimensions.layers, isMixture, (routed) => (routed ? mixtureLayer : standardLayer(attention, dense)));
  const shape = { ...decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', false) }), experts };
  return withMtpLayers(shape, predictionLayerCount(config), mixtureLayer);
}
