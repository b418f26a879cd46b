import type { EngineRules } from '../engine/rules.ts';
import { ceilDiv } from '../units/integers.ts';
import { type KvLayer, resized } from './kv-layer.ts';
import { packedGroups } from './packed-groups.ts';

/** Layers that share block ids, by their index in the list that was grouped. */
export interface KvGroup {
  readonly layers: readonly number[];
}

/**
 * How the layers of a model share one pool of blocks (vllm-memory §2.4).
 *
 * - `uniform`: one group; a block id holds one page of every layer (pages may differ in size)
 * - `equal`: several groups of equally many layers and equal pages; a block id belongs to one group at a time
 * - `packed`: several groups of unequal pages (DeepSeek V4); a block is as large as the pages of the widest group
 */
export interface KvGrouping {
  readonly kind: 'none' | 'uniform' | 'equal' | 'packed';
  /** The layers after block sizes and pages were made equal. */
  readonly layers: readonly KvLayer[];
  readonly groups: readonly KvGroup[];
}

export class UnifyError extends Error {}

/**
 * Groups layers as the engine does: one group where all are of one type, else equal groups after page sizes are unified.
 *
 * @param hybridManager false: windows and chunks are stored like full attention where the model has full attention too
 * @throws UnifyError where the engine refuses (pages that cannot be made equal)
 * @source vLLM v1/core/kv_cache_utils.py `get_kv_cache_groups`, `_get_kv_cache_groups_uniform_page_size`
 */
export function groupKvLayers(layers: readonly KvLayer[], rules: EngineRules, hybridManager: boolean): KvGrouping {
  if (layers.length === 0) return { kind: 'none', layers, groups: [] };
  const stored = hybridManager ? layers : storedInFull(layers);
  const everyLayer = { layers: stored.map((_, index) => index) };
  if (stored.some(({ kind }) => kind === 'compressed')) return { kind: 'packed', layers: stored, groups: packedGroups(stored) };
  if (isOneType(stored)) return { kind: 'uniform', layers: stored, groups: [everyLayer] };
  const unified = rules.unifiesPages ? unifyPages(stored) : stored;
  return { kind: 'equal', layers: unified, groups: equalGroups(unified, rules.groupSizeRatio) };
}

function storedInFull(layers: readonly KvLayer[]): readonly KvLayer[] {
  if (!layers.some((layer) => layer.kind === 'full')) return layers;
  return layers.map((layer) => (layer.kind === 'sliding' || layer.kind === 'chunked' ? asFull(layer) : layer));
}

/** Same page, no span. */
function asFull(layer: KvLayer): KvLayer {
  return resized({ ...layer, kind: 'full', spanTokens: 0 }, {});
}

/** Types that need the same slots for the same tokens: all full (latent included), one window, one chunk, one state. */
function isOneType(layers: readonly KvLayer[]): boolean {
  const [first] = layers;
  if (first === undefined) return true;
  return layers.every(
    (layer) => typeOf(layer) === typeOf(first) && layer.spanTokens === first.spanTokens && layer.blockSize === first.blockSize,
  );
}

function typeOf(layer: KvLayer): string {
  return layer.kind === 'latent' || layer.kind === 'indexer' ? 'full' : layer.kind;
}

/** Smaller pages get larger blocks where they divide the largest; others are padded to it. */
function unifyPages(layers: readonly KvLayer[]): readonly KvLayer[] {
  const largest = Math.max(...layers.map((layer) => layer.pageBytes));
  return layers.map((layer) => {
    if (layer.pageBytes === largest) return layer;
    if (layer.kind === 'state') return resized(layer, { pageBytes: largest });
    if (largest % layer.pageBytes === 0)
      return resized(layer, { blockSize: (layer.blockSize * largest) / layer.pageBytes, pageBytes: largest });
    if (layer.kind === 'latent' || layer.kind === 'indexer') {
      throw new UnifyError(`page of ${layer.pageBytes} B does not divide the largest page of ${largest} B and cannot be padded`);
    }
    return resized(layer, { pageBytes: largest });
  });
}

/**
 * Buckets of identical layers, split into groups of one size: the smallest bucket, or the largest when it is below
 * `ratio` times the smallest. Group i of n takes layers i, i + n, i + 2n … of its bucket.
 */
function equalGroups(layers: readonly KvLayer[], ratio: number): readonly KvGroup[] {
  const buckets = new Map<string, number[]>();
  layers.forEach((layer, index) => {
    const bucket = buckets.get(layer.key);
    if (bucket === undefined) buckets.set(layer.key, [index]);
    else bucket.push(index);
  });
  const sizes = [...buckets.values()].map((bucket) => bucket.length);
  const smallest = Math.min(...sizes);
  const largest = Math.max(...sizes);
  const groupSize = largest < smallest * ratio ? largest : smallest;
  return [...buckets.values()].flatMap((bucket) => {
    const count = ceilDiv(bucket.length, groupSize);
    return Array.from({ length: count }, (_, group) => ({ layers: bucket.filter((_, position) => position % count === group) }));
  });
}
