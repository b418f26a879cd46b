import { decoder, layersByKind } from '../blocks/decoder.ts';
import { gatedMlp } from '../blocks/dense-mlp.ts';
import { ENCODER_ONLY } from '../blocks/gqa-attention.ts';
import { headByArchitecture } from '../blocks/pooling.ts';
import { reachByLayerTypes, slidingWindowOf } from '../blocks/sliding-window.ts';
import { standardLayer } from '../blocks/standard-layer.ts';
import { readTextDimensions } from '../blocks/text-dimensions.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { Family, ModelShape } from './family.ts';

/**
 * Llama 1 to 3.x and the many models that vLLM runs with the same code: Code Llama, Yi, SmolLM 1 and 2, TinyLlama,
 * InternLM 3, Mistral and Ministral. XVERSE has the same shapes.
 *
 * @source vLLM 0.33.0 `models/llama.py`, `models/mistral.py`, `models/registry.py`
 */
export const llama: Family = {
  name: 'llama',
  architectures: [
    'LlamaForCausalLM',
    'LLaMAForCausalLM',
    'LlamaModel',
    'LlamaForSequenceClassification',
    'InternLM3ForCausalLM',
    'TeleChat3ForCausalLM',
    'IQuestCoderForCausalLM',
    'MistralForCausalLM',
    'MistralModel',
    'MistralForSequenceClassification',
    'MinistralForCausalLM',
    'Ministral3ForCausalLM',
    'XverseForCausalLM',
  ],
  modelTypes: ['llama', 'mistral', 'ministral', 'ministral3', 'xverse'],
  read: (config) => headByArchitecture(config, readLlamaText(config)),
};

/** Window of a Mistral whose config leaves the field out; real files say null. @source transformers 5.20 `configuration_mistral.py` */
const MISTRAL_WINDOW_TOKENS = 4096;

/** The text model alone; also the language model of several vision models. */
export function readLlamaText(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config);
  const bias = config.bool('attention_bias', false) || config.bool('bias', false);
  const causal = config.bool('is_causal', true);
  const windowTokens = slidingWindowOf(config, config.optionalString('model_type') === 'mistral' ? MISTRAL_WINDOW_TOKENS : null);
  const reachOf = reachByLayerTypes(config, dimensions.layers, windowTokens);
  const mlp = gatedMlp({ ...dimensions, bias: config.bool('mlp_bias', false) });
  const layers = layersByKind(
    dimensions.layers,
    (index) => (causal ? reachOf(index) : ENCODER_ONLY),
    (cache) => standardLayer({ ...dimensions, qkvBias: config.bool('qkv_bias', bias), outputBias: bias, cache }, mlp),
  );
  return decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', false) });
}
