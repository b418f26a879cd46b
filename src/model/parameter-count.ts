import type { ModelShape } from './families/family.ts';
import type { ModuleSpec } from './module-spec.ts';

export interface ParameterCount {
  /** The language model with its embedding and head. */
  readonly text: number;
  readonly towers: number;
  /** Multi-token-prediction layers that the checkpoint stores. */
  readonly prediction: number;
  /** Everything the checkpoint stores, each tied matrix once. */
  readonly total: number;
}

/** Parameters of a model by shape: logical elements, no quantization scales. */
export function parameterCount(shape: ModelShape): ParameterCount {
  const { embedding, preLayers, layers, postLayers, head } = shape;
  const text = sum([embedding, ...preLayers, ...layers.flatMap(({ modules }) => modules), ...postLayers, ...(head === null ? [] : [head])]);
  const towers = sum(shape.towers.flatMap(({ modules }) => modules));
  const prediction = sum([...shape.mtpModules, ...shape.mtpLayers.flatMap(({ modules }) => modules)]);
  return { text, towers, prediction, total: text + towers + prediction + shape.unloadedParameters };
}

function sum(modules: readonly ModuleSpec[]): number {
  return modules.reduce((total, module) => total + elementsOf(module), 0);
}

/** Elements of one module; a bias has one an output. */
export function elementsOf(module: ModuleSpec): number {
  switch (module.kind) {
    case 'linear':
      return module.parts.reduce((total, { outFeatures }) => total + outFeatures * (module.inFeatures + Number(module.bias)), 0);
    case 'experts': {
      const inputs = (module.gated ? 2 : 1) * module.intermediateSize;
      const biases = module.bias ? inputs + module.hiddenSize : 0;
      return module.experts * ((inputs + module.intermediateSize) * module.hiddenSize + biases);
    }
    case 'vocab':
      return module.rows * (module.columns + Number(module.bias));
    case 'tensor':
      return module.derived ? 0 : module.elements;
    default:
      return module satisfies never;
  }
}
