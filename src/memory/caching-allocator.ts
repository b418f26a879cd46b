import { type Bytes, bytes, MIB } from '../units/bytes.ts';
import { roundUp } from '../units/integers.ts';

/** Every block is a multiple of it. */
const SMALLEST_BLOCK = 512;
/** Requests up to this size share small segments; a remainder up to it stays unused in a large one. */
const LARGEST_SMALL = MIB;
const SMALL_SEGMENT = 2 * MIB;
/** From this size on a request gets a segment of its own, rounded up to 2 MiB. */
const OWN_SEGMENT_FROM = 10 * MIB;
const LARGE_SEGMENT = 20 * MIB;
const SEGMENT_STEP = 2 * MIB;

/** How far a block may exceed a request that is too large to split. */
const LARGEST_ROUNDING = 20 * MIB;

/**
 * Bytes that torch reports as allocated after these tensors were made one after the other: what "Model loading took"
 * counts. Above the sum of the sizes, since a block of a large segment is split only when more than 1 MiB would be left
 * over; otherwise the leftover counts as allocated. A matrix of 31.5 MiB so takes 32 MiB.
 *
 *   block = best fit among free blocks, else a new segment (2 MiB, 20 MiB, or the size rounded up to 2 MiB)
 *   allocated += size rounded up to 512, or the whole block when it is not split
 *
 * Qwen2.5-7B shows it: parameters and rotary cache are 14.193 GiB, the log says 14.2488, this sum 14.2487.
 *
 * @param maxSplitBytes `max_split_size_mb` in bytes: requests of this size and above take a block whole; Infinity: no limit
 * @source PyTorch 2.x `c10/cuda/CUDACachingAllocator.cpp`: round_size, get_allocation_size, get_free_block, should_split
 *   (no `expandable_segments`)
 */
export function allocatedBytes(sizes: Iterable<number>, maxSplitBytes = Number.POSITIVE_INFINITY): Bytes {
  const free = { small: [] as number[], large: [] as number[] };
  let allocated = 0;
  for (const size of sizes) {
    if (size <= 0) continue;
    const rounded = roundUp(size, SMALLEST_BLOCK);
    const small = rounded <= LARGEST_SMALL;
    const pool = small ? free.small : free.large;
    const block = takeBestFit(pool, rounded, maxSplitBytes) ?? segmentFor(rounded);
    const left = block - rounded;
    const split = small ? left >= SMALLEST_BLOCK : rounded < maxSplitBytes && left > LARGEST_SMALL;
    allocated += split ? rounded : block;
    if (split) insertSorted(pool, left);
  }
  return bytes(allocated);
}

function segmentFor(size: number): number {
  if (size <= LARGEST_SMALL) return SMALL_SEGMENT;
  return size < OWN_SEGMENT_FROM ? LARGE_SEGMENT : roundUp(size, SEGMENT_STEP);
}

/** Removes and returns the smallest block that holds `size`; the pool is sorted. Large blocks are kept for large requests. */
function takeBestFit(pool: number[], size: number, maxSplitBytes: number): number | undefined {
  const at = firstAtLeast(pool, size);
  const block = pool[at];
  if (block === undefined) return undefined;
  if (size < maxSplitBytes ? block >= maxSplitBytes : block >= size + LARGEST_ROUNDING) return undefined;
  pool.splice(at, 1);
  return block;
}

function insertSorted(pool: number[], size: number): void {
  pool.splice(firstAtLeast(pool, size), 0, size);
}

function firstAtLeast(sorted: readonly number[], size: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < size) low = middle + 1;
    else high = middle;
  }
  return low;
}
