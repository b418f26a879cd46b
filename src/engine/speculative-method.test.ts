import { expect, test } from 'vitest';
import { speculativeMethod } from './speculative-method.ts';

test.each([
  ['yuhuili/EAGLE-LLaMA3-Instruct-8B', 'eagle'],
  ['yuhuili/EAGLE3-LLaMA3.1-Instruct-8B', 'eagle3'],
  ['AngelSlim/Qwen3-8B_eagle3', 'eagle3'],
  ['deepseek-ai/dspark_qwen3_8b_block7', 'dspark'],
  ['ngram', 'ngram'],
  ['Qwen/Qwen3-0.6B', 'draft_model'],
])('a draft named %s is used by %s', (model, method) => {
  expect(speculativeMethod({ method: null, model, numSpeculativeTokens: 1 })).toBe(method);
});

test('a method that is named wins', () => {
  expect(speculativeMethod({ method: 'MTP', model: 'x/eagle3', numSpeculativeTokens: 1 })).toBe('mtp');
  expect(speculativeMethod(null)).toBeNull();
});
