import { decoder, sameLayers } from '../blocks/decoder.ts';
import { plainMlp } from '../blocks/dense-mlp.ts';
import { attentionNames, FULL_ATTENTION } from '../blocks/gqa-attention.ts';
import { norm } from '../blocks/linear.ts';
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
