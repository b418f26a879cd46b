import type { ConfigReader } from '../config-reader.ts';
import { norm, vector } from './linear.ts';
import { encoderLayer, encoderLayers, plainTowerLinear, towerLayerCount } from './tower.ts';
import type { Encoder } from './tower-vit.ts';

/** Where a config keeps the sizes: Kimi-VL plainly, Kimi-K2.5 with "vt_" in front. */
export interface MoonVitNames {
  readonly hiddenSize: string;
  readonly intermediateSize: string;
  readonly heads: string;
  readonly layers: string;
}

const LAYER = {
  attention: { inputs: ['wqkv'], output: 'wo' },
  mlp: { inputs: ['mlp.fc0'], output: 'mlp.fc1' },
  norms: ['norm0', 'norm1'],
} as const;

/**
 * MoonViT, the encoder of Kimi-VL, Kimi-K2.5 and Kimi-K3: positions learned on a grid, rotary ones in the layers.
 *
 * @source vLLM 0.33.0 `models/moonvit.py`, `kimi_k25_vit.py`
 */
export function moonVitEncoder(vision: ConfigReader, prefix: string, names: MoonVitNames): Encoder {
  const hiddenSize = vision.size(names.hiddenSize);
  const intermediateSize = vision.size(names.intermediateSize);
  const heads = vision.size(names.heads);
  const patch = vision.optionalSize('patch_size') ?? 14;
  const grid = { height: vision.size('init_pos_emb_height'), width: vision.size('init_pos_emb_width') };
  const normKind = vision.optionalString('norm_type') === 'rmsnorm' ? 'rms' : 'layer';
  const init = {
    ...LAYER,
    hiddenSize,
    intermediateSize,
    heads,
    headDim: (vision.optionalSize('qkv_hidden_size') ?? hiddenSize) / heads,
    attentionBias: vision.bool('attn_bias', true),
    mlpBias: vision.bool('linear_bias', true),
    normKind,
  } as const;
  return {
    modules: [
      plainTowerLinear(`${prefix}.patch_embed.proj`, hiddenSize, 3 * patch ** 2, vision.bool('patch_embed_proj_bias', true)),
      vector(`${prefix}.patch_embed.pos_emb`, grid.height * grid.width * hiddenSize),
      ...encoderLayers(towerLayerCount(vision, names.layers), (index) =>
        encoderLayer({ ...init, prefix: `${prefix}.encoder.blocks.${index}` }),
      ),
      norm(`${prefix}.encoder.final_layernorm`, hiddenSize, normKind),
    ],
    hiddenSize,
    intermediateSize,
    patches: grid.height * grid.width,
    unloadedParameters: 0,
  };
}
