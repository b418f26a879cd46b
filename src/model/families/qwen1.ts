import { decoder, sameLayers } from '../blocks/decoder.ts';
import { gatedMlp, mlpNames } from '../blocks/dense-mlp.ts';
import { attentionNames, FULL_ATTENTION } from '../blocks/gqa-attention.ts';
import { norm } from '../blocks/linear.ts';
import { standardLayer } from '../blocks/standard-layer.ts';
import { readTextDimensions } from '../blocks/text-dimensions.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { Family, ModelShape } from './family.ts';

/** The first Qwen: fused `c_attn` with a bias, `intermediate_size` counts gate and up together. vLLM up to 0.22. @source vLLM 0.22 `models/qwen.py` */
export const qwen1: Family = {
  name: 'qwen1',
  architectures: ['QWenLMHeadModel'],
  modelTypes: ['qwen'],
  read: readQwen1Text,
};

const ATTENTION = attentionNames('attn', 'c_attn', 'c_attn', 'c_attn', 'c_proj');
const MLP = mlpNames('mlp', 'w2', 'w1', 'c_proj');
const NAMES = { embedding: 'transformer.wte', layerPrefix: 'transformer.h.', finalNorm: 'transformer.ln_f', head: 'lm_head' };

function readQwen1Text(config: ConfigReader): ModelShape {
  if (config.has('visual')) config.refuse('visual', 'the vision tower of the first Qwen-VL is not supported');
  const dimensions = readTextDimensions(config);
  const { hiddenSize } = dimensions;
  const mlp = gatedMlp({ hiddenSize, intermediateSize: dimensions.intermediateSize / 2, names: MLP });
  const norms = [norm('ln_1', hiddenSize), norm('ln_2', hiddenSize)];
  const layer = standardLayer({ ...dimensions, qkvBias: true, names: ATTENTION, cache: FULL_ATTENTION }, mlp, norms);
  const layers = sameLayers(dimensions.layers, layer);
  return decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', false), names: NAMES });
}
