import { decoder, layersByKind } from '../blocks/decoder.ts';
import { gatedMlp, mlpNames } from '../blocks/dense-mlp.ts';
import { attentionNames } from '../blocks/gqa-attention.ts';
import { norm } from '../blocks/linear.ts';
import { layerTypesOf, type ReachOfLayer, reachByLayerTypes, reachByPeriod, slidingWindowOf } from '../blocks/sliding-window.ts';
import { standardLayer } from '../blocks/standard-layer.ts';
import { readTextDimensions } from '../blocks/text-dimensions.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { Family, ModelShape } from './family.ts';

/** EXAONE 3 and 3.5: Llama's shapes under names of its own. @source vLLM 0.33.0 `models/exaone.py` */
export const exaone: Family = {
  name: 'exaone',
  architectures: ['ExaoneForCausalLM'],
  modelTypes: ['exaone'],
  read: readExaone,
};

/** EXAONE 4: norms after the blocks and on each head, three of four layers slide in the 32B. @source vLLM 0.33.0 `models/exaone4.py` */
export const exaone4: Family = {
  name: 'exaone4',
  architectures: ['Exaone4ForCausalLM'],
  modelTypes: ['exaone4'],
  read: readExaone4Text,
};

const ATTENTION = attentionNames('attn.attention', 'q_proj', 'k_proj', 'v_proj', 'out_proj');
const MLP = mlpNames('mlp', 'c_fc_0', 'c_fc_1', 'c_proj');
const NAMES = { embedding: 'transformer.wte', layerPrefix: 'transformer.h.', finalNorm: 'transformer.ln_f', head: 'lm_head' };
/** What EXAONE 4 takes for fields that a config leaves out. @source transformers 5.20 `configuration_exaone4.py` */
const PERIOD = 4;
const WINDOW_TOKENS = 4096;

function readExaone(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config);
  const { hiddenSize } = dimensions;
  const bias = config.bool('attention_bias', false) || config.bool('bias', false);
  const mlp = gatedMlp({ ...dimensions, bias: config.bool('mlp_bias', false), names: MLP });
  const norms = [norm('ln_1', hiddenSize), norm('ln_2', hiddenSize)];
  const layers = layersByKind(dimensions.layers, reachByLayerTypes(config, dimensions.layers), (cache) =>
    standardLayer({ ...dimensions, qkvBias: bias, outputBias: bias, names: ATTENTION, cache }, mlp, norms),
  );
  return decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', false), names: NAMES });
}

/** The text model alone; also the language model of EXAONE 4.5. */
export function readExaone4Text(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config);
  const { hiddenSize } = dimensions;
  const bias = config.bool('attention_bias', false) || config.bool('bias', false);
  const mlp = gatedMlp({ ...dimensions, bias: config.bool('mlp_bias', false) });
  const norms = [norm('post_attention_layernorm', hiddenSize), norm('post_feedforward_layernorm', hiddenSize)];
  const layers = layersByKind(dimensions.layers, exaone4Reach(config, dimensions.layers), (cache) =>
    standardLayer({ ...dimensions, qkvBias: bias, outputBias: bias, qkNorm: 'per-head', cache }, mlp, norms),
  );
  return decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', false) });
}

function exaone4Reach(config: ConfigReader, layers: number): ReachOfLayer {
  const windowTokens = slidingWindowOf(config, WINDOW_TOKENS);
  if (windowTokens === null || layerTypesOf(config, layers) !== null) return reachByLayerTypes(config, layers, windowTokens);
  const pattern = config.raw('sliding_window_pattern');
  const period = typeof pattern === 'string' ? pattern.length : (config.optionalSize('sliding_window_pattern') ?? PERIOD);
  return reachByPeriod(period, windowTokens);
}
