import { decoder, layersByKind } from '../blocks/decoder.ts';
import { gatedMlp, mlpNames } from '../blocks/dense-mlp.ts';
import { moeMlp } from '../blocks/moe-mlp.ts';
import { layerTypesOf, reachByLayerTypes } from '../blocks/sliding-window.ts';
import { standardLayer } from '../blocks/standard-layer.ts';
import { readTextDimensions } from '../blocks/text-dimensions.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { ModuleSpec } from '../module-spec.ts';
import type { Family, ModelShape } from './family.ts';

/** Granite 3 dense; models with `layer_types` have attention sinks. @source vLLM 0.33.0 `models/granite.py` */
export const granite: Family = {
  name: 'granite',
  architectures: ['GraniteForCausalLM', 'GraniteSWAForCausalLM'],
  modelTypes: ['granite'],
  read: (config) => readGranite(config, (sizes) => gatedMlp({ ...sizes, bias: config.bool('mlp_bias', false) })),
};

/** Granite mixtures, with a shared expert in the Shared variant. @source vLLM 0.33.0 `models/granitemoe.py`, `granitemoeshared.py` */
export const graniteMoe: Family = {
  name: 'granitemoe',
  architectures: ['GraniteMoeForCausalLM', 'GraniteMoeSharedForCausalLM', 'GraniteMoeSWAForCausalLM'],
  modelTypes: ['granitemoe', 'granitemoeshared'],
  read: readGraniteMoe,
};

/** Names of the shared expert: one fused input matrix. */
export const SHARED_MLP = mlpNames('shared_mlp', 'input_linear', 'input_linear', 'output_linear');

function readGraniteMoe(config: ConfigReader): ModelShape {
  const experts = { count: config.size('num_local_experts'), perToken: config.size('num_experts_per_tok') };
  const sharedWidth = config.optionalInt('shared_intermediate_size') ?? 0;
  const shape = readGranite(config, (sizes) => [
    ...moeMlp({ ...sizes, experts: experts.count, perToken: experts.perToken, prefix: 'block_sparse_moe', routerName: 'router.layer' }),
    ...(sharedWidth === 0 ? [] : gatedMlp({ ...sizes, intermediateSize: sharedWidth, role: 'shared-expert', names: SHARED_MLP })),
  ]);
  return { ...shape, experts };
}

type Widths = { readonly hiddenSize: number; readonly intermediateSize: number };

function readGranite(config: ConfigReader, mlpOf: (sizes: Widths) => readonly ModuleSpec[]): ModelShape {
  const dimensions = readTextDimensions(config);
  const bias = config.bool('attention_bias', false) || config.bool('bias', false);
  const sinks = config.bool('attention_sinks', layerTypesOf(config, dimensions.layers) !== null);
  const mlp = mlpOf(dimensions);
  const layers = layersByKind(dimensions.layers, reachByLayerTypes(config, dimensions.layers), (cache) =>
    standardLayer({ ...dimensions, qkvBias: bias, outputBias: bias, sinks, cache }, mlp),
  );
  return decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', false) });
}
