import { describe, expect, it, test } from 'vitest';
import { modelOf } from '../../test/model/model-of.ts';
import { loadCatalogModel } from '../catalog/load-models.ts';
import type { KvLayer } from './kv-layer.ts';
import { packedBlockBytes, packedGroups } from './packed-groups.ts';

function layer(kind: KvLayer['kind'], blockSize: number, pageBytes: number, spanTokens = 0): KvLayer {
  return { checkpointStates: 0, kind, spanTokens, blockSize, pageBytes, key: `${kind}:x:${spanTokens}:${blockSize}:${pageBytes}` };
}

const window = layer('window-rows', 64, 37_440, 128);
const fineRows = layer('compressed', 256, 37_440);
const indexerRows = layer('compressed', 256, 8640);
const coarseRows = layer('compressed', 256, 1728);
const fineState = layer('window-rows', 4, 32_832, 8);
const indexerState = layer('window-rows', 4, 8640, 8);
const coarseState = layer('window-rows', 8, 32_832, 128);

/** The layers of DeepSeek-V4-Flash, with the pages that vLLM 0.33.0 gives them. */
const FLASH = [
  ...Array(43).fill(window),
  ...Array(21).fill(fineRows),
  ...Array(21).fill(indexerRows),
  ...Array(20).fill(coarseRows),
  ...Array(21).fill(fineState),
  ...Array(21).fill(indexerState),
  ...Array(20).fill(coarseState),
];

describe('packedGroups', () => {
  // As vLLM 0.33.0's own function groups the same specs.
  it('splits the windows of DeepSeek-V4-Flash in two and leaves the rest whole', () => {
    expect(packedGroups(FLASH).map((group) => group.layers.length)).toEqual([22, 21, 62, 42, 20]);
  });

  it('makes a block as wide as the widest group', () => {
    expect(packedBlockBytes(FLASH, packedGroups(FLASH), () => true)).toBe(1_002_240);
  });

  it('puts every layer into one group', () => {
    const seen = packedGroups(FLASH).flatMap((group) => group.layers);
    expect([...seen].sort((a, b) => a - b)).toEqual(FLASH.map((_, index) => index));
  });

  it('splits nothing where no pattern mixes page sizes', () => {
    expect(packedGroups([window, window, coarseRows]).map((group) => group.layers.length)).toEqual([2, 1]);
  });
});

describe('DeepSeek-V4-Flash in the catalog', () => {
  const model = modelOf(loadCatalogModel('deepseek-ai/DeepSeek-V4-Flash')?.config);

  test.each([
    { why: 'windows in every layer', kind: 'window-rows', role: 'latent', want: 43 },
    { why: 'compressed rows but in the first two', kind: 'compressed', role: 'latent', want: 41 },
    { why: 'an indexer where four tokens share a row', kind: 'compressed', role: 'indexer', want: 21 },
    { why: 'a state for each compressor', kind: 'window-rows', role: 'compressor', want: 62 },
  ])('$why', ({ kind, role, want }) => {
    const caches = model.layers.flatMap((one) => one.caches);
    expect(caches.filter((cache) => cache.kind === kind && 'role' in cache && cache.role === role)).toHaveLength(want);
  });
});
