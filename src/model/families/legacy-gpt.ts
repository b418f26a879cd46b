import { decoder, sameLayers } from '../blocks/decoder.ts';
import { plainMlp } from '../blocks/dense-mlp.ts';
import { attentionNames, FULL_ATTENTION } from '../blocks/gqa-attention.ts';
import { norm, vector } from '../blocks/linear.ts';
import { standardLayer } from '../blocks/standard-layer.ts';
import { FOUR_TIMES_HIDDEN, readTextDimensions } from '../blocks/text-dimensions.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { Family, ModelShape } from './family.ts';

/** GPT-J: one LayerNorm a layer, biases in the feed-forward block and the head only. @source vLLM 0.33.0 `models/gpt_j.py` */
export const gptJ: Family = {
  name: 'gptj',
  architectures: ['GPTJForCausalLM'],
  modelTypes: ['gptj'],
  read: readGptJ,
};

/** BLOOM: a LayerNorm behind the embedding, biases everywhere, tied head. @source vLLM 0.33.0 `models/bloom.py` */
export const bloom: Family = {
  name: 'bloom',
  architectures: ['BloomForCausalLM'],
  modelTypes: ['bloom'],
  read: readBloom,
};

/** GPT-NeoX and Pythia: biases everywhere, a head of its own. @source vLLM 0.24.0 `models/gpt_neox.py` */
export const gptNeoX: Family = {
  name: 'gpt_neox',
  architectures: ['GPTNeoXForCausalLM'],
  modelTypes: ['gpt_neox'],
  read: readGptNeoX,
};

/** GPT-2: learned positions, tied head. @source vLLM 0.33.0 `models/gpt2.py` */
export const gpt2: Family = {
  name: 'gpt2',
  architectures: ['GPT2LMHeadModel'],
  modelTypes: ['gpt2'],
  read: readGpt2,
};

const NEOX_ATTENTION = attentionNames('attention', 'query_key_value', 'query_key_value', 'query_key_value', 'dense');
const NEOX_NAMES = {
  embedding: 'gpt_neox.embed_in',
  layerPrefix: 'gpt_neox.layers.',
  finalNorm: 'gpt_neox.final_layer_norm',
  head: 'embed_out',
};
const GPT2_ATTENTION = attentionNames('attn', 'c_attn', 'c_attn', 'c_attn', 'c_proj');
const GPTJ_ATTENTION = attentionNames('attn', 'q_proj', 'k_proj', 'v_proj', 'out_proj');
const BLOOM_QKV = 'query_key_value';
const BLOOM_ATTENTION = attentionNames('self_attention', BLOOM_QKV, BLOOM_QKV, BLOOM_QKV, 'dense');
const AROUND_LAYERS = { layerPrefix: 'transformer.h.', finalNorm: 'transformer.ln_f', head: 'lm_head' };

function readGptJ(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config, { intermediateSize: FOUR_TIMES_HIDDEN });
  const mlp = plainMlp({ ...dimensions, bias: true, up: 'mlp.fc_in', down: 'mlp.fc_out' });
  const norms = [norm('ln_1', dimensions.hiddenSize, 'layer')];
  const layer = standardLayer({ ...dimensions, names: GPTJ_ATTENTION, cache: FULL_ATTENTION }, mlp, norms);
  const layers = sameLayers(dimensions.layers, layer);
  const names = { embedding: 'transformer.wte', ...AROUND_LAYERS };
  return decoder({ dimensions, layers, tied: false, headBias: true, finalNorm: 'layer', names });
}

function readBloom(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config, { intermediateSize: FOUR_TIMES_HIDDEN });
  const { hiddenSize } = dimensions;
  const mlp = plainMlp({ ...dimensions, bias: true, up: 'mlp.dense_h_to_4h', down: 'mlp.dense_4h_to_h' });
  const attention = { ...dimensions, qkvBias: true, outputBias: true, names: BLOOM_ATTENTION, cache: FULL_ATTENTION };
  const norms = [norm('input_layernorm', hiddenSize, 'layer'), norm('post_attention_layernorm', hiddenSize, 'layer')];
  return decoder({
    dimensions,
    layers: sameLayers(dimensions.layers, standardLayer(attention, mlp, norms)),
    // transformers' default for every class that does not set it.
    tied: config.bool('tie_word_embeddings', true),
    finalNorm: 'layer',
    preLayers: [norm('transformer.word_embeddings_layernorm', hiddenSize, 'layer')],
    names: { embedding: 'transformer.word_embeddings', ...AROUND_LAYERS },
  });
}

function readGptNeoX(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config);
  const { hiddenSize } = dimensions;
  const bias = config.bool('attention_bias', true);
  const mlp = plainMlp({ ...dimensions, bias: true, up: 'mlp.dense_h_to_4h', down: 'mlp.dense_4h_to_h' });
  const norms = [norm('input_layernorm', hiddenSize, 'layer'), norm('post_attention_layernorm', hiddenSize, 'layer')];
  const attention = { ...dimensions, qkvBias: bias, outputBias: bias, names: NEOX_ATTENTION, cache: FULL_ATTENTION };
  const layers = sameLayers(dimensions.layers, standardLayer(attention, mlp, norms));
  return decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', false), finalNorm: 'layer', names: NEOX_NAMES });
}

function readGpt2(config: ConfigReader): ModelShape {
  if (config.bool('add_cross_attention', false)) config.refuse('add_cross_attention', 'vLLM runs GPT-2 as a decoder alone');
  const dimensions = readTextDimensions(config, { intermediateSize: FOUR_TIMES_HIDDEN });
  const { hiddenSize } = dimensions;
  const mlp = plainMlp({ ...dimensions, bias: true, up: 'mlp.c_fc', down: 'mlp.c_proj' });
  const norms = [norm('ln_1', hiddenSize, 'layer'), norm('ln_2', hiddenSize, 'layer')];
  const attention = { ...dimensions, qkvBias: true, outputBias: true, names: GPT2_ATTENTION, cache: FULL_ATTENTION };
  return decoder({
    dimensions,
    layers: sameLayers(dimensions.layers, standardLayer(attention, mlp, norms)),
    tied: config.bool('tie_word_embeddings', true),
    finalNorm: 'layer',
    preLayers: [vector('transformer.wpe', config.size('n_positions', 'max_position_embeddings') * hiddenSize)],
    names: { embedding: 'transformer.wte', ...AROUND_LAYERS },
  });
}
