import { brotliCompressSync, constants } from 'node:zlib';
import type { KernelTable } from '../../src/catalog/kernel-table.ts';

/** The words of a table as `decodeWords` reads them: differences in zigzag, low bytes first, then high bytes. */
export function encodeWords({ keys, axes, series, codes }: Pick<KernelTable, 'keys' | 'axes' | 'series' | 'codes'>): Uint8Array {
  const head = series.length * keys.length;
  const words = new Uint16Array(head + codes.length);
  keys.forEach((key, k) => {
    series.forEach((tuple, s) => {
      const value = tuple[k] ?? -1;
      if (!Number.isInteger(value) || value < 0 || value > 0xffff) throw new RangeError(`${key} = ${value} does not fit 16 bits`);
      words[k * series.length + s] = value;
    });
  });
  words.set(codes, head);
  const row = axes.at(-1)?.values.length ?? 1;
  const bytes = new Uint8Array(2 * words.length);
  words.forEach((word, i) => {
    const difference = ((word - (words[before(i, head, series.length, row)] ?? 0)) << 16) >> 16;
    const zigzag = ((difference << 1) ^ (difference >> 15)) & 0xffff;
    bytes[i] = zigzag & 0xff;
    bytes[words.length + i] = zigzag >>> 8;
  });
  return bytes;
}

/** The word that a word is stored as the difference to; -1: none. */
function before(i: number, head: number, seriesCount: number, row: number): number {
  if (i < head) return i % seriesCount === 0 ? -1 : i - 1;
  const at = i - head;
  if (at % row !== 0) return i - 1;
  return at === 0 ? -1 : i - row;
}

/** Brotli at its best; the same bytes for the same input and Node line. */
export function compress(bytes: Uint8Array): Buffer {
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
}
