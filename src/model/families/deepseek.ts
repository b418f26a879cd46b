import { decoder, layersByKind } from '../blocks/decoder.ts';
import { FULL_ATTENTION } from '../blocks/gqa-attention.ts';
import { latentCache, mlaAttention, mlaFacts, readMlaDimensions } from '../blocks/mla-attention.ts';
import { withMtpLayers } from '../blocks/mtp.ts';
import { predictionLayerCount } from '../blocks/prediction-layers.ts';
import { preNorms, standardLayer } from '../blocks/standard-layer.ts';
import { readTextDimensions } from '../blocks/text-dimensions.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { LayerSpec } from '../model-spec.ts';
import { deepseekMlps } from './deepseek-mlps.ts';
import type { Family, ModelShape } from './family.ts';

/** DeepSeek MoE, the first: ordinary attention. @source vLLM 0.33.0 `models/deepseek_v2.py` `DeepseekAttention` */
export const deepseekMoe: Family = {
  name: 'deepseek-moe',
  architectures: ['DeepseekForCausalLM'],
  modelTypes: ['deepseek'],
  read: readDeepseekMoe,
};

/**
 * DeepSeek V2, V2-Lite, V3, V3.1 and R1, Kimi K2, GLM-4.7-Flash: latent attention and fine-grained mixtures.
 *
 * @source vLLM 0.33.0 `models/deepseek_v2.py`, `glm4_moe_lite.py`
 */
export const deepseek: Family = {
  name: 'deepseek',
  architectures: ['DeepseekV2ForCausalLM', 'DeepseekV3ForCausalLM', 'Glm4MoeLiteForCausalLM'],
  modelTypes: ['deepseek_v2', 'deepseek_v3', 'kimi_k2', 'glm4_moe_lite'],
  read: readDeepseekText,
};

function readDeepseekMoe(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config);
  const { experts, isMixture, dense, mixture } = deepseekMlps(config, {
    intermediateSize: dimensions.intermediateSize,
    correctionBias: false,
  });
  const attention = { ...dimensions, cache: FULL_ATTENTION };
  const layers = layersByKind(dimensions.layers, isMixture, (routed) => standardLayer(attention, routed ? mixture : dense));
  return { ...decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', false) }), experts };
}

/** The text model alone; also the language model of Kimi K2.5 and DeepSeek VL 2. */
export function readDeepseekText(config: ConfigReader): ModelShape {
  if (config.has('index_topk')) config.refuse('index_topk', 'sparse attention needs the DeepSeek V3.2 architecture');
  const dimensions = readTextDimensions(config, { headDim: 1 });
  const mla = readMlaDimensions(config);
  const { experts, isMixture, dense, mixture } = deepseekMlps(config, {
    intermediateSize: dimensions.intermediateSize,
    correctionBias: config.optionalString('topk_method') === 'noaux_tc',
  });
  const layerOf = (routed: boolean): LayerSpec => ({
    modules: [...mlaAttention(mla), ...(routed ? mixture : dense), ...preNorms(dimensions.hiddenSize)],
    caches: [latentCache(mla)],
  });
  const layers = layersByKind(dimensions.layers, isMixture, layerOf);
  const tied = config.bool('tie_word_embeddings', false);
  const shape = { ...decoder({ dimensions, layers, tied }), experts, ...mlaFacts(mla) };
  return withMtpLayers(shape, predictionLayerCount(config), layerOf(experts !== null));
}
