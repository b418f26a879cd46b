import type { EngineSettings } from '../engine/engine-settings.ts';
import type { EngineRules } from '../engine/rules.ts';
import { ceilDiv } from '../units/integers.ts';
import type { KvLayer } from './kv-layer.ts';

/**
 * Bytes that one request of `modelLen` tokens needs in one layer (vLLM's `max_memory_usage_bytes`):
 *
 *   full, latent    ceil(M / dcp / bs) pages
 *   window W        ceil(min(W − 1 + F, M) / bs) + 1 pages
 *   chunk C         ceil(min(C + F, M) / bs) pages
 *   state           1 + speculative pages; one more in mode `align`; by blocks in mode `all`
 *   cross           ceil(encoder tokens / bs) pages
 *
 * F is the prefill budget, or one for each batch in flight from 0.26 on.
 *
 * @source vLLM v1/kv_cache_interface.py at 0.10.2, 0.19.1, 0.24.0, 0.26.0 and 0.33.0 (vllm-memory §2.3)
 */
export function kvNeedBytes(layer: KvLayer, modelLen: number, settings: EngineSettings, rules: EngineRules): number {
  return kvNeedPages(layer, modelLen, settings, rules) * layer.pageBytes;
}

function kvNeedPages(layer: KvLayer, modelLen: number, settings: EngineSettings, rules: EngineRules): number {
  const inFlight = prefillTokensInFlight(settings, rules);
  switch (layer.kind) {
    case 'full':
    case 'latent':
    case 'indexer':
    case 'compressed':
      return ceilDiv(ceilDiv(modelLen, settings.decodeContextParallelSize), layer.blockSize);
    case 'sliding':
    case 'window-rows':
      return ceilDiv(Math.min(layer.spanTokens - 1 + inFlight, modelLen), layer.blockSize) + 1;
    case 'chunked':
      return ceilDiv(Math.min(layer.spanTokens + inFlight, modelLen), layer.blockSize);
    case 'cross':
      return ceilDiv(layer.spanTokens, layer.blockSize);
    case 'state':
      return statePages(layer, modelLen, settings);
    default:
      return layer.kind satisfies never;
  }
}

function statePages(layer: KvLayer, modelLen: number, { mambaCacheMode, numSpeculativeTokens }: EngineSettings): number {
  if (mambaCacheMode === 'all') return ceilDiv(modelLen, layer.blockSize) + numSpeculativeTokens;
  return (mambaCacheMode === 'align' ? 2 + layer.checkpointStates : 1) + numSpeculativeTokens;
}

function prefillTokensInFlight(settings: EngineSettings, rules: EngineRules): number {
  const batches = rules.windowCountsBatchesInFlight ? batchesInFlight(settings) : 1;
  return settings.maxNumBatchedTokens * batches;
}

/** Batches that may run at once. @source vLLM config/vllm.py `max_concurrent_batches` */
function batchesInFlight({ asyncScheduling, modelRunner, pipelineParallelSize }: EngineSettings): number {
  if (!asyncScheduling) return pipelineParallelSize;
  if (modelRunner === 'v2') return pipelineParallelSize + 1;
  return pipelineParallelSize === 1 ? 2 : pipelineParallelSize;
}
