import { norm, replicatedLinear } from '../blocks/linear.ts';
import { predictionLayerCount } from '../blocks/prediction-layers.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { ModuleSpec } from '../module-spec.ts';
import type { Family, ModelShape } from './family.ts';
import { readQwen2Text } from './qwen.ts';

/** MiMo 7B: Qwen 2's layers, and MTP layers that borrow the embedding and the head. @source vLLM 0.33.0 `models/mimo.py`, `mimo_mtp.py` */
export const mimo: Family = {
  name: 'mimo',
  architectures: ['MiMoForCausalLM'],
  modelTypes: ['mimo'],
  read: readMimo,
};

const MTP_PREFIX = 'model.mtp_layers.';

function readMimo(config: ConfigReader): ModelShape {
  const shape = readQwen2Text(config);
  const layer = shape.layers[0];
  const count = predictionLayerCount(config);
  if (layer === undefined || count === 0) return shape;
  const indices = Array.from({ length: count }, (_, index) => index);
  return {
    ...shape,
    mtpLayers: indices.map(() => layer),
    mtpLayerNames: { prefix: MTP_PREFIX, firstIndex: 0 },
    mtpModules: indices.flatMap((index) => mtpModules(`${MTP_PREFIX}${index}.`, shape.hiddenSize)),
  };
}

function mtpModules(prefix: string, hiddenSize: number): readonly ModuleSpec[] {
  return [
    norm(`${prefix}token_layernorm`, hiddenSize),
    norm(`${prefix}hidden_layernorm`, hiddenSize),
    replicatedLinear([{ name: `${prefix}input_proj`, outFeatures: hiddenSize }], 2 * hiddenSize, { quantizable: false }),
    norm(`${prefix}final_layernorm`, hiddenSize),
  ];
}
