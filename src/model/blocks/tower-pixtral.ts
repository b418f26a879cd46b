import type { ConfigReader } from '../config-reader.ts';
import { norm } from './linear.ts';
import { encoderLayer, encoderLayers, plainTowerLinear, towerLayerCount } from './tower.ts';
import type { Encoder } from './tower-vit.ts';

const LAYER = {
  attention: { inputs: ['attention.q_proj', 'attention.k_proj', 'attention.v_proj'], output: 'attention.o_proj' },
  attentionBias: false,
  mlp: { inputs: ['feed_forward.gate_proj', 'feed_forward.up_proj'], output: 'feed_forward.down_proj' },
  mlpBias: false,
  norms: ['attention_norm', 'ffn_norm'],
  normKind: 'rms',
} as const;

/** Pixtral's vision encoder (Mistral 3, Ministral 3, Devstral Small 2). @source vLLM 0.33.0 `models/pixtral.py` `PixtralHFVisionModel` */
export function pixtralEncoder(vision: ConfigReader, prefix: string): Encoder {
  const hiddenSize = vision.size('hidden_size');
  const intermediateSize = vision.size('intermediate_size');
  const patch = vision.size('patch_size');
  const init = { ...LAYER, hiddenSize, intermediateSize, heads: vision.size('num_attention_heads') };
  return {
    modules: [
      plainTowerLinear(`${prefix}.patch_conv`, hiddenSize, 3 * patch ** 2, false),
      norm(`${prefix}.ln_pre`, hiddenSize),
      ...encoderLayers(towerLayerCount(vision, 'num_hidden_layers'), (index) =>
        encoderLayer({ ...init, prefix: `${prefix}.transformer.layers.${index}` }),
      ),
    ],
    hiddenSize,
    intermediateSize,
    patches: Math.floor(vision.size('image_size') / patch) ** 2,
    unloadedParameters: 0,
  };
}
