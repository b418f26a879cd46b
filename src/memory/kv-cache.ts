import type { EngineSettings } from '../engine/engine-settings.ts';
import type { EngineRules } from '../engine/rules.ts';
import type { CacheSpec } from '../model/cache-spec.ts';
import type { ModelSpec } from '../model/model-spec.ts';
import { bytes } from '../units/bytes.ts';
import { ceilDiv, sum } from '../units/integers.ts';
import { remembered } from '../units/remembered.ts';
import { draftCaches } from './draft-layers.ts';
import { groupKvLayers, type KvGrouping } from './kv-groups.ts';
import { type KvLayer, kvLayer } from './kv-layer.ts';
import { kvNeedBytes } from './kv-need.ts';
import type { KvCacheGroup, KvCachePlan } from './memory-plan.ts';
import { packedBlockBytes } from './packed-groups.ts';

/** A model's cache as the engine will lay it out, before it is known how many bytes there are for it. */
export interface KvLayout {
  readonly settings: EngineSettings;
  readonly rules: EngineRules;
  readonly grouping: KvGrouping;
  /** The layers before windows are stored in full or pages made equal: what releases before 0.14 check. */
  readonly bareLayers: readonly KvLayer[];
  /** Pipeline stage of each grouped layer. */
  readonly stageOf: readonly number[];
  readonly stages: number;
}

/**
 * @param stageOfLayer pipeline stage of each model layer
 * @param capability CUDA compute capability; null where the card has none
 * @param draft the separate draft model, where speculation has one
 * @throws UnifyError where the engine cannot lay the cache out
 */
export function kvLayout(
  model: ModelSpec,
  settings: EngineSettings,
  rules: EngineRules,
  stageOfLayer: readonly number[],
  capability: string | null,
  draft: ModelSpec | null = null,
): KvLayout {
  const layers: KvLayer[] = [];
  const stageOf: number[] = [];
  const checkpointing = checkpointingRecurrences(settings, rules, capability);
  const add = (cache: CacheSpec, stage: number): void => {
    layers.push(kvLayer(cache, settings, checkpointing));
    stageOf.push(stage);
  };
  model.layers.forEach((layer, index) => {
    for (const cache of layer.caches) add(cache, stageOfLayer[index] ?? 0);
  });
  for (const cache of draftCaches(model, settings, draft)) add(cache, settings.pipelineParallelSize - 1);
  const bareLayers = paddedStates(layers);
  const grouping = groupKvLayers(bareLayers, rules, settings.hybridKvCacheManager);
  return { settings, rules, grouping, bareLayers, stageOf, stages: settings.pipelineParallelSize };
}

/** Gated-delta layers export checkpoints where FlashInfer runs their prefill: Hopper and Blackwell. */
export function checkpointingRecurrences(settings: EngineSettings, rules: EngineRules, capability: string | null): readonly string[] {
  if (settings.mambaCacheMode !== 'align') return [];
  const flashInfer = capability !== null && Number(capability) >= 9;
  return rules.checkpointStates.filter((recurrence) => recurrence !== 'gdn' || flashInfer);
}

/** State pages are padded to the page of the attention layers, whose block was chosen to hold one (engine/block-size.ts). */
function paddedStates(layers: readonly KvLayer[]): readonly KvLayer[] {
  const attention = Math.max(0, ...layers.filter((layer) => layer.kind !== 'state').map((layer) => layer.pageBytes));
  return layers.map((layer) => (layer.kind === 'state' && layer.pageBytes < attention ? { ...layer, pageBytes: attention } : layer));
}

/** Bytes that one block id takes on a stage: its pages, or the common page times the layers of its fullest group. */
export const blockBytesOfStage = remembered(({ grouping, stageOf }: KvLayout, stage: number): number => {
  const onStage = (index: number): boolean => stageOf[index] === stage;
  if (grouping.kind === 'uniform') return sum(grouping.layers.filter((_, index) => onStage(index)).map((layer) => layer.pageBytes));
  if (grouping.kind === 'packed') return packedBlockBytes(grouping.layers, grouping.groups, onStage);
  return pageOf(grouping) * layersOfFullestGroup(grouping, onStage);
}, String);

function pageOf(grouping: KvGrouping): number {
  return grouping.layers[0]?.pageBytes ?? 0;
}

function layersOfFullestGroup(grouping: KvGrouping, counts: (index: number) => boolean): number {
  return Math.max(0, ...grouping.groups.map((group) => group.layers.filter(counts).length));
}

/**
 * What the "at least one request" check asks of a stage for a context of `modelLen` tokens.
 *
 * @source vLLM v1/core/kv_cache_utils.py `_max_memory_usage_bytes_from_groups`, before 0.14 `max_memory_usage_bytes`
 */
export function requestBytesOfStage(layout: KvLayout, stage: number, modelLen: number): number {
  const { grouping, rules, settings } = layout;
  const need = (layer: KvLayer): number => kvNeedBytes(layer, modelLen, settings, rules);
  if (grouping.kind === 'uniform' || rules.needCheck === 'layers') {
    return sum(layersOfStage(layout, stage).map(({ layer, count }) => count * need(layer)));
  }
  if (grouping.kind === 'packed') return blockBytesOfStage(layout, stage) * packedPages(grouping, need);
  const page = pageOf(grouping);
  return blockBytesOfStage(layout, stage) * sum(firstLayers(grouping).map((layer) => ceilDiv(need(layer), page)));
}

/** The layers whose needs add up on a stage, equal ones counted: the search for the longest context asks for each need 26 times. */
const layersOfStage = remembered((layout: KvLayout, stage: number): readonly { readonly layer: KvLayer; readonly count: number }[] => {
  const layers = layout.rules.needCheck === 'layers' ? layout.bareLayers : layout.grouping.layers;
  const counted = new Map<string, { layer: KvLayer; count: number }>();
  layers.forEach((layer, index) => {
    if (layout.stageOf[index] !== stage) return;
    const key = JSON.stringify(layer);
    const alike = counted.get(key);
    counted.set(key, { layer, count: (alike?.count ?? 0) + 1 });
  });
  return [...counted.values()];
}, String);

/** Blocks of one request where pages differ: each group takes as many as its most demanding layer. */
function packedPages({ layers, groups }: KvGrouping, need: (layer: KvLayer) => number): number {
  const pages = (index: number): number => {
    const layer = layers[index];
    return layer === undefined ? 0 : ceilDiv(need(layer), layer.pageBytes);
  };
  return sum(groups.map((group) => Math.max(0, ...group.layers.map(pages))));
}

/** One layer of each group; the others are like it. */
function firstLayers(grouping: KvGrouping): readonly KvLayer[] {
  return grouping.groups.flatMap((group) => grouping.layers[group.layers[0] ?? -1] ?? []);
}

/** Blocks that a request of `modelLen` tokens takes from the pool, as the concurrency figure counts them. */
function blocksPerRequest({ grouping, rules, settings }: KvLayout, modelLen: number): number {
  if (grouping.kind === 'uniform') {
    const pages = sum(grouping.layers.map((layer) => layer.pageBytes));
    return ceilDiv(sum(grouping.layers.map((layer) => kvNeedBytes(layer, modelLen, settings, rules))), pages);
  }
  if (grouping.kind === 'packed') return packedPages(grouping, (layer) => kvNeedBytes(layer, modelLen, settings, rules));
  const page = pageOf(grouping);
  const needs = firstLayers(grouping).map((layer) => kvNeedBytes(layer, modelLen, settings, rules));
  return rules.concurrency === 'ceil-per-group' ? sum(needs.map((need) => ceilDiv(need, page))) : ceilDiv(sum(needs), page);
}

/**
 * The cache in `available` bytes: blocks, tokens and concurrency as that version reports them.
 *
 * @param availableOfStage KV bytes of each pipeline stage; the smallest block count rules
 */
export function planKvCache(layout: KvLayout, availableOfStage: readonly number[], numGpuBlocksOverride: number | null): KvCachePlan {
  const { settings, grouping } = layout;
  const numBlocks = numGpuBlocksOverride ?? smallestPool(layout, availableOfStage);
  const concurrency = maxConcurrency(layout, numBlocks);
  const tightest = tightestStage(layout, availableOfStage);
  return {
    dtype: settings.kvCacheDtype,
    blockSize: settings.blockSize,
    groups: grouping.groups.map((group) => describeGroup(grouping, group.layers)),
    blockBytes: bytes(blockBytesOfStage(layout, 0)),
    numBlocks,
    tokens: reportedTokens(layout, numBlocks, concurrency),
    maxModelLen: settings.maxModelLen,
    maxConcurrency: concurrency,
    bytesPerRequest: bytes(requestBytesOfStage(layout, tightest, settings.maxModelLen)),
    estimatedMaxModelLen: longestModelLen(layout, availableOfStage, settings.derivedMaxModelLen),
  };
}

/** The tokens of `planKvCache` alone: ranges ask for them at both of their ends. */
export function cacheTokens(layout: KvLayout, availableOfStage: readonly number[], numGpuBlocksOverride: number | null): number {
  const numBlocks = numGpuBlocksOverride ?? smallestPool(layout, availableOfStage);
  return reportedTokens(layout, numBlocks, maxConcurrency(layout, numBlocks));
}

/** Every stage has as many blocks as the poorest. */
function smallestPool(layout: KvLayout, availableOfStage: readonly number[]): number {
  const stages = Array.from({ length: layout.stages }, (_, stage) => stage);
  return Math.min(...stages.map((stage) => blocksIn(availableOfStage[stage] ?? 0, blockBytesOfStage(layout, stage))));
}

function blocksIn(available: number, blockBytes: number): number {
  if (blockBytes === 0) return Number.MAX_SAFE_INTEGER;
  return Math.max(0, Math.floor(available / blockBytes));
}

/** Rank 0 unless a later stage cannot hold one request: the error names the first that fails. */
function tightestStage(layout: KvLayout, availableOfStage: readonly number[]): number {
  const fails = availableOfStage.findIndex((_, stage) => !holdsOneRequest(layout, availableOfStage, stage, layout.settings.maxModelLen));
  return Math.max(0, fails);
}

export function holdsOneRequest(layout: KvLayout, availableOfStage: readonly number[], stage: number, modelLen: number): boolean {
  return requestBytesOfStage(layout, stage, modelLen) <= checkedBytes(layout, availableOfStage[stage] ?? 0, stage);
}

/** From 0.29 on the check leaves out the block that the pool holds back. */
export function checkedBytes(layout: KvLayout, available: number, stage: number): number {
  return layout.rules.checkLeavesNullBlock ? available - blockBytesOfStage(layout, stage) : available;
}

function maxConcurrency(layout: KvLayout, numBlocks: number): number {
  const { settings, rules } = layout;
  if (rules.concurrency === 'tokens') return (numBlocks * settings.blockSize) / settings.maxModelLen;
  return numBlocks / blocksPerRequest(layout, settings.maxModelLen);
}

/** "GPU KV cache size: N tokens", which has meant three things (vllm-memory §2.7). */
function reportedTokens({ settings, rules, grouping }: KvLayout, numBlocks: number, concurrency: number): number {
  switch (rules.tokensReported) {
    case 'blocks':
      return numBlocks * settings.blockSize;
    case 'blocks-per-group': {
      const smallest = Math.min(...firstLayers(grouping).map((layer) => layer.blockSize));
      return Math.floor(numBlocks / grouping.groups.length) * smallest * settings.decodeContextParallelSize;
    }
    case 'concurrency':
      return Math.trunc(concurrency * settings.maxModelLen);
    default:
      return rules.tokensReported satisfies never;
  }
}

/** Far above any model's limit; keeps the search exact where no limit is known. */
export const LONGEST_SEARCHED_TOKENS = 2 ** 26;

/**
 * The longest context in [1, upTo] of which one request fits on every stage; null when not even one token does.
 *
 * @source vLLM v1/core/kv_cache_utils.py `_estimate_max_model_len_from_groups`: a binary search over the same need
 */
export function longestModelLen(layout: KvLayout, availableOfStage: readonly number[], upTo: number): number | null {
  const fits = (modelLen: number): boolean =>
    availableOfStage.every((_, stage) => holdsOneRequest(layout, availableOfStage, stage, modelLen));
  if (!fits(1)) return null;
  let low = 1;
  let high = Math.max(1, Math.min(upTo, LONGEST_SEARCHED_TOKENS));
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function describeGroup(grouping: KvGrouping, members: readonly number[]): KvCacheGroup {
  const layers = members.flatMap((index) => grouping.layers[index] ?? []);
  const [first] = layers;
  const kinds = [...new Set(layers.map((layer) => layer.kind))].sort();
  return {
    kind: kinds.join('+'),
    layers: layers.length,
    pageBytes: bytes(Math.max(...layers.map((layer) => layer.pageBytes))),
    blockSize: first?.blockSize ?? 0,
  };
}
