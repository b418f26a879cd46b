import { describe, expect, test } from 'vitest';
import { judge } from '../../test/support/judge.ts';
import { rulesFor } from '../engine/rules.ts';
import { MIB } from '../units/bytes.ts';
import { sparseKeptBytes, sparseTransientBytes } from './sparse-workspace.ts';

const GLM = {
  model: 'zai-org/GLM-5-FP8',
  gpu: 'H200',
  gpus: 8,
  args: { tensorParallelSize: 8, maxModelLen: 200_000, maxNumBatchedTokens: 8192 },
};

function inputs(version: string, gpu: string, args: object = {}) {
  const spec = { ...GLM, gpu, version, args: { ...GLM.args, ...args } };
  const { settings } = judge(spec);
  return { settings, rules: rulesFor(settings.version), layers, heads: 8, computeCapability: gpu === 'H200' ? '9.0' : '12.0' };
}

const layers = [{ modules: [], caches: [{ kind: 'latent', width: 576, sparse: true }] }] as const;
const INDEXER = 40 * 200_000 * 132;

describe('sparse latent attention', () => {
  test('shares one workspace: the wider of what the indexer gathers and what an fp8 cache is widened to', () => {
    expect(sparseKeptBytes(inputs('0.20.2', 'H200'))).toBe(INDEXER + MIB);
    expect(sparseKeptBytes(inputs('0.20.2', 'H200', { kvCacheDtype: 'fp8' }))).toBe(2 * 576 * (8192 * 8 + 5 * 200_000));
  });

  test('keeps nothing before workspaces are shared, but gathers and frees the same', () => {
    const old = inputs('0.12.0', 'H200');
    expect(sparseKeptBytes(old)).toBe(0);
    expect(sparseTransientBytes(old)).toBe(INDEXER);
  });

  test('stands in for the logits from 0.20 on', () => {
    expect(sparseTransientBytes(inputs('0.18.1', 'H200'))).toBe(0);
    expect(sparseTransientBytes(inputs('0.20.2', 'H200'))).toBe(512 * MIB);
  });

  test('is none of dense latent attention', () => {
    const dense = {
      ...inputs('0.20.2', 'H200'),
      layers: [{ modules: [], caches: [{ kind: 'latent', width: 576, sparse: false }] }] as const,
    };
    expect([sparseKeptBytes(dense), sparseTransientBytes(dense)]).toEqual([0, 0]);
  });
});
