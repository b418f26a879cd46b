import { decoder, sameLayers } from '../blocks/decoder.ts';
import { plainMlp } from '../blocks/dense-mlp.ts';
import { attentionNames, FULL_ATTENTION } from '../blocks/gqa-attention.ts';
import { norm } from '../blocks/linear.ts';
import { preNorms, standardLayer } from '../blocks/standard-layer.ts';
import { FOUR_TIMES_HIDDEN, readTextDimensions } from '../blocks/text-dimensions.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { ModuleSpec } from '../module-spec.ts';
import type { Family, ModelShape } from './family.ts';

/** Falcon 7B, 40B, 180B and 11B, under their first ("RefinedWeb") and later names. @source vLLM 0.33.0 `models/falcon.py` */
export const falcon: Family = {
  name: 'falcon',
  architectures: ['FalconForCausalLM', 'RWForCausalLM'],
  modelTypes: ['falcon', 'RefinedWeb', 'RefinedWebModel'],
  read: readFalcon,
};

const QKV = 'query_key_value';
const ATTENTION = attentionNames('self_attention', QKV, QKV, QKV, 'dense');
const NAMES = {
  embedding: 'transformer.word_embeddings',
  layerPrefix: 'transformer.h.',
  finalNorm: 'transformer.ln_f',
  head: 'lm_head',
};

function readFalcon(config: ConfigReader): ModelShape {
  const read = readTextDimensions(config, { intermediateSize: FOUR_TIMES_HIDDEN });
  const dimensions = { ...read, kvHeads: readKvHeads(config, read.heads) };
  const bias = config.bool('bias', false);
  const mlp = plainMlp({ ...dimensions, bias, up: 'mlp.dense_h_to_4h', down: 'mlp.dense_4h_to_h' });
  const attention = { ...dimensions, qkvBias: bias, outputBias: bias, names: ATTENTION, cache: FULL_ATTENTION };
  const layer = standardLayer(attention, mlp, readNorms(config, dimensions.hiddenSize));
  const layers = sameLayers(dimensions.layers, layer);
  return decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', true), finalNorm: 'layer', names: NAMES });
}

/** The new decoder has grouped heads, the old one a single KV head or as many as query heads. */
function readKvHeads(config: ConfigReader, heads: number): number {
  const grouped = config.optionalSize('n_head_kv', 'num_kv_heads');
  const multiQuery = config.has('multi_query') ? config.bool('multi_query', true) : null;
  if (isNewDecoder(config)) return grouped ?? heads;
  if (multiQuery === null) return config.size('multi_query', 'n_head_kv', 'num_kv_heads');
  return multiQuery ? 1 : heads;
}

/** The first release of Falcon 40B tells it by `n_head_kv` alone. @source vLLM 0.33.0 `transformers_utils/configs/falcon.py` `RWConfig` */
function isNewDecoder(config: ConfigReader): boolean {
  return config.bool('new_decoder_architecture', config.has('n_head_kv'));
}

function readNorms(config: ConfigReader, hiddenSize: number): readonly ModuleSpec[] {
  if (!config.bool('parallel_attn', true)) return preNorms(hiddenSize, 'layer');
  const count = config.optionalSize('num_ln_in_parallel_attn') ?? (isNewDecoder(config) ? 2 : 1);
  if (count === 2) return [norm('ln_attn', hiddenSize, 'layer'), norm('ln_mlp', hiddenSize, 'layer')];
  return [norm('input_layernorm', hiddenSize, 'layer')];
}
