import { decoder, layersByKind } from '../../blocks/decoder.ts';
import { indexer, indexerCache, indexerLayers, readIndexerDimensions } from '../../blocks/indexer.ts';
import { latentCache, mlaAttention, mlaFacts, readMlaDimensions } from '../../blocks/mla-attention.ts';
import { withMtpLayers } from '../../blocks/mtp.ts';
import { predictionLayerCount } from '../../blocks/prediction-layers.ts';
import { preNorms } from '../../blocks/standard-layer.ts';
import { readTextDimensions } from '../../blocks/text-dimensions.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { LayerSpec } from '../../model-spec.ts';
import { deepseekMlps } from '../deepseek-mlps.ts';
import type { Family, ModelShape } from '../family.ts';

/**
 * DeepSeek V3.2 and GLM-5 to 5.3: DeepSeek V3 with sparse attention, whose indexer keeps a cache of its own.
 *
 * @source vLLM 0.33.0 `models/deepseek_v32/`
 */
export const deepseekSparse: Family = {
  name: 'deepseek-sparse',
  architectures: ['DeepseekV32ForCausalLM', 'GlmMoeDsaForCausalLM'],
  modelTypes: ['deepseek_v32', 'glm_moe_dsa'],
  read: readDeepseekSparse,
};

function readDeepseekSparse(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config, { headDim: 1 });
  const mla = readMlaDimensions(config);
  const indexing = readIndexerDimensions(config);
  const { experts, isMixture, dense, mixture } = deepseekMlps(config, {
    intermediateSize: dimensions.intermediateSize,
    correctionBias: config.optionalString('topk_method') === 'noaux_tc',
  });
  const layerOf = (routed: boolean, indexed: boolean): LayerSpec => ({
    modules: [
      ...mlaAttention(mla),
      ...(indexed ? indexer(indexing) : []),
      ...(routed ? mixture : dense),
      ...preNorms(dimensions.hiddenSize),
    ],
    caches: [latentCache(mla, true), ...(indexed ? [indexerCache(indexing)] : [])],
  });
  const hasIndexer = indexerLayers(config, dimensions.layers);
  const layers = layersByKind(
    dimensions.layers,
    (index) => [isMixture(index), hasIndexer(index)] as const,
    ([routed, indexed]) => layerOf(routed, indexed),
  );
  const shape = { ...decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', false) }), experts, ...mlaFacts(mla) };
  // GLM-5 stores no second embedding and head with its prediction layer.
  const ownVocabulary = config.optionalString('model_type') !== 'glm_moe_dsa';
  return withMtpLayers(shape, predictionLayerCount(config), layerOf(experts !== null, true), ownVocabulary);
}
