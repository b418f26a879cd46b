import type { Family } from '../family.ts';
import { KIMI_K25, withMoonVit } from '../multimodal/kimi-vision.ts';
import { languagePart } from '../multimodal/language-part.ts';
import { readKimiLinearText } from './read-text.ts';

export const kimiLinear: Family = {
  name: 'kimi-linear',
  architectures: ['KimiLinearForCausalLM'],
  modelTypes: ['kimi_linear'],
  read: readKimiLinearText,
};

/** Kimi-K3: Kimi-Linear's layers with gates, behind MoonViT. @source vLLM 0.33.0 `models/kimi_k3/` */
export const kimiK3: Family = {
  name: 'kimi-k3',
  architectures: ['KimiK3ForConditionalGeneration'],
  modelTypes: ['kimi_k3'],
  read: (config) => withMoonVit(config, readKimiLinearText(languagePart(config)), KIMI_K25, 'mm_projector'),
};
