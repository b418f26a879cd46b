import { describe, expect, test } from 'vitest';
import { findCatalogModel } from '../../model/find-model.ts';
import { parseModel } from '../../model/parse-model.ts';
import { siblingStoredAs, smallerSiblings } from './find-siblings.ts';

const model = (id: string) => parseModel(findCatalogModel(id));

describe('smallerSiblings', () => {
  test('names published checkpoints, one for each format, widest first', () => {
    expect(smallerSiblings(model('Qwen/Qwen3-32B')).map(({ id }) => id)).toEqual([
      'Qwen/Qwen3-32B-FP8',
      'nvidia/Qwen3-32B-NVFP4',
      'Qwen/Qwen3-32B-AWQ',
    ]);
  });

  test('has none for weights that are small already', () => {
    expect(smallerSiblings(model('Qwen/Qwen3-32B-AWQ'))).toEqual([]);
  });
});

test('siblingStoredAs finds the checkpoint of a format', () => {
  const base = model('Qwen/Qwen3-32B');
  expect(siblingStoredAs(base, model('Qwen/Qwen3-32B-AWQ').quantization)).toBe('Qwen/Qwen3-32B-AWQ');
  expect(siblingStoredAs(base, { ...base.quantization, linear: { kind: 'bnb4' } })).toBeNull();
});
