import type { Encoder } from '../../blocks/tower-vit.ts';
import type { TowerSpec } from '../../model-spec.ts';
import type { ModuleSpec } from '../../module-spec.ts';
import type { ModelShape } from '../family.ts';

export interface ImageTowerInit {
  readonly encoder: Encoder;
  readonly projector: readonly ModuleSpec[];
  readonly maxTokensPerItem: number | null;
  readonly patchesPerToken: number | null;
  /** Absent: vLLM splits it over ranks. */
  readonly shardable?: boolean;
}

/** A language model behind an image encoder and its projector. */
export function withImageTower(shape: ModelShape, init: ImageTowerInit): ModelShape {
  const { encoder, projector, maxTokensPerItem, patchesPerToken, shardable = true } = init;
  const tower: TowerSpec = {
    modality: 'image',
    modules: [...encoder.modules, ...projector],
    shardable,
    hiddenSize: encoder.hiddenSize,
    intermediateSize: encoder.intermediateSize,
    maxTokensPerItem,
    patchesPerToken,
  };
  return { ...shape, towers: [...shape.towers, tower], unloadedParameters: shape.unloadedParameters + encoder.unloadedParameters };
}

/** For a config that leaves its vision part out: the language model is exact, and the answer says what is missing. */
export function withoutTower(shape: ModelShape, what = 'vision encoder'): ModelShape {
  const caveat = `The config does not describe the ${what}, so the weights are those of the language model alone.`;
  return { ...shape, caveats: [...shape.caveats, caveat] };
}
