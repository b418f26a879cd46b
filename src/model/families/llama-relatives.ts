import { decoder, LLAMA_NAMES, layersByKind, sameLayers } from '../blocks/decoder.ts';
import { gatedMlp, mlpNames } from '../blocks/dense-mlp.ts';
import { attentionNames, FULL_ATTENTION } from '../blocks/gqa-attention.ts';
import { norm, rowLinear } from '../blocks/linear.ts';
import { withoutHead } from '../blocks/pooling.ts';
import { reachByLayerTypes, slidingWindowOf } from '../blocks/sliding-window.ts';
import { preNorms, standardLayer } from '../blocks/standard-layer.ts';
import { readTextDimensions } from '../blocks/text-dimensions.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { Family, ModelShape } from './family.ts';

/** InternLM 2: Llama's shapes, fused QKV. @source vLLM 0.33.0 `models/internlm2.py` */
export const internLm2: Family = {
  name: 'internlm2',
  architectures: ['InternLM2ForCausalLM', 'InternLM2ForRewardModel'],
  modelTypes: ['internlm2'],
  read: readInternLm2,
};

/** Baichuan 1 and 2: fused QKV, otherwise Llama. @source vLLM 0.22 `models/baichuan.py` */
export const baichuan: Family = {
  name: 'baichuan',
  architectures: ['BaichuanForCausalLM', 'BaiChuanForCausalLM'],
  modelTypes: ['baichuan'],
  read: readBaichuan,
};

/** Orion: Llama with LayerNorms. @source vLLM 0.33.0 `models/orion.py` */
export const orion: Family = {
  name: 'orion',
  architectures: ['OrionForCausalLM'],
  modelTypes: ['orion'],
  read: (config) => readLayerNormLlama(config, false),
};

/** StableLM: Llama with LayerNorms and, in StableLM 2, biases on Q, K and V. @source vLLM 0.33.0 `models/stablelm.py` */
export const stableLm: Family = {
  name: 'stablelm',
  architectures: ['StableLmForCausalLM', 'StableLMEpochForCausalLM'],
  modelTypes: ['stablelm', 'stablelm_epoch'],
  read: readStableLm,
};

/** SmolLM 3: Llama's shapes, tied by default. @source transformers 5.20 `configuration_smollm3.py` (vLLM runs it on that code) */
export const smolLm3: Family = {
  name: 'smollm3',
  architectures: ['SmolLM3ForCausalLM'],
  modelTypes: ['smollm3'],
  read: readSmolLm3,
};

/** Seed-OSS: Llama with biases on Q, K and V. @source transformers 5.20 `configuration_seed_oss.py` (vLLM runs it on that code) */
export const seedOss: Family = {
  name: 'seed_oss',
  architectures: ['SeedOssForCausalLM'],
  modelTypes: ['seed_oss'],
  read: readSeedOss,
};

const INTERNLM_ATTENTION = attentionNames('attention', 'wqkv', 'wqkv', 'wqkv', 'wo');
const INTERNLM_MLP = mlpNames('feed_forward', 'w1', 'w3', 'w2');
const INTERNLM_NAMES = { ...LLAMA_NAMES, embedding: 'model.tok_embeddings', head: 'output' };
const SEED_HEAD_DIM = 128;
const BAICHUAN_ATTENTION = attentionNames('self_attn', 'W_pack', 'W_pack', 'W_pack', 'o_proj');

function readInternLm2(config: ConfigReader): ModelShape {
  if (config.bool('bias', false)) config.refuse('bias', 'vLLM runs InternLM 2 without biases');
  const dimensions = readTextDimensions(config);
  const { hiddenSize } = dimensions;
  const norms = [norm('attention_norm', hiddenSize), norm('ffn_norm', hiddenSize)];
  const mlp = gatedMlp({ ...dimensions, names: INTERNLM_MLP });
  const layer = standardLayer({ ...dimensions, names: INTERNLM_ATTENTION, cache: FULL_ATTENTION }, mlp, norms);
  const layers = sameLayers(dimensions.layers, layer);
  const shape = decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', false), names: INTERNLM_NAMES });
  if (config.optionalStrings('architectures')?.[0] !== 'InternLM2ForRewardModel') return shape;
  return { ...withoutHead(shape), postLayers: [...shape.postLayers, rowLinear('v_head', 1, hiddenSize, { quantizable: false })] };
}

function readBaichuan(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config);
  const layer = standardLayer({ ...dimensions, names: BAICHUAN_ATTENTION, cache: FULL_ATTENTION }, gatedMlp(dimensions));
  return decoder({ dimensions, layers: sameLayers(dimensions.layers, layer), tied: config.bool('tie_word_embeddings', false) });
}

function readStableLm(config: ConfigReader): ModelShape {
  if (config.bool('qk_layernorm', false)) config.refuse('qk_layernorm', 'vLLM has no such norm in this architecture');
  return readLayerNormLlama(config, config.bool('use_qkv_bias', false));
}

function readLayerNormLlama(config: ConfigReader, qkvBias: boolean): ModelShape {
  const dimensions = readTextDimensions(config);
  const norms = preNorms(dimensions.hiddenSize, 'layer');
  const layer = standardLayer({ ...dimensions, qkvBias, cache: FULL_ATTENTION }, gatedMlp(dimensions), norms);
  const layers = sameLayers(dimensions.layers, layer);
  return decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', false), finalNorm: 'layer' });
}

function readSeedOss(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config, { headDim: SEED_HEAD_DIM });
  const qkvBias = config.bool('attention_bias', true);
  const outputBias = config.bool('attention_out_bias', false);
  const mlp = gatedMlp({ ...dimensions, bias: config.bool('mlp_bias', false) });
  const layer = standardLayer({ ...dimensions, qkvBias, outputBias, cache: FULL_ATTENTION }, mlp);
  return decoder({ dimensions, layers: sameLayers(dimensions.layers, layer), tied: config.bool('tie_word_embeddings', false) });
}

function readSmolLm3(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config);
  const bias = config.bool('attention_bias', false);
  const windowTokens = config.bool('use_sliding_window', false) ? slidingWindowOf(config) : null;
  const mlp = gatedMlp({ ...dimensions, bias: config.bool('mlp_bias', false) });
  const layers = layersByKind(dimensions.layers, reachByLayerTypes(config, dimensions.layers, windowTokens), (cache) =>
    standardLayer({ ...dimensions, qkvBias: bias, outputBias: bias, cache }, mlp),
  );
  return decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', true) });
}
