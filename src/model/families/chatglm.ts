import { decoder, sameLayers } from '../blocks/decoder.ts';
import { gatedMlp, mlpNames } from '../blocks/dense-mlp.ts';
import { attentionNames, FULL_ATTENTION } from '../blocks/gqa-attention.ts';
import { preNorms, standardLayer } from '../blocks/standard-layer.ts';
import { readTextDimensions } from '../blocks/text-dimensions.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { Family, ModelShape } from './family.ts';

/** ChatGLM 2 and 3 and GLM-4-9B, in their first form. @source vLLM 0.33.0 `models/chatglm.py` */
export const chatGlm: Family = {
  name: 'chatglm',
  architectures: ['ChatGLMModel', 'ChatGLMForConditionalGeneration'],
  modelTypes: ['chatglm'],
  read: readChatGlm,
};

const QKV = 'query_key_value';
const ATTENTION = attentionNames('self_attention', QKV, QKV, QKV, 'dense');
const MLP = mlpNames('mlp', 'dense_h_to_4h', 'dense_h_to_4h', 'dense_4h_to_h');
const NAMES = {
  embedding: 'transformer.embedding.word_embeddings',
  layerPrefix: 'transformer.encoder.layers.',
  finalNorm: 'transformer.encoder.final_layernorm',
  head: 'transformer.output_layer',
};

function readChatGlm(config: ConfigReader): ModelShape {
  if (config.has('vision_config')) config.refuse('vision_config', 'the vision tower of GLM-4V is not supported');
  const read = readTextDimensions(config, { headDim: config.size('kv_channels') });
  const kvHeads = config.bool('multi_query_attention', false) ? config.size('multi_query_group_num') : read.heads;
  const dimensions = { ...read, kvHeads };
  const bias = config.bool('add_bias_linear', true);
  const kind = config.bool('rmsnorm', true) ? 'rms' : 'layer';
  const mlp = gatedMlp({ ...dimensions, bias, names: MLP });
  const qkvBias = bias || config.bool('add_qkv_bias', false);
  const layer = standardLayer(
    { ...dimensions, qkvBias, outputBias: bias, names: ATTENTION, cache: FULL_ATTENTION },
    mlp,
    preNorms(dimensions.hiddenSize, kind),
  );
  const layers = sameLayers(dimensions.layers, layer);
  const shape = decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', false), finalNorm: kind, names: NAMES });
  return config.bool('post_layer_norm', true) ? shape : { ...shape, postLayers: [] };
}
