import { norm, replicatedLinear } from '../../blocks/linear.ts';
import { ConfigReader } from '../../config-reader.ts';
import type { TowerSpec } from '../../model-spec.ts';
import type { ModuleSpec } from '../../module-spec.ts';
import type { Family, ModelShape } from '../family.ts';
import { languagePart } from '../multimodal/language-part.ts';
import { readGemma4Text } from './read-text.ts';
import { gemma4AudioEmbedder, gemma4AudioTower, gemma4PixelEmbedder, gemma4VisionTower } from './towers.ts';

/** Gemma 4 with a vision encoder, the small ones with an audio encoder too. @source vLLM 0.33.0 `models/gemma4_mm.py` */
export const gemma4: Family = {
  name: 'gemma4',
  architectures: ['Gemma4ForConditionalGeneration', 'Gemma4ForCausalLM'],
  modelTypes: ['gemma4', 'gemma4_text'],
  read: (config) => withTowers(config, { image: gemma4VisionTower, audio: gemma4AudioTower }),
};

/** Gemma 4 12B: embedders instead of encoders. @source vLLM 0.33.0 `models/gemma4_unified.py` */
export const gemma4Unified: Family = {
  name: 'gemma4-unified',
  architectures: ['Gemma4UnifiedForConditionalGeneration'],
  modelTypes: ['gemma4_unified'],
  read: (config) => withTowers(config, { image: gemma4PixelEmbedder, audio: gemma4AudioEmbedder }),
};

/**
 * DiffusionGemma: the layers, caches and towers of Gemma 4 26B, and a small block that feeds the last denoising step back.
 *
 * @source vLLM 0.33.0 `models/diffusion_gemma.py`
 */
export const diffusionGemma: Family = {
  name: 'diffusion-gemma',
  architectures: ['DiffusionGemmaForBlockDiffusion'],
  modelTypes: ['diffusion_gemma'],
  read: readDiffusionGemma,
};

function readDiffusionGemma(config: ConfigReader): ModelShape {
  const text = languagePart(config);
  // vLLM sets it whatever the config says: full layers have no V of their own.
  const language = { ...text.object(), attention_k_eq_v: true };
  const complete = new ConfigReader(config.has('text_config') ? { ...config.object(), text_config: language } : language, config.path);
  const shape = withTowers(complete, { image: gemma4VisionTower, audio: gemma4AudioTower });
  const width = config.optionalSize('self_conditioning_size') ?? text.size('intermediate_size');
  return {
    ...shape,
    postLayers: [...shape.postLayers, ...selfConditioning(shape.hiddenSize, width)],
    caveats: [...shape.caveats, BLOCK_DECODING],
  };
}

/** Plain matrices that every rank holds whole, whatever the quantization. */
function selfConditioning(hiddenSize: number, width: number): readonly ModuleSpec[] {
  const plain = (name: string, outFeatures: number, inFeatures: number): ModuleSpec =>
    replicatedLinear([{ name: `self_conditioning.${name}`, outFeatures }], inFeatures, { role: 'mlp', quantizable: false });
  return [
    norm('self_conditioning.pre_norm', hiddenSize),
    plain('gate_proj', width, hiddenSize),
    plain('up_proj', width, hiddenSize),
    plain('down_proj', hiddenSize, width),
  ];
}

const BLOCK_DECODING =
  'It fills in blocks of tokens at once. Weights and KV cache are counted; the buffers and logits of whole blocks are not, so the engine will have several GiB less for the cache than is said here (less with a small --max-num-seqs).';

type ReadTower = (config: ConfigReader, textHiddenSize: number) => TowerSpec;

function withTowers(config: ConfigReader, read: { readonly image: ReadTower; readonly audio: ReadTower }): ModelShape {
  const shape = readGemma4Text(languagePart(config));
  const vision = described(config.optionalChild('vision_config'));
  const audio = described(config.optionalChild('audio_config'));
  const isTextOnly = !config.has('text_config');
  return {
    ...shape,
    towers: [
      ...(vision === null ? [] : [read.image(vision, shape.hiddenSize)]),
      ...(audio === null ? [] : [read.audio(audio, shape.hiddenSize)]),
    ],
    caveats: vision !== null || isTextOnly ? shape.caveats : [...shape.caveats, WITHOUT_VISION],
  };
}

/** A tower is read only from a config that gives its sizes: the class defaults fit the small models and no others. */
function described(tower: ConfigReader | null): ConfigReader | null {
  return tower?.has('hidden_size', 'mm_embed_dim') ? tower : null;
}

const WITHOUT_VISION =
  'The config does not describe the vision encoder (nor, for the small models, the audio encoder), so the weights are those of the language model alone.';
