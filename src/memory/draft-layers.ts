import type { EngineSettings } from '../engine/engine-settings.ts';
import type { CacheSpec } from '../model/cache-spec.ts';
import type { LayerSpec, ModelSpec } from '../model/model-spec.ts';

/** Methods that draft with layers stored beside the model's own. @source vLLM config/speculative.py `MTPModelTypes` */
const MTP_METHODS = /(^|_)mtp$/;
/** Methods that guess from the text alone. @source vLLM config/speculative.py */
const WITHOUT_LAYERS = /^(ngram|ngram_gpu|suffix|custom_class|extract_hidden_states)$/;

/** Vocabulary of EAGLE-3 heads, whose config is not read. @source published heads for Llama 3, Llama 4, Qwen3: `draft_vocab_size` 32000 */
export const EAGLE3_VOCABULARY = 32_000;

export type DraftKind = 'none' | 'mtp' | 'eagle' | 'eagle3' | 'model';

/**
 * What a method drafts with: stored prediction layers, one layer of the target's shape, or a checkpoint of its own.
 *
 * @source vLLM config/speculative.py; model_executor/models/llama_eagle.py, llama_eagle3.py
 */
export function draftKind(method: string | null): DraftKind {
  if (method === null || WITHOUT_LAYERS.test(method)) return 'none';
  if (MTP_METHODS.test(method)) return 'mtp';
  if (method === 'eagle' || method === 'eagle3') return method;
  return 'model';
}

/**
 * Layers that speculation adds to the engine: the stored layers for multi-token prediction, one layer of the target's kind
 * for EAGLE heads, or those of a draft model. Empty for methods that draft without layers (n-grams), and for a draft model
 * that is not known.
 */
export function draftLayers(
  model: ModelSpec,
  { speculativeMethod }: Pick<EngineSettings, 'speculativeMethod'>,
  draft: ModelSpec | null = null,
): readonly LayerSpec[] {
  const kind = draftKind(speculativeMethod);
  switch (kind) {
    case 'none':
      return [];
    case 'mtp':
      return model.mtpLayers;
    case 'eagle':
    case 'eagle3':
      return model.layers.slice(-1);
    case 'model':
      return draft?.layers ?? [];
    default:
      return kind satisfies never;
  }
}

export function draftCaches(
  model: ModelSpec,
  settings: Pick<EngineSettings, 'speculativeMethod'>,
  draft: ModelSpec | null = null,
): readonly CacheSpec[] {
  return draftLayers(model, settings, draft).flatMap((layer) => layer.caches);
}
