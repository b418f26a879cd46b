import { decoder, sameLayers } from '../blocks/decoder.ts';
import { plainMlp } from '../blocks/dense-mlp.ts';
import { attentionNames, FULL_ATTENTION } from '../blocks/gqa-attention.ts';
import { norm, replicatedLinear, vector, vocabulary } from '../blocks/linear.ts';
import { standardLayer } from '../blocks/standard-layer.ts';
import { readTextDimensions } from '../blocks/text-dimensions.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { Family, ModelShape } from './family.ts';

/** OPT: learned positions, and in the 350M model an embedding narrower than the layers. @source vLLM 0.33.0 `models/opt.py` */
export const opt: Family = {
  name: 'opt',
  architectures: ['OPTForCausalLM'],
  modelTypes: ['opt'],
  read: readOpt,
};

/** Position 0 of a sequence is row 2 of the table. @source vLLM 0.33.0 `models/opt.py` `OPTLearnedPositionalEmbedding` */
const POSITION_OFFSET = 2;
const ATTENTION = attentionNames('self_attn', 'q_proj', 'k_proj', 'v_proj', 'out_proj');
const PREFIX = 'model.decoder';
const NAMES = {
  embedding: `${PREFIX}.embed_tokens`,
  layerPrefix: `${PREFIX}.layers.`,
  finalNorm: `${PREFIX}.final_layer_norm`,
  head: 'lm_head',
};

function readOpt(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config);
  const { hiddenSize, vocabSize } = dimensions;
  const embeddingSize = config.optionalSize('word_embed_proj_dim') ?? hiddenSize;
  const bias = config.bool('enable_bias', true);
  const mlp = plainMlp({ ...dimensions, bias, up: 'fc1', down: 'fc2' });
  const norms = [norm('self_attn_layer_norm', hiddenSize, 'layer'), norm('final_layer_norm', hiddenSize, 'layer')];
  const layer = standardLayer({ ...dimensions, qkvBias: bias, outputBias: bias, names: ATTENTION, cache: FULL_ATTENTION }, mlp, norms);
  const layers = sameLayers(dimensions.layers, layer);
  const tied = config.bool('tie_word_embeddings', true);
  const positions = vector(`${PREFIX}.embed_positions`, (config.size('max_position_embeddings') + POSITION_OFFSET) * hiddenSize);
  const projected = embeddingSize !== hiddenSize;
  const shape = decoder({ dimensions, layers, tied, finalNorm: 'layer', names: NAMES });
  const normed = config.bool('do_layer_norm_before', true) && !config.bool('_remove_final_layer_norm', false);
  return {
    ...shape,
    embedding: vocabulary(NAMES.embedding, vocabSize, embeddingSize),
    preLayers: [positions, ...(projected ? [projection('project_in', embeddingSize, hiddenSize)] : [])],
    postLayers: [...(normed ? shape.postLayers : []), ...(projected ? [projection('project_out', hiddenSize, embeddingSize)] : [])],
    head: tied ? null : vocabulary(NAMES.head, vocabSize, embeddingSize),
  };
}

function projection(name: string, from: number, to: number): ReturnType<typeof replicatedLinear> {
  return replicatedLinear([{ name: `${PREFIX}.${name}`, outFeatures: to }], from);
}
