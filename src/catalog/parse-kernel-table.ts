import type { KernelAxis, KernelTable } from './kernel-table.ts';

/** What the manifest says of a table besides its data. */
export interface KernelTableShape {
  readonly name: string;
  readonly keys: readonly string[];
  readonly axes: readonly KernelAxis[];
  readonly seriesCount: number;
}

/**
 * Undoes `encodeKernelTable`, after decompression. The bytes are words of 16 bits, first the low bytes of all, then the high bytes;
 * each word is the zigzag of its difference to the word that `predecessor` names. The words: the keys of the series, key by key,
 * then the grids.
 *
 * @throws RangeError when the length does not fit the shape
 */
export function decodeWords(shape: KernelTableShape, bytes: Uint8Array): { readonly series: number[][]; readonly codes: Uint16Array } {
  const { keys, seriesCount } = shape;
  const cells = shape.axes.reduce((product, axis) => product * axis.values.length, 1);
  const count = seriesCount * (keys.length + cells);
  if (bytes.length !== 2 * count) throw new RangeError(`${shape.name}: ${bytes.length} bytes instead of ${2 * count}`);
  const words = new Uint16Array(count);
  const row = shape.axes.at(-1)?.values.length ?? 1;
  const head = seriesCount * keys.length;
  for (let i = 0; i < count; i++) {
    const zigzag = (bytes[i] ?? 0) | ((bytes[count + i] ?? 0) << 8);
    words[i] = (words[predecessor(i, head, seriesCount, row)] ?? 0) + ((zigzag >>> 1) ^ -(zigzag & 1));
  }
  const series = Array.from({ length: seriesCount }, (_, s) => keys.map((_, k) => words[k * seriesCount + s] ?? 0));
  return { series, codes: words.subarray(head) };
}

/**
 * The word that a word is stored as the difference to, -1 for none: the one before it along its column of keys or its row of the grid;
 * the first of a row follows the first of the row before.
 */
export function predecessor(i: number, head: number, seriesCount: number, row: number): number {
  if (i < head) return i % seriesCount === 0 ? -1 : i - 1;
  const at = i - head;
  if (at % row !== 0) return i - 1;
  return at === 0 ? -1 : i - row;
}

/** A table out of its manifest entry and its decompressed bytes. */
export function parseKernelTable(shape: KernelTableShape, source: KernelTable['source'], bytes: Uint8Array): KernelTable {
  const { name, keys, axes } = shape;
  return { name, keys, axes, ...decodeWords(shape, bytes), source };
}
