import { describe, expect, it } from 'vitest';
import type { ModelDimensions } from '../../src/catalog/model-record.ts';
import { checkByCount } from './check-by-count.ts';

/** granite-4.0-350m. */
const SMALL: ModelDimensions = {
  id: 'acme/small',
  modelType: 'granitemoehybrid',
  layers: 28,
  heads: 16,
  kvHeads: 4,
  headDim: 64,
  hiddenSize: 1024,
  vocabSize: 100_352,
  ffnSize: 2048,
  sharedExpertFfnSize: null,
  experts: null,
  expertsPerToken: null,
  tiedHead: null,
  checkedAs: null,
};
/** 28 × (1024² × 2 + 2 × 1024 × 256 + 3 × 1024 × 2048 + 2 × 1024) + 1024 + 100352 × 1024. */
const TIED = 352_379_904;
const settled = { tiedHead: true, checkedAs: 0 };
const open = { tiedHead: null, checkedAs: null };

function check(
  counts: Readonly<Record<string, number>>,
  ...ids: readonly string[]
): readonly Pick<ModelDimensions, 'tiedHead' | 'checkedAs'>[] {
  const rows = checkByCount(
    ids.map((id) => ({ ...SMALL, id })),
    new Map(Object.entries(counts)),
  );
  return rows.map(({ tiedHead, checkedAs }) => ({ tiedHead, checkedAs }));
}

describe('checkByCount', () => {
  it('settles the head by the count', () => {
    expect(check({ 'acme/small': TIED }, 'acme/small')).toEqual([settled]);
    expect(check({ 'acme/small': TIED + 100_352 * 1024 }, 'acme/small')).toEqual([{ tiedHead: false, checkedAs: 0 }]);
  });

  it('allows for rotary frequencies in the checkpoint, and for nothing else', () => {
    expect(check({ 'acme/small': TIED + 28 * 32 }, 'acme/small')).toEqual([settled]);
    expect(check({ 'acme/small': TIED + 1 }, 'acme/small')).toEqual([open]);
  });

  it('carries over to the same shape without a plain count of its own', () => {
    const counts = { 'acme/small': TIED, 'acme/small-FP8': 5, 'acme/tuned': 5 };
    expect(check(counts, 'acme/small', 'acme/other', 'acme/small-FP8', 'acme/tuned')).toEqual([settled, settled, settled, open]);
  });

  it('carries over nothing on which two disagree', () => {
    expect(check({ 'acme/a': TIED, 'acme/b': TIED + 100_352 * 1024 }, 'acme/a', 'acme/b', 'acme/c')[2]).toEqual(open);
  });
});
