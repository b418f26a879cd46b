import { decoder, layersByKind, sameLayers } from '../blocks/decoder.ts';
import { gatedMlp } from '../blocks/dense-mlp.ts';
import { type AttentionReach, ENCODER_ONLY, FULL_ATTENTION } from '../blocks/gqa-attention.ts';
import { norm } from '../blocks/linear.ts';
import { headByArchitecture } from '../blocks/pooling.ts';
import { layerTypesOf, type ReachOfLayer, reachByLayerTypes, reachByPeriod, slidingWindowOf } from '../blocks/sliding-window.ts';
import { preNorms, standardLayer } from '../blocks/standard-layer.ts';
import { readTextDimensions } from '../blocks/text-dimensions.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { ModuleSpec } from '../module-spec.ts';
import type { Family, ModelShape } from './family.ts';

/** Gemma 1. @source vLLM 0.33.0 `models/gemma.py` */
export const gemma: Family = {
  name: 'gemma',
  architectures: ['GemmaForCausalLM'],
  modelTypes: ['gemma'],
  read: readGemma1,
};

/** Gemma 2: every other layer slides. @source vLLM 0.33.0 `models/gemma2.py` */
export const gemma2: Family = {
  name: 'gemma2',
  architectures: ['Gemma2ForCausalLM', 'Gemma2Model', 'Gemma2ForSequenceClassification'],
  modelTypes: ['gemma2'],
  read: (config) => headByArchitecture(config, readGemma2(config)),
};

/** Gemma 3, text only: five sliding layers, then a full one. @source vLLM 0.33.0 `models/gemma3.py` */
export const gemma3: Family = {
  name: 'gemma3',
  architectures: ['Gemma3ForCausalLM', 'Gemma3TextModel', 'Gemma3ForSequenceClassification'],
  modelTypes: ['gemma3_text'],
  read: (config) => headByArchitecture(config, readGemma3Text(config)),
};

/** Gemma shares embedding and head unless the config says otherwise. @source transformers 5.20 `configuration_gemma.py`, `_gemma2.py`, `_gemma3.py` */
const TIED = true;
/** Class defaults that real Gemma files leave out. @source the same files */
const HEAD_DIM = 256;
const WINDOW_TOKENS = 4096;
const GEMMA3_DEFAULTS = { heads: 8, kvHeads: 4, headDim: HEAD_DIM, vocabSize: 262_208 } as const;
const GEMMA3_PERIOD = 6;
const GEMMA2_PERIOD = 2;

/** The language model of Gemma 3, from its own config or from `text_config`. */
export function readGemma3Text(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config, GEMMA3_DEFAULTS);
  const bias = config.bool('attention_bias', false);
  const mlp = gatedMlp(dimensions);
  const reachOf = gemmaReach(config, dimensions.layers, GEMMA3_PERIOD);
  const causal = !config.bool('use_bidirectional_attention', false);
  const kindOf = (index: number): AttentionReach => (causal ? reachOf(index) : ENCODER_ONLY);
  const layers = layersByKind(dimensions.layers, kindOf, (cache) =>
    standardLayer({ ...dimensions, qkvBias: bias, outputBias: bias, qkNorm: 'per-head', cache }, mlp, fourNorms(dimensions.hiddenSize)),
  );
  return decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', TIED) });
}

function readGemma2(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config, { headDim: HEAD_DIM });
  const bias = config.bool('attention_bias', false);
  const mlp = gatedMlp(dimensions);
  const layers = layersByKind(dimensions.layers, gemmaReach(config, dimensions.layers, GEMMA2_PERIOD), (cache) =>
    standardLayer({ ...dimensions, qkvBias: bias, outputBias: bias, cache }, mlp, fourNorms(dimensions.hiddenSize)),
  );
  return decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', TIED) });
}

function readGemma1(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config, { headDim: HEAD_DIM });
  const layer = standardLayer({ ...dimensions, cache: FULL_ATTENTION }, gatedMlp(dimensions));
  return decoder({ dimensions, layers: sameLayers(dimensions.layers, layer), tied: config.bool('tie_word_embeddings', TIED) });
}

function gemmaReach(config: ConfigReader, layers: number, period: number): ReachOfLayer {
  const windowTokens = slidingWindowOf(config, WINDOW_TOKENS);
  if (layerTypesOf(config, layers) !== null) return reachByLayerTypes(config, layers, windowTokens);
  return reachByPeriod(config.optionalSize('sliding_window_pattern') ?? period, windowTokens);
}

/** Gemma 2 and 3 normalise before and after attention, and before and after the feed-forward block. */
function fourNorms(hiddenSize: number): readonly ModuleSpec[] {
  return [...preNorms(hiddenSize), norm('pre_feedforward_layernorm', hiddenSize), norm('post_feedforward_layernorm', hiddenSize)];
}
