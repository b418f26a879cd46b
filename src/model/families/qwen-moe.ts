import { decoder, layersByKind } from '../blocks/decoder.ts';
import { gatedMlp } from '../blocks/dense-mlp.ts';
import { FULL_ATTENTION, type GqaAttentionInit } from '../blocks/gqa-attention.ts';
import { moeMlp } from '../blocks/moe-mlp.ts';
import { slidingOrFull, slidingWindowOf } from '../blocks/sliding-window.ts';
import { standardLayer } from '../blocks/standard-layer.ts';
import { readTextDimensions, type TextDimensions } from '../blocks/text-dimensions.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { Family, ModelShape } from './family.ts';

/** Qwen 1.5 MoE and Qwen 2 MoE: a gated shared expert in every mixture. @source vLLM 0.33.0 `models/qwen2_moe.py` */
export const qwen2Moe: Family = {
  name: 'qwen2_moe',
  architectures: ['Qwen2MoeForCausalLM'],
  modelTypes: ['qwen2_moe'],
  read: readQwen2Moe,
};

/** Qwen 3 MoE and Qwen 3 Coder. @source vLLM 0.33.0 `models/qwen3_moe.py` */
export const qwen3Moe: Family = {
  name: 'qwen3_moe',
  architectures: ['Qwen3MoeForCausalLM'],
  modelTypes: ['qwen3_moe'],
  read: readQwen3MoeText,
};

function readQwen2Moe(config: ConfigReader): ModelShape {
  if (config.bool('use_sliding_window', false)) config.refuse('use_sliding_window', 'mixed windows are not supported in this architecture');
  const dimensions = readTextDimensions(config);
  return qwenMoeDecoder(config, dimensions, { ...dimensions, qkvBias: true, cache: FULL_ATTENTION });
}

/** The text model alone; also the language model of Qwen 3 VL MoE. */
export function readQwen3MoeText(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config);
  const bias = config.bool('attention_bias', false);
  const cache = slidingOrFull(config.bool('use_sliding_window', false) ? slidingWindowOf(config) : null);
  return qwenMoeDecoder(config, dimensions, { ...dimensions, qkvBias: bias, outputBias: bias, qkNorm: 'per-head', cache });
}

function qwenMoeDecoder(config: ConfigReader, dimensions: TextDimensions, attention: GqaAttentionInit): ModelShape {
  const { hiddenSize, layers } = dimensions;
  const experts = { count: config.size('num_experts', 'num_local_experts'), perToken: config.size('num_experts_per_tok') };
  const sharedWidth = config.optionalInt('shared_expert_intermediate_size') ?? 0;
  const dense = new Set(config.optionalInts('mlp_only_layers') ?? []);
  const step = config.optionalSize('decoder_sparse_step') ?? 1;
  const mixture = moeMlp({
    hiddenSize,
    intermediateSize: config.size('moe_intermediate_size'),
    experts: experts.count,
    perToken: experts.perToken,
    shared: sharedWidth === 0 ? null : { name: 'shared_expert', intermediateSize: sharedWidth, gateName: 'shared_expert_gate' },
  });
  const kinds = layersByKind(
    layers,
    (index) => !dense.has(index) && (index + 1) % step === 0,
    (isMixture) => standardLayer(attention, isMixture ? mixture : gatedMlp(dimensions)),
  );
  return { ...decoder({ dimensions, layers: kinds, tied: config.bool('tie_word_embeddings', false) }), experts };
}
