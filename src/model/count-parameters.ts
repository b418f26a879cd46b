import { ceilDiv, sum } from '../units/integers.ts';
import type { LayerNaming, LayerSpec, ModelSpec } from './model-spec.ts';
import type { ExpertsSpec, LinearPart, LinearSpec, ModuleSpec } from './module-spec.ts';
import { type ModuleRole, schemeOf } from './quantization/scheme-of.ts';
import type { WeightScheme } from './quantization-spec.ts';

export interface ParameterCount {
  /** Weights of the checkpoint: a 4-bit weight counts as one, a tied head not at all, scales not. */
  readonly total: number;
  /** Of these, in the layers for multi-token prediction. */
  readonly mtp: number;
  /** Of these, in vision and audio towers. */
  readonly towers: number;
  /** Scales that the checkpoint stores beside quantized weights; scalars of whole tensors are not counted. */
  readonly scales: number;
  /** Weights stored two to a byte (NVFP4): the Hub's totals count the bytes. */
  readonly packedPairs: number;
}

/**
 * Parameters of a model, summed from its shapes and never echoed from a published number.
 *
 * @source checked against the published totals of the embedded catalog, test/model/parameters.test.ts
 */
export function countParameters(model: ModelSpec): ParameterCount {
  return { ...countWeights(model), ...countStorage(model) };
}

/** The weights alone, without looking at how they are stored. */
export function countWeights(model: ModelSpec): Pick<ParameterCount, 'total' | 'mtp' | 'towers'> {
  const counted = {
    mtp: elementsOf([...model.mtpModules, ...modulesOf(model.mtpLayers)]),
    towers: elementsOf(model.towers.flatMap(({ modules }) => modules)),
  };
  const body = [model.embedding, ...model.preLayers, ...modulesOf(model.layers), ...model.postLayers, ...(model.head ? [model.head] : [])];
  return { total: elementsOf(body) + counted.mtp + counted.towers + model.unloadedParameters, ...counted };
}

/** Weights and biases of one module, all ranks together; what the engine derives is none of the checkpoint's. */
export function parametersOf(module: ModuleSpec): number {
  switch (module.kind) {
    case 'linear':
      return sum(storedParts(module).map(({ outFeatures }) => outFeatures * (module.inFeatures + (module.bias ? 1 : 0))));
    case 'experts': {
      const { hiddenSize, intermediateSize } = module;
      const biases = module.bias ? upwardRows(module) + hiddenSize : 0;
      return module.experts * (upwardRows(module) * hiddenSize + hiddenSize * intermediateSize + biases);
    }
    case 'vocab':
      return module.rows * (module.columns + (module.bias ? 1 : 0));
    case 'tensor':
      return module.derived ? 0 : module.elements;
    default:
      return module satisfies never;
  }
}

/** Parts that the checkpoint has; the others are copies that the engine makes. */
function storedParts({ parts }: LinearSpec): readonly LinearPart[] {
  return parts.filter(({ derived }) => !derived);
}

function elementsOf(modules: readonly ModuleSpec[]): number {
  return sum(modules.map(parametersOf));
}

function modulesOf(layers: readonly LayerSpec[]): readonly ModuleSpec[] {
  return layers.flatMap(({ modules }) => modules);
}

/** Rows of an expert's first matrix: gate and up, or up alone. */
function upwardRows({ gated, intermediateSize }: ExpertsSpec): number {
  return (gated ? 2 : 1) * intermediateSize;
}

type Storage = Pick<ParameterCount, 'scales' | 'packedPairs'>;

/** Only checkpoints that are stored quantized have scales; `--quantization` on plain weights makes them while loading. */
function countStorage(model: ModelSpec): Storage {
  if (model.quantization.method === 'none' || model.quantization.online) return { scales: 0, packedPairs: 0 };
  const found = [
    ...matricesOfLayers(model, model.layers, model.layerNames),
    ...matricesOfLayers(model, model.mtpLayers, model.mtpLayerNames),
    ...[...model.preLayers, ...model.postLayers, ...model.mtpModules].flatMap((module) => matricesOf(model, module, '', 'linear')),
    ...model.towers.flatMap(({ modules }) => modules.flatMap((module) => matricesOf(model, module, '', 'tower'))),
  ];
  return {
    scales: sum(found.map((matrix) => matrix.times * scalesOf(matrix))),
    packedPairs: sum(found.map(({ scheme, rows, columns, times }) => (scheme.kind === 'nvfp4' ? (times * rows * columns) / 2 : 0))),
  };
}

interface Matrix {
  readonly scheme: WeightScheme;
  readonly rows: number;
  readonly columns: number;
  readonly times: number;
}

function matricesOfLayers(model: ModelSpec, layers: readonly LayerSpec[], { prefix, firstIndex }: LayerNaming): readonly Matrix[] {
  return layers.flatMap(({ modules }, at) =>
    modules.flatMap((module) => matricesOf(model, module, `${prefix}${firstIndex + at}.`, 'linear')),
  );
}

function matricesOf(model: ModelSpec, module: ModuleSpec, prefix: string, role: ModuleRole): readonly Matrix[] {
  if (module.kind === 'experts') {
    const scheme = schemeOf(model.quantization, `${prefix}${module.name}`, 'experts');
    const { experts: times, hiddenSize, intermediateSize } = module;
    const upward = { scheme, rows: intermediateSize, columns: hiddenSize, times: times * (module.gated ? 2 : 1) };
    return [upward, { scheme, rows: hiddenSize, columns: intermediateSize, times }];
  }
  if (module.kind !== 'linear' || !module.quantizable) return [];
  return linearMatrices(model, module, prefix, role);
}

function linearMatrices(model: ModelSpec, module: LinearSpec, prefix: string, role: ModuleRole): readonly Matrix[] {
  return storedParts(module).map(({ name, outFeatures }) => ({
    scheme: schemeOf(model.quantization, `${prefix}${name}`, role),
    rows: outFeatures,
    columns: module.inFeatures,
    times: 1,
  }));
}

const NVFP4_GROUP = 16;
const MX_GROUP = 32;
const BNB_GROUP = 64;

/** Scale elements of one matrix. @source the formats' own descriptions, checked against the totals of the embedded catalog */
function scalesOf({ scheme, rows, columns }: Matrix): number {
  switch (scheme.kind) {
    case 'plain':
      return 0;
    case 'fp8': {
      if (scheme.scale === 'tensor') return 0;
      const [height, width] = scheme.block ?? [1, columns];
      return ceilDiv(rows, height) * ceilDiv(columns, width);
    }
    case 'int8':
      return rows;
    case 'int4':
    case 'int8-group':
      return rows * (scheme.groupSize === -1 ? 1 : ceilDiv(columns, scheme.groupSize));
    case 'nvfp4':
      return rows * ceilDiv(columns, NVFP4_GROUP);
    case 'mxfp4':
    case 'mxfp8':
      return rows * ceilDiv(columns, MX_GROUP);
    case 'bnb4':
      return ceilDiv(rows * columns, BNB_GROUP);
    default:
      return scheme satisfies never;
  }
}
