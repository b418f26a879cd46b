import { decoder, sameLayers } from '../blocks/decoder.ts';
import { gatedMlp } from '../blocks/dense-mlp.ts';
import { FULL_ATTENTION } from '../blocks/gqa-attention.ts';
import { mlaAttention, readMlaDimensions } from '../blocks/mla-attention.ts';
import { moeMlp } from '../blocks/moe-mlp.ts';
import { preNorms, standardLayer } from '../blocks/standard-layer.ts';
import { readTextDimensions } from '../blocks/text-dimensions.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { Family, ModelShape } from './family.ts';

/** MiniCPM 1 and 2, dense and 8×2B. @source vLLM 0.33.0 `models/minicpm.py` */
export const miniCpm: Family = {
  name: 'minicpm',
  architectures: ['MiniCPMForCausalLM'],
  modelTypes: ['minicpm'],
  read: readMiniCpm,
};

/**
 * MiniCPM 3: the weights of latent attention, but vLLM caches whole keys and values, the values padded to the keys' width.
 *
 * @source vLLM 0.33.0 `models/minicpm3.py` `MiniCPM3Attention`
 */
export const miniCpm3: Family = {
  name: 'minicpm3',
  architectures: ['MiniCPM3ForCausalLM'],
  modelTypes: ['minicpm3'],
  read: readMiniCpm3,
};

/** transformers' default for every class that does not set it; MiniCPM's own classes do not. */
const TIED = true;

function readMiniCpm(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config);
  const count = config.optionalInt('num_experts') ?? 0;
  const experts = count === 0 ? null : { count, perToken: config.size('num_experts_per_tok') };
  const mlp = experts ? moeMlp({ ...dimensions, experts: count, perToken: experts.perToken }) : gatedMlp(dimensions);
  const layers = sameLayers(dimensions.layers, standardLayer({ ...dimensions, cache: FULL_ATTENTION }, mlp));
  return { ...decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', TIED) }), experts };
}

function readMiniCpm3(config: ConfigReader): ModelShape {
  const read = readTextDimensions(config);
  const mla = readMlaDimensions(config, { vHeadDim: read.headDim });
  const dimensions = { ...read, kvHeads: read.heads, headDim: mla.qkNopeHeadDim + mla.qkRopeHeadDim };
  const { heads, headDim, hiddenSize } = dimensions;
  const layer = {
    modules: [...mlaAttention(mla), ...gatedMlp(dimensions), ...preNorms(hiddenSize)],
    caches: [{ kind: 'full', kvHeads: heads, headDim, valueHeadDim: headDim }],
  } as const;
  return decoder({ dimensions, layers: sameLayers(dimensions.layers, layer), tied: config.bool('tie_word_embeddings', TIED) });
}
