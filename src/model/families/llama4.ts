import { decoder, layersByKind } from '../blocks/decoder.ts';
import { gatedMlp, mlpNames } from '../blocks/dense-mlp.ts';
import { FULL_ATTENTION } from '../blocks/gqa-attention.ts';
import { moeMlp } from '../blocks/moe-mlp.ts';
import { standardLayer } from '../blocks/standard-layer.ts';
import { readTextDimensions } from '../blocks/text-dimensions.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { Family, ModelShape } from './family.ts';

/** Llama 4, text only. @source vLLM 0.33.0 `models/llama4.py` */
export const llama4: Family = {
  name: 'llama4',
  architectures: ['Llama4ForCausalLM'],
  modelTypes: ['llama4_text'],
  read: readLlama4Text,
};

/** Class defaults. @source transformers 5.20 `configuration_llama4.py` `Llama4TextConfig` */
const CHUNK_TOKENS = 8192;
const NO_ROPE_INTERVAL = 4;
const DENSE_WIDTH = 16_384;
const HEAD_DIM = 128;

/**
 * The language model of Llama 4. Layers with rotary positions attend within chunks, the others to everything. The norms on
 * queries and keys have no weights.
 */
export function readLlama4Text(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config, { headDim: HEAD_DIM });
  const { hiddenSize, intermediateSize } = dimensions;
  const experts = { count: config.size('num_local_experts'), perToken: config.size('num_experts_per_tok') };
  const step = config.optionalInt('interleave_moe_layer_step') ?? 1;
  const hasRope = ropeOfLayer(config);
  const chunkTokens = config.has('attention_chunk_size') ? config.size('attention_chunk_size') : CHUNK_TOKENS;
  const dense = gatedMlp({
    hiddenSize,
    intermediateSize: config.optionalSize('intermediate_size_mlp') ?? DENSE_WIDTH,
    names: mlpNames('feed_forward'),
  });
  const mixture = moeMlp({
    ...dimensions,
    experts: experts.count,
    perToken: experts.perToken,
    prefix: 'feed_forward',
    routerName: 'router',
    shared: { name: 'shared_expert', intermediateSize },
  });
  const layers = layersByKind(
    dimensions.layers,
    (index) => ({ local: hasRope(index), routed: step > 0 && (index + 1) % step === 0 }),
    ({ local, routed }) =>
      standardLayer({ ...dimensions, cache: local ? { kind: 'chunked', chunkTokens } : FULL_ATTENTION }, routed ? mixture : dense),
  );
  return { ...decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', false) }), experts };
}

/** `no_rope_layers` has a 0 for each layer without rotary positions; empty or absent: every fourth. */
function ropeOfLayer(config: ConfigReader): (index: number) => boolean {
  const listed = config.optionalInts('no_rope_layers') ?? [];
  const interval = config.optionalSize('no_rope_layer_interval') ?? NO_ROPE_INTERVAL;
  return listed.length > 0 ? (index) => listed[index] !== 0 : (index) => (index + 1) % interval !== 0;
}
