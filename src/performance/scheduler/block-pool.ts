/** Free blocks that were given back together. Used again from the end of the sequence to its start. */
export interface FreeSegment {
  /** Not found by content. */
  plainBlocks: number;
  /** Found by content as long as they are not used again. */
  hashedBlocks: number;
}

/**
 * The cache's free blocks in the order in which vLLM uses them again: longest free first. Blocks have no numbers here; it matters only
 * how many there are, and how many of a preempted request's are left when it comes back.
 *
 * @source vLLM `v1/core/block_pool.py`
 */
export class BlockPool {
  free: number;
  /** Free blocks to be used before all others. */
  private readonly partialFirst: boolean;
  private firstBlocks: number;
  private queue: FreeSegment[] = [];
  private head = 0;

  /** @param partialFirst see `SchedulerRules.reusesPartialBlocksFirst` */
  constructor(blocks: number, partialFirst: boolean) {
    this.free = blocks;
    this.firstBlocks = blocks;
    this.partialFirst = partialFirst;
  }

  /** The caller has checked that there are enough. */
  take(blocks: number): void {
    this.free -= blocks;
    let left = blocks - Math.min(blocks, this.firstBlocks);
    this.firstBlocks -= blocks - left;
    while (left > 0) {
      const segment = this.queue[this.head];
      if (segment === undefined) return;
      const plain = Math.min(left, segment.plainBlocks);
      segment.plainBlocks -= plain;
      left -= plain;
      const hashed = Math.min(left, segment.hashedBlocks);
      segment.hashedBlocks -= hashed;
      left -= hashed;
      if (segment.plainBlocks === 0 && segment.hashedBlocks === 0) this.head++;
    }
    if (this.head > COMPACT_AT) {
      this.queue = this.queue.slice(this.head);
      this.head = 0;
    }
  }

  /** Gives back the blocks of a sequence, the first `hashed` of which are full. */
  give(blocks: number, hashed: number): FreeSegment {
    this.free += blocks;
    const segment = { plainBlocks: blocks - hashed, hashedBlocks: hashed };
    if (this.partialFirst) {
      this.firstBlocks += segment.plainBlocks;
      segment.plainBlocks = 0;
    }
    this.queue.push(segment);
    return segment;
  }

  /** Takes the first blocks of a sequence back as they are. */
  reclaim(segment: FreeSegment, blocks: number): void {
    segment.hashedBlocks -= blocks;
    this.free -= blocks;
  }
}

/** Used-up segments that may lie at the front of the queue. */
const COMPACT_AT = 1024;
