import type { ConfigReader } from '../config-reader.ts';
import type { TowerSpec } from '../model-spec.ts';
import type { ModuleSpec } from '../module-spec.ts';
import { norm, vector } from './linear.ts';
import { type EncoderLayerInit, encoderLayer, encoderLayers, plainTowerLinear, towerColumn, towerLayerCount, towerRow } from './tower.ts';

type Generation = 'qwen2' | 'qwen2.5' | 'qwen3';

/** Pixels of the largest image, by the published preprocessor_config.json (`max_pixels`, `size.longest_edge`). */
const MAX_PIXELS = { qwen2: 12_845_056, 'qwen2.5': 12_845_056, qwen3: 16_777_216 } as const satisfies Record<Generation, number>;

/**
 * Vision transformer of Qwen2-VL, Qwen2.5-VL and Qwen3-VL (also Qwen 3.5 and later): patches of patch × patch × frames,
 * a merger that joins `spatial_merge_size`² of them into one token, in Qwen3-VL one more merger a deepstack level.
 *
 * @param vision the `vision_config`
 * @source vLLM 0.33.0 `models/qwen2_vl.py`, `qwen2_5_vl.py`, `qwen3_vl.py` (`Qwen3_VisionTransformer`)
 */
export function qwenVisionTower(vision: ConfigReader, generation: Generation, textHiddenSize: number): TowerSpec {
  const hiddenSize = generation === 'qwen2' ? vision.size('embed_dim') : vision.size('hidden_size');
  const outSize =
    generation === 'qwen2'
      ? (vision.optionalSize('hidden_size') ?? textHiddenSize)
      : (vision.optionalSize('out_hidden_size') ?? textHiddenSize);
  const intermediateSize =
    generation === 'qwen2' ? Math.trunc(hiddenSize * (vision.optionalNumber('mlp_ratio') ?? 4)) : vision.size('intermediate_size');
  const depth = towerLayerCount(vision, 'depth');
  const patch = vision.optionalSize('patch_size') ?? 14;
  const merge = vision.optionalSize('spatial_merge_size') ?? 2;
  const patchInputs =
    (vision.optionalSize('in_channels', 'in_chans') ?? 3) * (vision.optionalSize('temporal_patch_size') ?? 2) * patch ** 2;
  const heads = vision.size('num_heads');
  const init = { ...LAYER[generation], hiddenSize, intermediateSize, heads, kvHeads: vision.optionalSize('num_key_value_heads') ?? heads };
  const mergers = { hiddenSize, mergedSize: hiddenSize * merge ** 2, outSize };
  const levels = generation === 'qwen3' ? (vision.optionalInts('deepstack_visual_indexes')?.length ?? 0) : 0;
  return {
    modality: 'image',
    modules: [
      plainTowerLinear('visual.patch_embed.proj', hiddenSize, patchInputs, generation === 'qwen3'),
      ...(generation === 'qwen3' ? [vector('visual.pos_embed', vision.size('num_position_embeddings') * hiddenSize)] : []),
      ...encoderLayers(depth, (index) => encoderLayer({ ...init, prefix: `visual.blocks.${index}` })),
      ...merger({ ...mergers, names: MERGER[generation], norm: generation === 'qwen2.5' ? 'rms' : 'layer', normSize: hiddenSize }),
      ...encoderLayers(levels, (index) =>
        merger({ ...mergers, names: deepstackNames(index), norm: 'layer', normSize: mergers.mergedSize }),
      ),
    ],
    shardable: true,
    hiddenSize,
    intermediateSize,
    maxTokensPerItem: Math.floor(MAX_PIXELS[generation] / (patch * merge) ** 2),
    patchesPerToken: merge ** 2,
    pixelsPerToken: (patch * merge) ** 2,
  };
}

type LayerNames = Omit<EncoderLayerInit, 'prefix' | 'hiddenSize' | 'intermediateSize' | 'heads'>;

const ATTENTION = {
  attention: { inputs: ['attn.qkv'], output: 'attn.proj' },
  attentionBias: true,
  norms: ['norm1', 'norm2'],
} as const;

const LAYER: Readonly<Record<Generation, LayerNames>> = {
  qwen2: { ...ATTENTION, mlp: { inputs: ['mlp.fc1'], output: 'mlp.fc2' }, mlpBias: true, normKind: 'layer' },
  'qwen2.5': {
    ...ATTENTION,
    mlp: { inputs: ['mlp.gate_proj', 'mlp.up_proj'], output: 'mlp.down_proj' },
    mlpBias: true,
    normKind: 'rms',
  },
  qwen3: { ...ATTENTION, mlp: { inputs: ['mlp.linear_fc1'], output: 'mlp.linear_fc2' }, mlpBias: true, normKind: 'layer' },
};

interface MergerNames {
  readonly norm: string;
  readonly up: string;
  readonly down: string;
}

const MLP_MERGER: MergerNames = { norm: 'visual.merger.ln_q', up: 'visual.merger.mlp.0', down: 'visual.merger.mlp.2' };

const MERGER: Readonly<Record<Generation, MergerNames>> = {
  qwen2: MLP_MERGER,
  'qwen2.5': MLP_MERGER,
  qwen3: { norm: 'visual.merger.norm', up: 'visual.merger.linear_fc1', down: 'visual.merger.linear_fc2' },
};

function deepstackNames(index: number): MergerNames {
  const prefix = `visual.deepstack_merger_list.${index}`;
  return { norm: `${prefix}.norm`, up: `${prefix}.linear_fc1`, down: `${prefix}.linear_fc2` };
}

interface MergerInit {
  readonly names: MergerNames;
  readonly mergedSize: number;
  readonly outSize: number;
  readonly norm: 'rms' | 'layer';
  readonly normSize: number;
}

function merger({ names, mergedSize, outSize, norm: kind, normSize }: MergerInit): readonly ModuleSpec[] {
  return [
    norm(names.norm, normSize, kind),
    towerColumn([{ name: names.up, outFeatures: mergedSize }], mergedSize, true),
    towerRow(names.down, outSize, mergedSize, true),
  ];
}
