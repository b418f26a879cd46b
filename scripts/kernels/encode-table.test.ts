import { createHash } from 'node:crypto';
import { brotliDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOfUs, logUsOfCode } from '../../src/catalog/kernel-table.ts';
import { decodeWords } from '../../src/catalog/parse-kernel-table.ts';
import { compress, encodeWords } from './encode-table.ts';

const word = fc.integer({ min: 0, max: 0xffff });

const table = fc
  .record({
    series: fc.integer({ min: 1, max: 4 }),
    keys: fc.integer({ min: 0, max: 3 }),
    outer: fc.integer({ min: 1, max: 4 }),
    inner: fc.integer({ min: 1, max: 6 }),
  })
  .chain(({ series, keys, outer, inner }) =>
    fc.record({
      keys: fc.constant(Array.from({ length: keys }, (_, k) => `key${k}`)),
      axes: fc.constant([outer, inner].map((length, a) => ({ name: `axis${a}`, values: Array.from({ length }, (_, i) => i + 1) }))),
      series: fc.array(fc.array(word, { minLength: keys, maxLength: keys }), { minLength: series, maxLength: series }),
      codes: fc
        .array(word, { minLength: series * outer * inner, maxLength: series * outer * inner })
        .map((codes) => Uint16Array.from(codes)),
    }),
  );

describe('the table codec', () => {
  it('gives back every word', () => {
    fc.assert(
      fc.property(table, ({ keys, axes, series, codes }) => {
        const shape = { name: 'any', keys, axes, seriesCount: series.length };
        const bytes = brotliDecompressSync(compress(encodeWords({ keys, axes, series, codes })));
        expect(decodeWords(shape, bytes)).toEqual({ series, codes });
      }),
    );
  });

  it('keeps a latency within 2e-4', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1e7, noNaN: true }), (us) => Math.abs(Math.exp(logUsOfCode(codeOfUs(us))) / us - 1) < 2e-4),
    );
    expect(logUsOfCode(0)).toBeNaN();
    expect(() => codeOfUs(0)).toThrow(RangeError);
  });

  it('refuses bytes of another shape and keys beyond 16 bits', () => {
    const shape = { name: 'gemm/bf16', keys: [], axes: [{ name: 'm', values: [1, 2] }], seriesCount: 1 };
    expect(() => decodeWords(shape, new Uint8Array(3))).toThrow('gemm/bf16: 3 bytes instead of 4');
    expect(() => encodeWords({ ...shape, keys: ['n'], series: [[65_536]], codes: new Uint16Array(2) })).toThrow('n = 65536');
  });

  it('makes the same bytes every time', () => {
    const codes = Uint16Array.from({ length: 64 }, (_, i) => (i * 977) % 65_536);
    const make = () => compress(encodeWords({ keys: [], axes: [{ name: 'm', values: [...codes.keys()] }], series: [[]], codes }));
    expect(createHash('sha256').update(make()).digest('hex')).toBe(createHash('sha256').update(make()).digest('hex'));
  });
});
