import type { EngineSettings } from '../engine/engine-settings.ts';
import type { CacheSpec } from '../model/cache-spec.ts';
import type { LayerSpec, ModelSpec } from '../model/model-spec.ts';

/** Methods that draft with layers stored beside the model's own. @source vLLM config/speculative.py `MTPModelTypes` */
const MTP_METHODS = /(^|_)mtp$/;
/** Methods whose draft is one more decoder layer of the target's shape. @source vLLM model_executor/models/llama_eagle.py, llama_eagle3.py */
const ONE_LAYER_METHODS = ['eagle', 'eagle3'];

/**
 * Layers that speculation adds to the engine: the stored layers for multi-token prediction, or one layer of the target's
 * kind for EAGLE heads. Empty for methods that draft without layers (n-grams) and for separate draft models, whose shape
 * is another checkpoint's.
 */
export function draftLayers(model: ModelSpec, { speculativeMethod }: Pick<EngineSettings, 'speculativeMethod'>): readonly LayerSpec[] {
  if (speculativeMethod === null) return [];
  if (MTP_METHODS.test(speculativeMethod)) return model.mtpLayers;
  const last = model.layers.at(-1);
  return ONE_LAYER_METHODS.includes(speculativeMethod) && last !== undefined ? [last] : [];
}

export function draftCaches(model: ModelSpec, settings: Pick<EngineSettings, 'speculativeMethod'>): readonly CacheSpec[] {
  return draftLayers(model, settings).flatMap((layer) => layer.caches);
}
