import { decoder, layersByKind, sameLayers } from '../blocks/decoder.ts';
import { gatedMlp } from '../blocks/dense-mlp.ts';
import { FULL_ATTENTION } from '../blocks/gqa-attention.ts';
import { moeMlp } from '../blocks/moe-mlp.ts';
import { standardLayer } from '../blocks/standard-layer.ts';
import { readTextDimensions } from '../blocks/text-dimensions.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { Family, ModelShape } from './family.ts';

/** ERNIE 4.5 dense: Llama's layers, no bias on the attention output. @source vLLM 0.33.0 `models/ernie45.py` */
export const ernie: Family = {
  name: 'ernie4_5',
  architectures: ['Ernie4_5ForCausalLM'],
  modelTypes: ['ernie4_5'],
  read: readErnie,
};

/** ERNIE 4.5 mixtures. @source vLLM 0.33.0 `models/ernie45_moe.py` */
export const ernieMoe: Family = {
  name: 'ernie4_5_moe',
  architectures: ['Ernie4_5_MoeForCausalLM'],
  modelTypes: ['ernie4_5_moe'],
  read: readErnieMoe,
};

/** Class defaults. @source transformers 5.20 `configuration_ernie4_5.py`, `configuration_ernie4_5_moe.py` */
const TIED = true;
const HEAD_DIM = 128;

function readErnie(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config, { headDim: HEAD_DIM });
  const bias = config.bool('use_bias', false);
  const layer = standardLayer({ ...dimensions, qkvBias: bias, cache: FULL_ATTENTION }, gatedMlp({ ...dimensions, bias }));
  return decoder({ dimensions, layers: sameLayers(dimensions.layers, layer), tied: config.bool('tie_word_embeddings', TIED) });
}

function readErnieMoe(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config);
  const bias = config.bool('use_bias', false);
  const experts = { count: config.size('moe_num_experts'), perToken: config.size('moe_k') };
  const width = config.size('moe_intermediate_size');
  const shared = config.optionalInt('moe_num_shared_experts') ?? 0;
  const mixture = moeMlp({
    hiddenSize: dimensions.hiddenSize,
    intermediateSize: width,
    experts: experts.count,
    perToken: experts.perToken,
    routerDtype: 'float32',
    correctionBiasName: 'moe_statics.e_score_correction_bias',
    shared: shared === 0 ? null : { name: 'shared_experts', intermediateSize: shared * width },
  });
  const attention = { ...dimensions, qkvBias: bias, cache: FULL_ATTENTION };
  const layers = layersByKind(dimensions.layers, mixtureLayers(config, dimensions.layers), (routed) =>
    standardLayer(attention, routed ? mixture : gatedMlp({ ...dimensions, bias })),
  );
  return { ...decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', TIED) }), experts };
}

/** Mixtures lie between a first and a last layer, every `moe_layer_interval`-th; −1 as the last means the end. */
function mixtureLayers(config: ConfigReader, layers: number): (index: number) => boolean {
  const first = config.optionalInt('moe_layer_start_index') ?? 0;
  const given = config.optionalNumber('moe_layer_end_index');
  const last = given === null || given === -1 ? layers - 1 : given;
  const interval = config.optionalSize('moe_layer_interval') ?? 1;
  return (index) => index >= first && index <= last && (index + 1) % interval === 0;
}
