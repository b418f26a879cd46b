import { norm } from '../../blocks/linear.ts';
import { encoderLayer, encoderLayers, plainTowerLinear, towerColumn, towerRow } from '../../blocks/tower.ts';
import { type Encoder, readVitSizes } from '../../blocks/tower-vit.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { ModuleSpec } from '../../module-spec.ts';

const LAYER = {
  attention: { inputs: ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj'], output: 'self_attn.out_proj' },
  attentionBias: true,
  mlp: { inputs: ['mlp.fc1'], output: 'mlp.fc2' },
  mlpBias: true,
  norms: ['layer_norm1', 'layer_norm2'],
  normKind: 'layer',
} as const;

/** CLIP's layers with rotary positions in three directions, and no norm behind them. @source vLLM 0.33.0 `models/minimax_m3/common/vision_tower.py` */
export function minimaxVisionEncoder(vision: ConfigReader): Encoder {
  const { hiddenSize, intermediateSize, heads, layers, patch, image } = readVitSizes(vision);
  const frames = vision.optionalChild('img_token_compression_config')?.optionalSize('temporal_patch_size') ?? 2;
  const prefix = 'vision_tower.vision_model';
  const init = { ...LAYER, hiddenSize, intermediateSize, heads };
  return {
    modules: [
      plainTowerLinear(`${prefix}.embeddings.patch_embedding`, hiddenSize, 3 * frames * patch ** 2, false),
      norm(`${prefix}.pre_layrnorm`, hiddenSize, 'layer'),
      ...encoderLayers(layers, (index) => encoderLayer({ ...init, prefix: `${prefix}.encoder.layers.${index}` })),
    ],
    hiddenSize,
    intermediateSize,
    patches: Math.floor(image / patch) ** 2,
    unloadedParameters: 0,
  };
}

/** Two layers for each patch, then two for each square of merged ones. */
export function minimaxProjector(config: ConfigReader, width: number, textHiddenSize: number, merge: number): readonly ModuleSpec[] {
  const inner = config.optionalSize('projector_hidden_size') ?? textHiddenSize;
  const block = (name: string, inputs: number, bias: boolean): readonly ModuleSpec[] => [
    towerColumn([{ name: `${name}.linear_1`, outFeatures: inner }], inputs, bias),
    towerRow(`${name}.linear_2`, textHiddenSize, inner, bias),
  ];
  return [
    ...block('multi_modal_projector', width, config.bool('multimodal_projector_bias', true)),
    ...block('patch_merge_mlp', textHiddenSize * merge ** 2, config.bool('patch_merge_bias', true)),
  ];
}
