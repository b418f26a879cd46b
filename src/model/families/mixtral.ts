import { decoder, layersByKind } from '../blocks/decoder.ts';
import { moeMlp } from '../blocks/moe-mlp.ts';
import { reachByLayerTypes } from '../blocks/sliding-window.ts';
import { standardLayer } from '../blocks/standard-layer.ts';
import { readTextDimensions } from '../blocks/text-dimensions.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { Family, ModelShape } from './family.ts';

/** Mixtral: Mistral's attention, every layer a mixture. @source vLLM 0.33.0 `models/mixtral.py` */
export const mixtral: Family = {
  name: 'mixtral',
  architectures: ['MixtralForCausalLM'],
  modelTypes: ['mixtral'],
  read: readMixtral,
};

function readMixtral(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config);
  const experts = { count: config.size('num_local_experts'), perToken: config.size('num_experts_per_tok') };
  const { hiddenSize, intermediateSize } = dimensions;
  const mlp = moeMlp({ hiddenSize, intermediateSize, experts: experts.count, perToken: experts.perToken, prefix: 'block_sparse_moe' });
  const layers = layersByKind(dimensions.layers, reachByLayerTypes(config, dimensions.layers), (cache) =>
    standardLayer({ ...dimensions, cache }, mlp),
  );
  return { ...decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', false) }), experts };
}
