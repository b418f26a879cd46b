import { ceilDiv, sum } from '../units/integers.ts';
import type { KvLayer } from './kv-layer.ts';

/** Layers that share block ids, by their index. */
export interface PackedGroup {
  readonly layers: readonly number[];
}

/** Layers of one type and block, by the size of their pages. */
interface Bucket {
  readonly members: readonly number[];
  readonly byPage: ReadonlyMap<number, readonly number[]>;
}

/**
 * Groups of layers whose pages differ, packed one behind the other in a block. Where every page size of a bucket has equally
 * many layers, the bucket is a repeating pattern and may be split; the split is the one that wastes the fewest repeats,
 * never finer than the longest pattern of several page sizes.
 *
 * DeepSeek-V4-Flash: 43 windows, 21 pairs of compressor states, 20 coarse states → 22 repeats, hence 2 + 1 + 1 groups and the
 * compressed rows in a fourth.
 *
 * @source vLLM 0.33.0 `v1/core/kv_cache_planning.py` `_get_packed_kv_cache_groups`, `_approximate_gcd`
 */
export function packedGroups(layers: readonly KvLayer[]): readonly PackedGroup[] {
  const buckets = bucketsOf(layers);
  const patterns = buckets.filter(isPattern);
  const floor = Math.max(0, ...patterns.filter(({ byPage }) => byPage.size > 1).map(repeatsOf));
  const repeats = floor === 0 ? null : leastWaste(patterns.map(repeatsOf), floor);
  return buckets.flatMap((bucket) => {
    const count = repeats === null || !isPattern(bucket) ? 1 : ceilDiv(repeatsOf(bucket), repeats);
    return Array.from({ length: count }, (_, group) => ({ layers: takeEvery(bucket, count, group) }));
  });
}

/** Bytes of a block: the pages of the widest group. */
export function packedBlockBytes(layers: readonly KvLayer[], groups: readonly PackedGroup[], counts: (index: number) => boolean): number {
  return Math.max(0, ...groups.map((group) => sum(group.layers.filter(counts).map((index) => layers[index]?.pageBytes ?? 0))));
}

function bucketsOf(layers: readonly KvLayer[]): readonly Bucket[] {
  const indices = layers.map((_, index) => index);
  const types = groupBy(indices, (index) => {
    const layer = layers[index];
    return `${layer?.kind}:${layer?.spanTokens}:${layer?.blockSize}`;
  });
  return [...types.values()].map((members) => ({ members, byPage: groupBy(members, (index) => layers[index]?.pageBytes ?? 0) }));
}

function groupBy<Key>(members: readonly number[], keyOf: (member: number) => Key): ReadonlyMap<Key, readonly number[]> {
  const groups = new Map<Key, number[]>();
  for (const member of members) {
    const group = groups.get(keyOf(member));
    if (group === undefined) groups.set(keyOf(member), [member]);
    else group.push(member);
  }
  return groups;
}

function isPattern({ byPage }: Bucket): boolean {
  return new Set([...byPage.values()].map((members) => members.length)).size === 1;
}

function repeatsOf({ byPage }: Bucket): number {
  return Math.max(...[...byPage.values()].map((members) => members.length));
}

/** The length that pads the least when every count is rounded up to a multiple of it; the larger one of equals. */
function leastWaste(counts: readonly number[], least: number): number {
  const longest = Math.max(...counts);
  let best = least;
  for (let length = least; length <= longest; length += 1) {
    if (waste(counts, length) <= waste(counts, best)) best = length;
  }
  return best;
}

function waste(counts: readonly number[], length: number): number {
  return sum(counts.map((count) => (length - (count % length)) % length));
}

/** Every `count`-th repeat of the pattern; all layers of a bucket that is not split. */
function takeEvery({ members, byPage }: Bucket, count: number, group: number): readonly number[] {
  if (count === 1) return members;
  return [...byPage.values()].flatMap((pages) => pages.filter((_, position) => position % count === group));
}
