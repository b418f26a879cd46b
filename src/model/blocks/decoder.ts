import type { ModelShape } from '../families/family.ts';
import type { LayerSpec } from '../model-spec.ts';
import type { ModuleSpec } from '../module-spec.ts';
import { norm, vocabulary } from './linear.ts';
import type { TextDimensions } from './text-dimensions.ts';

export interface DecoderInit {
  readonly dimensions: TextDimensions;
  readonly layers: readonly LayerSpec[];
  readonly tied: boolean;
  readonly headBias?: boolean;
  readonly finalNorm?: 'rms' | 'layer';
  /** Extra tensors before the layers (learned positions). */
  readonly preLayers?: readonly ModuleSpec[];
  readonly names?: DecoderNames;
}

/** Where a checkpoint keeps the parts around the layers. */
export interface DecoderNames {
  readonly embedding: string;
  /** "model.layers.": what stands before the number of a layer. */
  readonly layerPrefix: string;
  readonly finalNorm: string;
  readonly head: string;
}

export const LLAMA_NAMES: DecoderNames = {
  embedding: 'model.embed_tokens',
  layerPrefix: 'model.layers.',
  finalNorm: 'model.norm',
  head: 'lm_head',
};

/** A text model out of its layers: embedding, layers, final norm, head (null when tied). Callers override what differs. */
export function decoder(init: DecoderInit): ModelShape {
  const { dimensions, layers, tied, headBias = false, finalNorm = 'rms', preLayers = [], names = LLAMA_NAMES } = init;
  const { hiddenSize, vocabSize } = dimensions;
  return {
    task: 'generate',
    hiddenSize,
    vocabSize,
    attentionHeads: dimensions.heads,
    kvHeads: dimensions.kvHeads,
    headDim: dimensions.headDim,
    experts: null,
    mla: null,
    embedding: vocabulary(names.embedding, vocabSize, hiddenSize),
    preLayers,
    layers,
    layerNames: { prefix: names.layerPrefix, firstIndex: 0 },
    postLayers: [norm(names.finalNorm, hiddenSize, finalNorm)],
    head: tied ? null : vocabulary(names.head, vocabSize, hiddenSize, headBias),
    mtpLayers: [],
    mtpLayerNames: { prefix: names.layerPrefix, firstIndex: layers.length },
    mtpModules: [],
    towers: [],
    unloadedParameters: 0,
    caveats: [],
  };
}

/** All layers alike. */
export function sameLayers(count: number, layer: LayerSpec): readonly LayerSpec[] {
  return Array.from({ length: count }, () => layer);
}

/** Plain data that says what sets one layer apart from another. */
export type LayerKind = string | number | boolean | null | readonly LayerKind[] | { readonly [fact: string]: LayerKind };

/**
 * One object for each kind of layer, repeated: 61 layers of two kinds cost two objects, and equal layers compare by identity.
 *
 * @param kindOf what the layer with this number is like; layers of equal content share one object
 */
export function layersByKind<Kind extends LayerKind>(
  count: number,
  kindOf: (index: number) => Kind,
  build: (kind: Kind) => LayerSpec,
): readonly LayerSpec[] {
  const built = new Map<string, LayerSpec>();
  return Array.from({ length: count }, (_, index) => {
    const kind = kindOf(index);
    const key = JSON.stringify(kind);
    const layer = built.get(key) ?? build(kind);
    built.set(key, layer);
    return layer;
  });
}
