import { sum } from '../../units/integers.ts';
import type { ConfigReader } from '../config-reader.ts';
import { parametersOf } from '../count-parameters.ts';
import type { ModuleSpec } from '../module-spec.ts';
import { norm, vector } from './linear.ts';
import { encoderLayer, encoderLayers, plainTowerLinear, towerLayerCount } from './tower.ts';

/** An encoder out of its config, before a projector is put behind it. */
export interface Encoder {
  readonly modules: readonly ModuleSpec[];
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  /** Patches of one image (or tile) at the encoder's own resolution. */
  readonly patches: number;
  /** Parameters of stored layers behind the one whose output is used: vLLM leaves them out. */
  readonly unloadedParameters: number;
}

interface VitSizes {
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly heads: number;
  readonly layers: number;
  readonly patch: number;
  readonly image: number;
}

export function readVitSizes(vision: ConfigReader): VitSizes {
  return {
    hiddenSize: vision.size('hidden_size'),
    intermediateSize: vision.size('intermediate_size'),
    heads: vision.size('num_attention_heads'),
    layers: towerLayerCount(vision, 'num_hidden_layers'),
    patch: vision.size('patch_size'),
    image: vision.size('image_size'),
  };
}

/**
 * How many layers run when the output of one of them is taken: -1 is the last, -2 the one before.
 *
 * @param name field with the number of that layer; `absent` where the config does not say
 * @source vLLM 0.33.0 `models/llava.py` `_get_num_hidden_layers`, `_get_layer_index`
 */
export function layersUpTo(config: ConfigReader, name: string, absent: number, layers: number): number {
  const layer = config.optionalNumber(name) ?? absent;
  const used = layer < 0 ? layers + layer + 1 : layer;
  return Number.isInteger(used) && used >= 0 && used <= layers ? used : config.refuse(name, `the encoder has ${layers} layers`);
}

const LAYER = {
  attention: { inputs: ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj'], output: 'self_attn.out_proj' },
  attentionBias: true,
  mlp: { inputs: ['mlp.fc1'], output: 'mlp.fc2' },
  mlpBias: true,
  norms: ['layer_norm1', 'layer_norm2'],
  normKind: 'layer',
} as const;

/** CLIP's vision encoder: a class token and a norm in front. @source vLLM 0.33.0 `models/clip.py` */
export function clipEncoder(sizes: VitSizes, prefix: string, usedLayers = sizes.layers): Encoder {
  const { hiddenSize, patch } = sizes;
  const patches = Math.floor(sizes.image / patch) ** 2;
  return encoder(sizes, prefix, usedLayers, [
    vector(`${prefix}.embeddings.class_embedding`, hiddenSize),
    plainTowerLinear(`${prefix}.embeddings.patch_embedding`, hiddenSize, 3 * patch ** 2, false),
    vector(`${prefix}.embeddings.position_embedding`, (patches + 1) * hiddenSize),
    norm(`${prefix}.pre_layrnorm`, hiddenSize, 'layer'),
  ]);
}

/** SigLIP's vision encoder, without pooling head. @source vLLM 0.33.0 `models/siglip.py` */
export function siglipEncoder(sizes: VitSizes, prefix: string, usedLayers = sizes.layers): Encoder {
  const { hiddenSize, patch } = sizes;
  return encoder(sizes, prefix, usedLayers, [
    plainTowerLinear(`${prefix}.embeddings.patch_embedding`, hiddenSize, 3 * patch ** 2, true),
    vector(`${prefix}.embeddings.position_embedding`, Math.floor(sizes.image / patch) ** 2 * hiddenSize),
  ]);
}

/** Layers behind the used ones are not loaded, nor is the norm behind them all. */
function encoder(sizes: VitSizes, prefix: string, usedLayers: number, embeddings: readonly ModuleSpec[]): Encoder {
  const { hiddenSize, intermediateSize, heads, layers, patch, image } = sizes;
  const layer = (index: number) =>
    encoderLayer({ ...LAYER, hiddenSize, intermediateSize, heads, prefix: `${prefix}.encoder.layers.${index}` });
  const finalNorm = norm(`${prefix}.post_layernorm`, hiddenSize, 'layer');
  const unused = usedLayers < layers ? [...encoderLayers(layers - usedLayers, layer), finalNorm] : [];
  return {
    modules: [...embeddings, ...encoderLayers(usedLayers, layer), ...(usedLayers < layers ? [] : [finalNorm])],
    hiddenSize,
    intermediateSize,
    patches: Math.floor(image / patch) ** 2,
    unloadedParameters: sum(unused.map(parametersOf)),
  };
}
