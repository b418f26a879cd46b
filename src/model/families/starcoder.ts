import { decoder, layersByKind, sameLayers } from '../blocks/decoder.ts';
import { plainMlp } from '../blocks/dense-mlp.ts';
import { attentionNames, FULL_ATTENTION } from '../blocks/gqa-attention.ts';
import { norm, vector } from '../blocks/linear.ts';
import { reachByLayerTypes } from '../blocks/sliding-window.ts';
import { preNorms, standardLayer } from '../blocks/standard-layer.ts';
import { FOUR_TIMES_HIDDEN, readTextDimensions } from '../blocks/text-dimensions.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { Family, ModelShape } from './family.ts';

/** StarCoder 2: LayerNorms, biases, no gate, tied head. @source vLLM 0.24.0 `models/starcoder2.py` */
export const starcoder2: Family = {
  name: 'starcoder2',
  architectures: ['Starcoder2ForCausalLM'],
  modelTypes: ['starcoder2'],
  read: readStarcoder2,
};

/** StarCoder 1 and SantaCoder: one key and value head, learned positions. @source vLLM 0.24.0 `models/gpt_bigcode.py` */
export const gptBigCode: Family = {
  name: 'gpt_bigcode',
  architectures: ['GPTBigCodeForCausalLM'],
  modelTypes: ['gpt_bigcode'],
  read: readGptBigCode,
};

const BIGCODE_ATTENTION = attentionNames('attn', 'c_attn', 'c_attn', 'c_attn', 'c_proj');
const BIGCODE_NAMES = {
  embedding: 'transformer.wte',
  layerPrefix: 'transformer.h.',
  finalNorm: 'transformer.ln_f',
  head: 'lm_head',
};

/** @source our own instance of it under vLLM 0.33.0: 973,735,936 elements a rank at tp 2, of 1,124,886,528 */
const WHOLE_ON_EVERY_RANK = 'Recent vLLM (0.33) holds the layers of this architecture whole on every rank of a tensor-parallel group.';

function readStarcoder2(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config);
  // Defaults of transformers 5.20 `configuration_starcoder2.py`.
  const bias = config.bool('use_bias', true);
  const tied = config.bool('tie_word_embeddings', true);
  const mlp = plainMlp({ ...dimensions, bias, up: 'mlp.c_fc', down: 'mlp.c_proj' });
  const layers = layersByKind(dimensions.layers, reachByLayerTypes(config, dimensions.layers), (cache) =>
    standardLayer({ ...dimensions, qkvBias: bias, outputBias: bias, cache }, mlp, preNorms(dimensions.hiddenSize, 'layer')),
  );
  return decoder({ dimensions, layers, tied, finalNorm: 'layer' });
}

function readGptBigCode(config: ConfigReader): ModelShape {
  const read = readTextDimensions(config, { intermediateSize: FOUR_TIMES_HIDDEN });
  const dimensions = { ...read, kvHeads: config.bool('multi_query', true) ? 1 : read.heads };
  const { hiddenSize } = dimensions;
  const mlp = plainMlp({ ...dimensions, bias: true, up: 'mlp.c_fc', down: 'mlp.c_proj' });
  const attention = { ...dimensions, qkvBias: true, outputBias: true, names: BIGCODE_ATTENTION, cache: FULL_ATTENTION };
  const layer = standardLayer(attention, mlp, [norm('ln_1', hiddenSize, 'layer'), norm('ln_2', hiddenSize, 'layer')]);
  const layers = sameLayers(dimensions.layers, layer);
  const positions = vector('transformer.wpe', config.size('n_positions', 'max_position_embeddings') * hiddenSize);
  // Tied by default: transformers 5.20 `configuration_gpt_bigcode.py`.
  const tied = config.bool('tie_word_embeddings', true);
  const shape = decoder({ dimensions, layers, tied, finalNorm: 'layer', preLayers: [positions], names: BIGCODE_NAMES });
  return { ...shape, caveats: [WHOLE_ON_EVERY_RANK] };
}
