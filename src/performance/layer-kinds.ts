import type { LayerSpec, ModelSpec } from '../model/model-spec.ts';
import { schemeOf } from '../model/quantization/scheme-of.ts';

/** Layers that are alike in shape and storage. */
export interface LayerKind {
  readonly layer: LayerSpec;
  /** One of them, whose module names stand for all. */
  readonly index: number;
  readonly count: number;
}

/** A memo, no state: specs are immutable, and every candidate layout asks for the same one. */
const known = new WeakMap<ModelSpec, readonly LayerKind[]>();

/** Groups the decoder layers; most models have one to four kinds. */
export function layerKinds(model: ModelSpec): readonly LayerKind[] {
  const before = known.get(model);
  if (before !== undefined) return before;
  const kinds = new Map<LayerSpec, Map<string, { index: number; count: number }>>();
  model.layers.forEach((layer, index) => {
    const bySchemes = kinds.get(layer) ?? new Map<string, { index: number; count: number }>();
    kinds.set(layer, bySchemes);
    const key = schemesOf(model, layer, index);
    const kind = bySchemes.get(key);
    if (kind === undefined) bySchemes.set(key, { index, count: 1 });
    else kind.count++;
  });
  const made = [...kinds].flatMap(([layer, bySchemes]) => [...bySchemes.values()].map((kind) => ({ layer, ...kind })));
  known.set(model, made);
  return made;
}

/** Storage of the layer's matrices, which can differ between layers of one shape ("the last layers stay in bf16"). */
function schemesOf({ quantization }: ModelSpec, layer: LayerSpec, index: number): string {
  if (quantization.rules.length === 0 && quantization.ignored.length === 0) return '';
  const prefix = `layers.${index}.`;
  const schemes = layer.modules.flatMap((module) => {
    if (module.kind === 'experts') return [schemeOf(quantization, prefix + module.name, 'experts').kind];
    if (module.kind === 'linear') return module.parts.map((part) => schemeOf(quantization, prefix + part.name, 'linear').kind);
    return [];
  });
  return schemes.join(' ');
}
