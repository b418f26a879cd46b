import type { ModelShape } from '../families/family.ts';
import type { LayerSpec } from '../model-spec.ts';
import type { ModuleSpec } from '../module-spec.ts';
import { norm, replicatedLinear, vocabulary } from './linear.ts';

/**
 * Next-token-prediction layers stored behind the model's own, each with its norms, a projection of twice the hidden
 * size, and (except where `ownVocabulary` is false) a second embedding and head.
 *
 * @source vLLM 0.33.0 `models/deepseek_mtp.py`, `glm4_moe_mtp.py`; DeepSeek-V3's published total counts 13.46 B for its one layer
 */
export function withMtpLayers(shape: ModelShape, layers: number, layer: LayerSpec, ownVocabulary = true): ModelShape {
  const { hiddenSize, vocabSize } = shape;
  const prefixes = Array.from({ length: layers }, (_, index) => `${shape.layerNames.prefix}${shape.layers.length + index}.`);
  const modulesOf = (prefix: string): readonly ModuleSpec[] => [
    norm(`${prefix}enorm`, hiddenSize),
    norm(`${prefix}hnorm`, hiddenSize),
    replicatedLinear([{ name: `${prefix}eh_proj`, outFeatures: hiddenSize }], 2 * hiddenSize, { quantizable: false }),
    norm(`${prefix}shared_head.norm`, hiddenSize),
    ...(ownVocabulary
      ? [vocabulary(`${prefix}embed_tokens`, vocabSize, hiddenSize), vocabulary(`${prefix}shared_head.head`, vocabSize, hiddenSize)]
      : []),
  ];
  return { ...shape, mtpLayers: prefixes.map(() => layer), mtpModules: prefixes.flatMap(modulesOf) };
}
