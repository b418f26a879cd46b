import { describe, expect, it, test } from 'vitest';
import { rulesFor } from '../engine/rules.ts';
import { parseRelease } from '../engine/version.ts';
import { groupKvLayers, UnifyError } from './kv-groups.ts';
import type { KvLayer } from './kv-layer.ts';

const RULES = rulesFor(parseRelease('0.24.0'));

function layer(kind: KvLayer['kind'], pageBytes: number, spanTokens = 0, blockSize = 16): KvLayer {
  return { kind, spanTokens, blockSize, pageBytes, checkpointStates: 0, key: `${kind}:x:${spanTokens}:${blockSize}:${pageBytes}` };
}

function layers(count: number, one: KvLayer): readonly KvLayer[] {
  return Array.from({ length: count }, () => one);
}

const full = layer('full', 1024);
const window = layer('sliding', 1024, 512);

describe('groupKvLayers', () => {
  // Group sizes and padding worked by hand from vLLM's rule: the smallest bucket, or the largest when near it.
  test.each([
    { why: 'all alike: one group', given: layers(32, full), release: '0.24.0', kind: 'uniform', sizes: [32] },
    {
      why: 'one type with unequal pages: one group',
      given: [...layers(4, layer('latent', 576)), ...layers(4, layer('indexer', 132))],
      release: '0.24.0',
      kind: 'uniform',
      sizes: [8],
    },
    {
      why: 'Gemma 3 27B: 52 windows in groups of 10',
      given: [...layers(52, window), ...layers(10, full)],
      release: '0.24.0',
      kind: 'equal',
      sizes: [9, 9, 9, 9, 8, 8, 10],
    },
    {
      why: 'gpt-oss with a draft layer: 12 and 13 pad to 13',
      given: [...layers(12, window), ...layers(13, full)],
      release: '0.24.0',
      kind: 'equal',
      sizes: [12, 13],
    },
    {
      why: 'the same before 0.12 splits',
      given: [...layers(12, window), ...layers(13, full)],
      release: '0.11.0',
      kind: 'equal',
      sizes: [12, 7, 6],
    },
    {
      why: '20 and 29 are near enough from 0.18 on',
      given: [...layers(20, window), ...layers(29, full)],
      release: '0.18.0',
      kind: 'equal',
      sizes: [20, 29],
    },
    { why: 'not before', given: [...layers(20, window), ...layers(29, full)], release: '0.17.1', kind: 'equal', sizes: [20, 15, 14] },
  ])('$why', ({ given, release, kind, sizes }) => {
    const grouping = groupKvLayers(given, rulesFor(parseRelease(release)), true);
    expect(grouping.kind).toBe(kind);
    expect(grouping.groups.map((group) => group.layers.length)).toEqual(sizes);
  });

  it('puts every layer in exactly one group', () => {
    const grouping = groupKvLayers([...layers(52, window), ...layers(10, full)], RULES, true);
    const seen = grouping.groups.flatMap((group) => group.layers);
    expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: 62 }, (_, index) => index));
  });

  it('stores windows in full without the hybrid manager', () => {
    const grouping = groupKvLayers([...layers(3, window), full], RULES, false);
    expect(grouping.kind).toBe('uniform');
    expect(grouping.layers.every((one) => one.kind === 'full')).toBe(true);
  });

  it('keeps a model of windows alone as it is', () => {
    expect(groupKvLayers(layers(4, window), RULES, false).layers[0]?.kind).toBe('sliding');
  });

  it('makes pages equal by larger blocks, and pads states', () => {
    const grouping = groupKvLayers([layer('full', 512), layer('sliding', 1024, 512), layer('state', 700)], RULES, true);
    expect(grouping.layers.map((one) => [one.kind, one.blockSize, one.pageBytes])).toEqual([
      ['full', 32, 1024],
      ['sliding', 16, 1024],
      ['state', 16, 1024],
    ]);
  });

  it('refuses latent pages that do not divide', () => {
    expect(() => groupKvLayers([layer('latent', 700), layer('sliding', 1024, 512)], RULES, true)).toThrow(UnifyError);
  });
});
