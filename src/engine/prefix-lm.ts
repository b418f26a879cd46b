import type { ModelSpec } from '../model/model-spec.ts';

/** Types that attend to an image in both directions. @source vLLM config/model.py `is_mm_prefix_lm` */
const PREFIX_LM_TYPES = ['gemma3', 'gemma4', 'gemma4_unified', 'paligemma', 'molmo2', 'bagel'];

/** A multimodal model whose image tokens see each other, so a whole item must be in one batch. */
export function isPrefixLm(model: ModelSpec): boolean {
  return PREFIX_LM_TYPES.includes(model.modelType) && model.towers.length > 0;
}
