import { decoder, layersByKind } from '../../blocks/decoder.ts';
import { columnLinear, norm } from '../../blocks/linear.ts';
import { predictionLayerCount } from '../../blocks/prediction-layers.ts';
import { readLayerCount, readTextDimensions, type TextDimensions } from '../../blocks/text-dimensions.ts';
import { ConfigReader } from '../../config-reader.ts';
import type { LayerSpec } from '../../model-spec.ts';
import type { ModuleSpec } from '../../module-spec.ts';
import type { Family, ModelShape } from '../family.ts';
import { type LayerSign, nemotronLayer } from './layers.ts';

/**
 * Nemotron-H, Nemotron Nano 2 and Nemotron 3: each layer is one mixer behind one norm, a Mamba 2 block, attention, a
 * feed-forward block or a mixture, as `hybrid_override_pattern` or `layers_block_type` tells.
 *
 * @source vLLM 0.33.0 `models/nemotron_h.py`, `nemotron_h_mtp.py`
 */
export const nemotronH: Family = {
  name: 'nemotron-h',
  architectures: ['NemotronHForCausalLM'],
  modelTypes: ['nemotron_h'],
  read: readNemotronH,
};

const NAMES = {
  embedding: 'backbone.embeddings',
  layerPrefix: 'backbone.layers.',
  finalNorm: 'backbone.norm_f',
  head: 'lm_head',
} as const;

function readNemotronH(config: ConfigReader): ModelShape {
  const pattern = readPattern(config, 'hybrid_override_pattern', 'layers_block_type');
  if (pattern === null) return config.refuse('hybrid_override_pattern', 'the kinds of the layers are not known without it');
  const dimensions = readDimensions(config, pattern.length);
  const layers = layersByKind(
    dimensions.layers,
    (index) => pattern[index] ?? 'M',
    (sign) => nemotronLayer(config, dimensions, sign),
  );
  return {
    ...decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', false), names: NAMES }),
    experts: pattern.includes('E') ? { count: config.size('n_routed_experts'), perToken: config.size('num_experts_per_tok') } : null,
    ...readPrediction(config, dimensions),
  };
}

function readDimensions(config: ConfigReader, patternLength: number): TextDimensions {
  const layers = config.has('num_hidden_layers') ? readLayerCount(config) : patternLength;
  if (layers !== patternLength) config.refuse('hybrid_override_pattern', `it has ${patternLength} layers, the model ${layers}`);
  const headDim = config.optionalSize('head_dim', 'attention_head_dim');
  const complete = new ConfigReader(
    { ...config.object(), num_hidden_layers: layers, ...(headDim !== null && { head_dim: headDim }) },
    config.path,
  );
  return readTextDimensions(complete, { intermediateSize: () => 0 });
}

/** Signs of the layers out of the short string or the list of names; null: neither is there. */
function readPattern(config: ConfigReader, short: string, long: string): readonly LayerSign[] | null {
  const names = config.optionalStrings(long);
  const pattern = config.optionalString(short);
  if (names !== null) return names.map((name) => SIGN_OF_NAME.get(name) ?? unknownKind(config, long, name));
  return pattern === null ? null : [...pattern].map((sign) => KNOWN_SIGNS.get(sign) ?? unknownKind(config, short, sign));
}

const SIGN_OF_NAME: ReadonlyMap<string, LayerSign> = new Map([
  ['mamba', 'M'],
  ['attention', '*'],
  ['mlp', '-'],
  ['moe', 'E'],
]);
const KNOWN_SIGNS: ReadonlyMap<string, LayerSign> = new Map([...SIGN_OF_NAME.values()].map((sign) => [sign, sign]));

function unknownKind(config: ConfigReader, field: string, kind: string): never {
  return config.refuse(field, `layers of kind ${JSON.stringify(kind)} are not known`);
}

/** Each prediction step is a short pattern of layers; the first of them takes in the embedding, the last has a norm. */
function readPrediction(config: ConfigReader, dimensions: TextDimensions): Pick<ModelShape, 'mtpLayers' | 'mtpLayerNames' | 'mtpModules'> {
  const pattern = readPattern(config, 'mtp_hybrid_override_pattern', 'mtp_layers_block_type') ?? [];
  const steps = predictionLayerCount(config);
  if (steps > 1) config.refuse('num_nextn_predict_layers', 'more than one prediction step is not supported');
  const layers: readonly LayerSpec[] = steps === 0 ? [] : pattern.map((sign) => nemotronLayer(config, dimensions, sign));
  return {
    mtpLayers: layers,
    mtpLayerNames: { prefix: 'mtp.layers.', firstIndex: 0 },
    mtpModules: layers.length === 0 ? [] : predictionModules(dimensions.hiddenSize, layers.length),
  };
}

function predictionModules(hiddenSize: number, layers: number): readonly ModuleSpec[] {
  return [
    norm('mtp.layers.0.enorm', hiddenSize),
    norm('mtp.layers.0.hnorm', hiddenSize),
    columnLinear([{ name: 'mtp.layers.0.eh_proj', outFeatures: hiddenSize }], 2 * hiddenSize),
    norm(`mtp.layers.${layers - 1}.final_layernorm`, hiddenSize),
  ];
}
