import { decoder, sameLayers } from '../blocks/decoder.ts';
import { gatedMlp, mlpNames } from '../blocks/dense-mlp.ts';
import { FULL_ATTENTION } from '../blocks/gqa-attention.ts';
import { norm } from '../blocks/linear.ts';
import { preNorms, standardLayer } from '../blocks/standard-layer.ts';
import { readTextDimensions } from '../blocks/text-dimensions.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { Family, ModelShape } from './family.ts';

/** GLM-4-9B in its second form, GLM-4-0414 and GLM-Z1 dense. @source vLLM 0.33.0 `models/glm4.py`, `models/glm.py` of 0.24.0 */
export const glm: Family = {
  name: 'glm',
  architectures: ['GlmForCausalLM', 'Glm4ForCausalLM'],
  modelTypes: ['glm', 'glm4'],
  read: readGlmText,
};

const HEAD_DIM = 128;
const MLP = mlpNames('mlp', 'gate_up_proj', 'gate_up_proj', 'down_proj');

/** Defaults: transformers 5.20 `configuration_glm.py`, `_glm4.py`. */
function readGlmText(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config, { headDim: HEAD_DIM });
  const { hiddenSize } = dimensions;
  const first = config.optionalString('model_type') === 'glm';
  const attention = { ...dimensions, qkvBias: config.bool('attention_bias', true), cache: FULL_ATTENTION };
  const afterBlocks = first ? [] : [norm('post_self_attn_layernorm', hiddenSize), norm('post_mlp_layernorm', hiddenSize)];
  const layer = standardLayer(attention, gatedMlp({ ...dimensions, names: MLP }), [...preNorms(hiddenSize), ...afterBlocks]);
  return decoder({ dimensions, layers: sameLayers(dimensions.layers, layer), tied: config.bool('tie_word_embeddings', false) });
}
