import { describe, expect, test } from 'vitest';
import { catalogModel, judge, requestOf } from '../../test/support/judge.ts';
import { defaultServeArgs } from '../engine/serve-args.ts';
import { evaluate } from '../plan/evaluate.ts';
import { draftKind, draftLayers } from './draft-layers.ts';

const speculate = (method: string, model: string | null = null) => ({ speculation: { method, model, numSpeculativeTokens: 2 } });
const weights = (spec: Parameters<typeof judge>[0]) => judge(spec).answer?.memory.workers.map((worker) => worker.weightsBytes) ?? [];
const llama = { model: 'meta-llama/Llama-3.1-8B-Instruct', gpu: 'H100', version: '0.33.0' };

test('draftKind', () => {
  expect(['ngram', 'suffix', null].map(draftKind)).toEqual(['none', 'none', 'none']);
  expect(['mtp', 'deepseek_mtp', 'eagle', 'eagle3', 'draft_model', 'dflash'].map(draftKind)).toEqual([
    'mtp',
    'mtp',
    'eagle',
    'eagle3',
    'model',
    'model',
  ]);
});

describe('heads of one layer', () => {
  const [bare = 0] = weights(llama);
  const layer = 2 * (4096 * (4096 + 2 * 1024) + 4096 * 4096 + 3 * 4096 * 14_336 + 2 * 4096);

  test('EAGLE: one layer and a projection of twice the hidden size, with the embedding and head of the model', () => {
    const [added = 0] = weights({ ...llama, args: speculate('eagle') });
    expect(added - bare).toBeCloseTo(layer + 2 * 2 * 4096 * 4096, -7);
  });

  test('EAGLE-3: queries of twice the hidden size, three hidden states, and a head of its own', () => {
    const [added = 0] = weights({ ...llama, args: speculate('eagle3') });
    const wider = 2 * 4096 * (4096 + 2 * 1024);
    const head = 2 * 32_000 * 4096 + 32_000 * 8;
    expect(added - bare).toBeCloseTo(layer + wider + 2 * 3 * 4096 * 4096 + head + 2 * 2 * 4096, -7);
  });

  test('n-grams load nothing', () => expect(weights({ ...llama, args: speculate('ngram') })).toEqual([bare]));
});

describe('a separate draft model', () => {
  const base = requestOf({ ...llama, args: speculate('draft_model', 'meta-llama/Llama-3.2-1B-Instruct') });
  const draft = catalogModel('meta-llama/Llama-3.2-1B-Instruct');

  test('adds its weights, and its layers to the cache', () => {
    const alone = evaluate({ ...base, args: defaultServeArgs(base.model.id) }, defaultServeArgs(base.model.id)).answer?.memory;
    const with_ = evaluate({ ...base, draft }, base.args).answer?.memory;
    const own = judge({ ...llama, model: draft.id }).answer?.memory;
    expect((with_?.workers[0]?.weightsBytes ?? 0) - (alone?.workers[0]?.weightsBytes ?? 0)).toBe(own?.workers[0]?.weightsBytes);
    expect(draftLayers(base.model, { speculativeMethod: 'draft_model' }, draft)).toHaveLength(16);
    // 32 layers of 8 heads of 128 and 16 of 8 heads of 64: one request needs what both need.
    const perToken = 2 * 2 * 8 * (32 * 128 + 16 * 64);
    expect(with_?.kvCache?.bytesPerRequest).toBe(perToken * 131_072);
  });

  test('is not guessed when it is unknown', () => {
    expect(weights({ ...llama, args: speculate('draft_model', 'nobody/knows') })).toEqual(weights(llama));
  });
});

test('multi-token prediction keeps a head of its own before 0.16, and a copy of the embedding on a last stage', () => {
  const deepseek = { model: 'deepseek-ai/DeepSeek-V3', gpu: 'H200', gpus: 16 };
  const added = (version: string, pipelineParallelSize: number): number => {
    const args = { tensorParallelSize: 8, pipelineParallelSize };
    const last = (extra: object): number => weights({ ...deepseek, version, args: { ...args, ...extra } }).at(-1) ?? 0;
    return last(speculate('mtp')) - last({});
  };
  const vocabulary = (129_280 / 8) * 7168 * 2;
  expect(added('0.15.1', 1) - added('0.16.0', 1)).toBeCloseTo(vocabulary, -7);
  expect(added('0.20.2', 2) - added('0.20.2', 1)).toBeCloseTo(vocabulary, -7);
});
