import { decoder } from '../../blocks/decoder.ts';
import { norm, vector } from '../../blocks/linear.ts';
import { plainTowerLinear, towerLayerCount } from '../../blocks/tower.ts';
import { type WhisperSizes, whisperAttention, whisperEncoder, whisperMlp } from '../../blocks/tower-whisper.ts';
import type { CacheSpec } from '../../cache-spec.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { LayerSpec, TowerSpec } from '../../model-spec.ts';
import type { Family, ModelShape } from '../family.ts';
import { readLanguageModel } from './language-model.ts';

/** Whisper: an encoder whose output every decoder layer keeps as a cross-attention cache. @source vLLM 0.33.0 `models/whisper.py` */
export const whisper: Family = {
  name: 'whisper',
  architectures: ['WhisperForConditionalGeneration'],
  modelTypes: ['whisper'],
  read: readWhisper,
};

/** Voxtral: Whisper's encoder in front of a Llama. @source vLLM 0.33.0 `models/voxtral.py` */
export const voxtral: Family = {
  name: 'voxtral',
  architectures: ['VoxtralForConditionalGeneration'],
  modelTypes: ['voxtral'],
  read: readVoxtral,
};

const NAMES = {
  embedding: 'model.decoder.embed_tokens',
  layerPrefix: 'model.decoder.layers.',
  finalNorm: 'model.decoder.layer_norm',
  head: 'proj_out',
} as const;

function readWhisper(config: ConfigReader): ModelShape {
  const hiddenSize = config.size('d_model');
  const heads = config.size('decoder_attention_heads');
  const positions = config.size('max_source_positions');
  const dimensions = {
    hiddenSize,
    layers: towerLayerCount(config, 'decoder_layers'),
    heads,
    kvHeads: heads,
    headDim: hiddenSize / heads,
    intermediateSize: config.size('decoder_ffn_dim'),
    vocabSize: config.size('vocab_size'),
  };
  const cache = { kvHeads: heads, headDim: dimensions.headDim, valueHeadDim: dimensions.headDim };
  const caches: readonly CacheSpec[] = [
    { kind: 'full', ...cache },
    { kind: 'cross', ...cache, encoderTokens: positions },
  ];
  const layer: LayerSpec = {
    modules: [
      ...whisperAttention('self_attn', hiddenSize, heads),
      ...whisperAttention('encoder_attn', hiddenSize, heads, true),
      ...whisperMlp('', hiddenSize, dimensions.intermediateSize),
      ...['self_attn_layer_norm', 'encoder_attn_layer_norm', 'final_layer_norm'].map((name) => norm(name, hiddenSize, 'layer')),
    ],
    caches,
  };
  const encoder: WhisperSizes = {
    hiddenSize,
    intermediateSize: config.size('encoder_ffn_dim'),
    heads: config.size('encoder_attention_heads'),
    layers: towerLayerCount(config, 'encoder_layers'),
    melBins: config.size('num_mel_bins'),
    positions,
  };
  const layers = Array.from({ length: dimensions.layers }, () => layer);
  return {
    ...decoder({
      dimensions,
      layers,
      tied: config.bool('tie_word_embeddings', true),
      finalNorm: 'layer',
      preLayers: [vector('model.decoder.embed_positions', config.size('max_target_positions') * hiddenSize)],
      names: NAMES,
    }),
    towers: [audioTower(encoder, 'model.encoder', positions, 1)],
  };
}

/** Frames that one token stands for: four of the encoder's are put side by side. */
const FRAMES_PER_TOKEN = 4;

function readVoxtral(config: ConfigReader): ModelShape {
  const shape = readLanguageModel(config);
  const audio = config.child('audio_config');
  const sizes: WhisperSizes = {
    hiddenSize: audio.size('hidden_size', 'd_model'),
    intermediateSize: audio.size('intermediate_size', 'encoder_ffn_dim'),
    heads: audio.size('num_attention_heads', 'encoder_attention_heads'),
    layers: towerLayerCount(audio, 'num_hidden_layers', 'encoder_layers'),
    melBins: audio.size('num_mel_bins'),
    positions: audio.size('max_source_positions'),
  };
  const tower = audioTower(sizes, 'audio_tower', null, FRAMES_PER_TOKEN);
  const projector = [
    plainTowerLinear('multi_modal_projector.linear_1', shape.hiddenSize, sizes.hiddenSize * FRAMES_PER_TOKEN, false),
    plainTowerLinear('multi_modal_projector.linear_2', shape.hiddenSize, shape.hiddenSize, false),
  ];
  return { ...shape, towers: [{ ...tower, modules: [...tower.modules, ...projector] }] };
}

function audioTower(sizes: WhisperSizes, prefix: string, maxTokensPerItem: number | null, patchesPerToken: number): TowerSpec {
  return {
    modality: 'audio',
    modules: whisperEncoder(sizes, prefix).modules,
    shardable: true,
    hiddenSize: sizes.hiddenSize,
    intermediateSize: sizes.intermediateSize,
    maxTokensPerItem,
    patchesPerToken,
  };
}
