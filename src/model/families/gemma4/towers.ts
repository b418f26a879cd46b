import { norm, vector } from '../../blocks/linear.ts';
import { encoderLayer, encoderLayers, plainTowerLinear, replicatedProjector, towerColumn, towerLayerCount } from '../../blocks/tower.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { TowerSpec } from '../../model-spec.ts';
import type { ModuleSpec } from '../../module-spec.ts';

/** Class defaults. @source transformers 5.20 `configuration_gemma4.py` `Gemma4VisionConfig`, `Gemma4AudioConfig` */
const VISION = { patch: 16, positions: 10_240, pooling: 3 };
const AUDIO = { heads: 8, kernel: 5, outputSize: 1536 };
/** Tokens of one image. @source vLLM 0.33.0 `models/gemma4_mm.py` (`default_output_length`) */
const IMAGE_TOKENS = 280;

/** Vision encoder of Gemma 4: transformers' own, so every rank holds it whole. @source transformers 5.20 `modeling_gemma4.py` */
/** Language-model tokens of one video of the processor's largest size. @source vLLM 0.33.0 `MultiModalBudget` for gemma-4-26B-A4B (test/golden/oracle) */
const VIDEO_TOKENS = 2496;

export function gemma4VisionTower(vision: ConfigReader, textHiddenSize: number): TowerSpec {
  const hiddenSize = vision.size('hidden_size');
  const intermediateSize = vision.size('intermediate_size');
  const headDim = vision.size('head_dim');
  const patch = vision.optionalSize('patch_size') ?? VISION.patch;
  const init = { ...LAYER, hiddenSize, intermediateSize, headDim, heads: vision.size('num_attention_heads') };
  return {
    modality: 'image',
    modules: [
      plainTowerLinear('vision_tower.patch_embedder.input_proj', hiddenSize, 3 * patch ** 2, false),
      vector(
        'vision_tower.patch_embedder.position_embedding_table',
        2 * (vision.optionalSize('position_embedding_size') ?? VISION.positions) * hiddenSize,
      ),
      ...encoderLayers(towerLayerCount(vision, 'num_hidden_layers'), (index) => {
        const prefix = `vision_tower.encoder.layers.${index}`;
        const norms = [norm(`${prefix}.self_attn.q_norm`, headDim), norm(`${prefix}.self_attn.k_norm`, headDim)];
        return [...encoderLayer({ ...init, prefix }), ...norms];
      }),
      replicatedProjector('embed_vision.embedding_projection', textHiddenSize, hiddenSize, false),
    ],
    shardable: false,
    hiddenSize,
    intermediateSize,
    maxTokensPerItem: Math.max(vision.optionalSize('default_output_length') ?? IMAGE_TOKENS, VIDEO_TOKENS),
    patchesPerToken: (vision.optionalSize('pooling_kernel_size') ?? VISION.pooling) ** 2,
  };
}

const LAYER = {
  attention: { inputs: ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj'], output: 'self_attn.o_proj' },
  attentionBias: false,
  mlp: { inputs: ['mlp.gate_proj', 'mlp.up_proj'], output: 'mlp.down_proj' },
  mlpBias: false,
  norms: ['input_layernorm', 'post_attention_layernorm', 'pre_feedforward_layernorm', 'post_feedforward_layernorm'],
  normKind: 'rms',
} as const;

/** Channels of the two convolutions in front of the audio encoder, which shrink 128 mel bins to 32. */
const SUBSAMPLING = [128, 32] as const;
const MEL_BINS_LEFT = 32;
const CONVOLUTION = 3 * 3;

/** Audio encoder of the small Gemma 4 models: a conformer, whole on every rank. @source transformers 5.20 `modeling_gemma4.py` */
export function gemma4AudioTower(audio: ConfigReader, textHiddenSize: number): TowerSpec {
  const hiddenSize = audio.size('hidden_size');
  const outputSize = audio.optionalSize('output_proj_dims') ?? AUDIO.outputSize;
  const channels = audio.optionalInts('subsampling_conv_channels') ?? SUBSAMPLING;
  const [first, second] = [channels[0] ?? SUBSAMPLING[0], channels[1] ?? SUBSAMPLING[1]];
  const prefix = 'audio_tower.subsample_conv_projection';
  const sizes = {
    hiddenSize,
    headDim: hiddenSize / (audio.optionalSize('num_attention_heads') ?? AUDIO.heads),
    kernel: audio.optionalSize('conv_kernel_size') ?? AUDIO.kernel,
  };
  return {
    modality: 'audio',
    modules: [
      plainTowerLinear(`${prefix}.layer0.conv`, first, CONVOLUTION, false),
      norm(`${prefix}.layer0.norm`, first),
      plainTowerLinear(`${prefix}.layer1.conv`, second, first * CONVOLUTION, false),
      norm(`${prefix}.layer1.norm`, second),
      plainTowerLinear(`${prefix}.input_proj_linear`, hiddenSize, second * MEL_BINS_LEFT, false),
      ...encoderLayers(towerLayerCount(audio, 'num_hidden_layers'), (index) => conformerLayer(`audio_tower.layers.${index}`, sizes)),
      plainTowerLinear('audio_tower.output_proj', outputSize, hiddenSize, true),
      replicatedProjector('embed_audio.embedding_projection', textHiddenSize, outputSize, false),
    ],
    shardable: false,
    hiddenSize,
    intermediateSize: 4 * hiddenSize,
    maxTokensPerItem: null,
    patchesPerToken: null,
  };
}

interface ConformerSizes {
  readonly hiddenSize: number;
  readonly headDim: number;
  readonly kernel: number;
}

function conformerLayer(prefix: string, { hiddenSize, headDim, kernel }: ConformerSizes): readonly ModuleSpec[] {
  const square = (name: string) => replicated(`${prefix}.${name}`, hiddenSize, hiddenSize);
  const feedForward = (name: string): readonly ModuleSpec[] => [
    replicated(`${prefix}.${name}.ffw_layer_1`, 4 * hiddenSize, hiddenSize),
    replicated(`${prefix}.${name}.ffw_layer_2`, hiddenSize, 4 * hiddenSize),
    norm(`${prefix}.${name}.pre_layer_norm`, hiddenSize),
    norm(`${prefix}.${name}.post_layer_norm`, hiddenSize),
  ];
  return [
    ...feedForward('feed_forward1'),
    ...['q_proj', 'k_proj', 'v_proj', 'post', 'relative_k_proj'].map((name) => square(`self_attn.${name}`)),
    vector(`${prefix}.self_attn.per_dim_scale`, headDim),
    replicated(`${prefix}.lconv1d.linear_start`, 2 * hiddenSize, hiddenSize),
    square('lconv1d.linear_end'),
    vector(`${prefix}.lconv1d.depthwise_conv1d`, kernel * hiddenSize),
    norm(`${prefix}.lconv1d.pre_layer_norm`, hiddenSize),
    norm(`${prefix}.lconv1d.conv_norm`, hiddenSize),
    ...feedForward('feed_forward2'),
    ...['norm_pre_attn', 'norm_post_attn', 'norm_out'].map((name) => norm(`${prefix}.${name}`, hiddenSize)),
  ];
}

function replicated(name: string, outFeatures: number, inFeatures: number): ModuleSpec {
  return towerColumn([{ name, outFeatures }], inFeatures, false);
}

/** Gemma 4 without encoders: pixels are projected straight into the language model. @source vLLM 0.33.0 `models/gemma4_unified.py` */
export function gemma4PixelEmbedder(vision: ConfigReader, textHiddenSize: number): TowerSpec {
  const width = vision.size('mm_embed_dim');
  const patchWidth = 3 * vision.size('model_patch_size') ** 2;
  return {
    modality: 'image',
    modules: [
      norm('vision_embedder.patch_ln1', patchWidth, 'layer'),
      towerColumn([{ name: 'vision_embedder.patch_dense', outFeatures: width }], patchWidth, true),
      norm('vision_embedder.patch_ln2', width, 'layer'),
      vector('vision_embedder.pos_embedding', 2 * vision.size('mm_posemb_size') * width),
      norm('vision_embedder.pos_norm', width, 'layer'),
      replicatedProjector('embed_vision.embedding_projection', textHiddenSize, vision.optionalSize('output_proj_dims') ?? width, false),
    ],
    shardable: true,
    hiddenSize: width,
    intermediateSize: null,
    maxTokensPerItem: vision.optionalSize('num_soft_tokens') ?? IMAGE_TOKENS,
    patchesPerToken: 1,
  };
}

export function gemma4AudioEmbedder(audio: ConfigReader, textHiddenSize: number): TowerSpec {
  const width = audio.size('output_proj_dims', 'hidden_size', 'audio_embed_dim');
  return {
    modality: 'audio',
    modules: [replicatedProjector('embed_audio.embedding_projection', textHiddenSize, width, false)],
    shardable: false,
    hiddenSize: width,
    intermediateSize: null,
    maxTokensPerItem: null,
    patchesPerToken: 1,
  };
}
