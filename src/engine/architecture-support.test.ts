import { describe, expect, it, test } from 'vitest';
import { modelOf, TINY_LLAMA } from '../../test/model/model-of.ts';
import { catalogModel } from '../../test/support/judge.ts';
import { architectureRefusal } from './architecture-support.ts';
import { parseRelease } from './version.ts';

const GEMMA_4 = 'google/gemma-4-31B-it';
const MLLAMA = 'meta-llama/Llama-3.2-11B-Vision-Instruct';

describe('architectureRefusal', () => {
  // Registries: Gemma4ForConditionalGeneration is missing in 0.18.1 and there in 0.19.1; Mllama's is in 0.10.2 and not in 0.11.0.
  test.each([
    { why: 'long before', id: GEMMA_4, version: '0.8.5', refused: true },
    { why: 'the release right before', id: GEMMA_4, version: '0.18.1', refused: true },
    { why: 'a release whose registry was not read', id: GEMMA_4, version: '0.19.0', refused: false },
    { why: 'the first to name it', id: GEMMA_4, version: '0.19.1', refused: false },
    { why: 'a build that is no release', id: GEMMA_4, version: '0.18.9', refused: false },
    { why: 'the newest', id: GEMMA_4, version: '0.33.0', refused: false },
    { why: 'newer than everything that was read', id: GEMMA_4, version: '0.99.0', refused: false },
    { why: 'before it was taken out', id: MLLAMA, version: '0.10.2', refused: false },
    { why: 'after it was taken out', id: MLLAMA, version: '0.11.0', refused: true },
    { why: 'long after', id: MLLAMA, version: '0.33.0', refused: true },
    { why: 'older than everything that was read', id: 'Qwen/Qwen3-8B', version: '0.8.0', refused: false },
    { why: 'a mixture has no other way', id: 'openai/gpt-oss-20b', version: '0.10.0', refused: true },
  ])('$why: $id on $version', ({ id, version, refused }) => {
    expect(architectureRefusal(catalogModel(id), parseRelease(version)) !== null).toBe(refused);
  });

  it('says which release brought it, or had it last', () => {
    expect(architectureRefusal(catalogModel(GEMMA_4), parseRelease('0.8.5'))).toEqual({
      code: 'ARCHITECTURE_UNKNOWN',
      message: 'vLLM 0.8.5 does not know Gemma4ForConditionalGeneration; it came with 0.19.',
      fix: 'Use vLLM 0.19.1 or newer.',
      fatal: true,
    });
    expect(architectureRefusal(catalogModel('openai/gpt-oss-20b'), parseRelease('0.9.2'))?.message).toContain('it came with 0.10.1.');
    expect(architectureRefusal(catalogModel(MLLAMA), parseRelease('0.33.0'))).toMatchObject({
      message: 'vLLM 0.33.0 no longer knows MllamaForConditionalGeneration; 0.10.2 was the last to have it.',
      fix: 'Use vLLM 0.10.2.',
    });
  });

  it('leaves plain text decoders to Transformers, and finds the decoder behind a pooling name', () => {
    const text = modelOf({ ...TINY_LLAMA, architectures: ['SmolLM3ForCausalLM'], no_rope_layers: null });
    expect(architectureRefusal(text, parseRelease('0.8.5'))).toBeNull();
    const scorer = modelOf({ ...TINY_LLAMA, architectures: ['LlamaForSequenceClassification'] });
    expect(architectureRefusal(scorer, parseRelease('0.24.0'))).toBeNull();
  });
});
