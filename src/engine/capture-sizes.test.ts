import { describe, expect, test } from 'vitest';
import { type CaptureInput, captureSizes } from './capture-sizes.ts';
import { rulesFor } from './rules.ts';
import { parseRelease } from './version.ts';

function sizes(release: string, given: Partial<CaptureInput>): readonly number[] {
  return captureSizes({
    rules: rulesFor(parseRelease(release)),
    computeCapability: '9.0',
    architecture: 'LlamaForCausalLM',
    maxNumSeqs: 1024,
    maxNumBatchedTokens: 8192,
    speculativeTokens: 0,
    performanceMode: null,
    sizes: null,
    maxSize: null,
    ...given,
  });
}

describe('captureSizes', () => {
  // Counts and ends as start-up logs and vLLM config/vllm.py give them.
  test.each([
    { why: '67 sizes whatever the batch before 0.10', release: '0.9.2', given: { maxNumSeqs: 4 }, count: 67, last: 512 },
    { why: 'steps of 8 up to 512', release: '0.10.2', given: {}, count: 67, last: 512 },
    { why: 'twice max_num_seqs', release: '0.10.2', given: { maxNumSeqs: 16 }, count: 7, last: 32 },
    { why: 'steps of 16 from 256 on', release: '0.19.0', given: {}, count: 51, last: 512 },
    { why: 'never above the token budget', release: '0.19.0', given: { maxNumBatchedTokens: 100 }, count: 15, last: 96 },
    { why: 'the token budget itself from 0.20.1', release: '0.21.0', given: { maxNumBatchedTokens: 100 }, count: 16, last: 100 },
    { why: 'max_num_seqs itself from 0.29', release: '0.29.0', given: { maxNumSeqs: 5 }, count: 5, last: 8 },
    { why: 'gpt-oss up to 1024', release: '0.19.0', given: { architecture: 'GptOssForCausalLM' }, count: 83, last: 1024 },
    { why: 'Blackwell up to 1024 from 0.28', release: '0.28.0', given: { computeCapability: '10.0' }, count: 83, last: 1024 },
    { why: 'speculation widens the ceiling', release: '0.19.0', given: { maxNumSeqs: 4, speculativeTokens: 3 }, count: 7, last: 32 },
    { why: 'given sizes, sorted and cut', release: '0.19.0', given: { sizes: [64, 1, 64, 9000] }, count: 2, last: 64 },
  ])('$why', ({ release, given, count, last }) => {
    const found = sizes(release, given);
    expect(found).toHaveLength(count);
    expect(found.at(-1)).toBe(last);
  });
});
