import { describe, expect, it, test } from 'vitest';
import { modelOf } from '../../../../test/model/model-of.ts';
import { loadCatalogModel } from '../../../catalog/load-models.ts';
import { ConfigReader } from '../../config-reader.ts';
import { countParameters } from '../../count-parameters.ts';
import type { ModelSpec } from '../../model-spec.ts';

function catalogModel(id: string, changes: Readonly<Record<string, unknown>> = {}): ModelSpec {
  return modelOf({ ...new ConfigReader(loadCatalogModel(id)?.config).object(), ...changes });
}

describe('stored elements of DeepSeek V4', () => {
  // The published totals count two 4-bit weights of an expert as one element, and their scales.
  test.each([
    { id: 'deepseek-ai/DeepSeek-V4-Flash', experts: 44 * 256 * 3 * 4096 * 2048, published: 158_069_433_298 },
    { id: 'deepseek-ai/DeepSeek-V4-Pro', experts: 62 * 384 * 3 * 7168 * 3072, published: 861_608_274_846 },
  ])('$id', ({ id, experts, published }) => {
    const { total, scales } = countParameters(catalogModel(id));
    expect(total - experts / 2 + scales).toBe(published);
  });
});

describe('caches of DeepSeek V4', () => {
  const { layers } = catalogModel('deepseek-ai/DeepSeek-V4-Flash');

  it.each([
    { why: 'no compression', index: 0, want: ['window-rows'] },
    {
      why: 'four tokens to a row, with an indexer',
      index: 2,
      want: ['window-rows', 'compressed', 'window-rows', 'compressed', 'window-rows'],
    },
    { why: '128 tokens to a row', index: 3, want: ['window-rows', 'compressed', 'window-rows'] },
  ])('$why', ({ index, want }) => {
    expect(layers[index]?.caches.map(({ kind }) => kind)).toEqual(want);
  });

  it('routes the first three layers by a table', () => {
    const tables = layers.map(({ modules }) => modules.some((module) => module.kind === 'tensor' && module.name === 'ffn.gate.tid2eid'));
    expect(tables.filter(Boolean)).toHaveLength(3);
    expect(tables.slice(0, 3)).toEqual([true, true, true]);
  });
});

describe('what DeepSeek V4 refuses', () => {
  test.each([
    { change: { compress_ratios: Array(43).fill(8) }, field: 'compress_ratios' },
    { change: { compress_ratios: [0, 0] }, field: 'compress_ratios' },
    { change: { vision_n_layers: 32 }, field: 'vision_n_layers' },
  ])('$field by name', ({ change, field }) => {
    expect(() => catalogModel('deepseek-ai/DeepSeek-V4-Flash', change)).toThrow(field);
  });
});
