import { hybridBlockSize } from '../engine/block-size.ts';
import type { EngineSettings } from '../engine/engine-settings.ts';
import { hasRecurrentState } from '../engine/model-runner.ts';
import type { EngineRules } from '../engine/rules.ts';
import type { CacheSpec } from '../model/cache-spec.ts';
import type { ModelSpec } from '../model/model-spec.ts';
import { checkpointingRecurrences } from './kv-cache.ts';
import { kvLayer, statePageBytes } from './kv-layer.ts';

/** Scan chunk of models that name none. @source vLLM config/model.py `get_mamba_chunk_size` */
const DEFAULT_CHUNK_TOKENS = 256;

/** The settings with the block of a hybrid model enlarged until an attention page holds a recurrent state. */
export function withHybridBlock(
  model: ModelSpec,
  settings: EngineSettings,
  rules: EngineRules,
  gpu: { readonly computeCapability?: string },
  mambaBlockSize: number | null,
): EngineSettings {
  if (!hasRecurrentState(model)) return settings;
  const caches = model.layers.flatMap((layer) => layer.caches);
  const attention = caches.find(isAttention);
  if (attention === undefined) return settings;
  const states = caches.filter((cache) => cache.kind === 'state');
  const checkpointing = checkpointingRecurrences(settings, rules, gpu.computeCapability ?? null);
  const blockSize = hybridBlockSize({
    rules,
    blockSize: settings.blockSize,
    usesLatentAttention: attention.kind === 'latent',
    computeCapability: gpu.computeCapability ?? null,
    tokenBytes: kvLayer(attention, { ...settings, blockSize: 1 }).pageBytes,
    stateBytes: Math.max(...states.map((state) => statePageBytes(state, settings))),
    mode: settings.mambaCacheMode,
    checkpoints: states.every((state) => state.recurrence === 'gdn') && checkpointing.includes('gdn'),
    chunkTokens: mambaBlockSize ?? states.find((state) => state.chunkTokens !== null)?.chunkTokens ?? DEFAULT_CHUNK_TOKENS,
  });
  return { ...settings, blockSize };
}

function isAttention(cache: CacheSpec): boolean {
  return cache.kind === 'full' || cache.kind === 'latent';
}
