import type { ConfigReader } from '../../config-reader.ts';
import type { TowerSpec } from '../../model-spec.ts';
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
