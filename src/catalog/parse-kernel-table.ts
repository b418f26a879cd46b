import type { KernelAxis, KernelTable } from './kernel-table.ts';

/** What the manifest says of a table besides its data. */
export interface KernelTableShape {
  readonly name: string;
  readonly keys: readonly string[];
  readonly axes: readonly KernelAxis[];
  readonly seriesCount: number;
}

/**
 * Undoes `encodeWords`, after decompression. The bytes are words of 16 bits, first the low bytes of all, then the high bytes; each word
 * is the zigzag of its difference to the one before it in its run. The runs: one for every key, with its number in each series; then
 * the rows of the grids along the last axis, where the first of a row follows the first of the row before.
 *
 * @throws RangeError when the length does not fit the shape
 */
export function decodeWords(shape: KernelTableShape, bytes: Uint8Array): { readonly series: number[][]; readonly codes: Uint16Array } {
  const { keys, seriesCount } = shape;
  const cells = shape.axes.reduce((product, axis) => product * axis.values.length, 1);
  const count = seriesCount * (keys.length + cells);
  if (bytes.length !== 2 * count) throw new RangeError(`${shape.name}: ${bytes.length} bytes instead of ${2 * count}`);
  const words = new Uint16Array(count);
  const head = seriesCount * keys.length;
  const decodeRun = (from: number, length: number, start: number): number => {
    let word = start;
    for (let i = from; i < from + length; i++) {
      const zigzag = (bytes[i] ?? 0) | ((bytes[count + i] ?? 0) << 8);
      word = (word + ((zigzag >>> 1) ^ -(zigzag & 1))) & 0xffff;
      words[i] = word;
    }
    return words[from] ?? 0;
  };
  for (let k = 0; k < keys.length; k++) decodeRun(k * seriesCount, seriesCount, 0);
  const row = shape.axes.at(-1)?.values.length ?? 1;
  let first = 0;
  for (let from = head; from < count; from += row) first = decodeRun(from, row, first);
  const series: number[][] = [];
  for (let s = 0; s < seriesCount; s++) {
    const tuple: number[] = [];
    for (let k = 0; k < keys.length; k++) tuple.push(words[k * seriesCount + s] ?? 0);
    series.push(tuple);
  }
  return { series, codes: words.subarray(head) };
}

/** A table out of its manifest entry and its decompressed bytes. */
export function parseKernelTable(shape: KernelTableShape, source: KernelTable['source'], bytes: Uint8Array): KernelTable {
  const { name, keys, axes } = shape;
  return { name, keys, axes, ...decodeWords(shape, bytes), source };
}
