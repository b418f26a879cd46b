import { describe, expect, it, test } from 'vitest';
import { quantizationForRequest, quantizationForSuffix, schemeByName } from './scheme-by-name.ts';
import { SCHEME_ROWS } from './scheme-table.ts';
import { FP8_BLOCK_128, FP8_CHANNEL, FP8_TENSOR, INT8, int4, int8Group, MXFP4, NVFP4, PLAIN, specOf, UNQUANTIZED } from './schemes.ts';

const by = (publisher: string, architecture: string | null = null) => ({ publisher, architecture });

describe('quantizationForSuffix', () => {
  test.each([
    { suffix: '-AWQ', context: by('Qwen'), want: int4(128, true) },
    { suffix: 'Qwen3-32B-AWQ-INT4', context: by('someone'), want: int4(128, true) },
    { suffix: '-AWQ-4bit', context: by('cyankiwi'), want: int4(32) },
    { suffix: '-GPTQ-Int4', context: by('Qwen'), want: int4(128) },
    { suffix: '-GPTQ-Int8', context: by('Qwen'), want: int8Group(128) },
    { suffix: '-FP8', context: by('Qwen'), want: FP8_BLOCK_128 },
    { suffix: '-FP8', context: by('deepseek-ai'), want: FP8_BLOCK_128 },
    { suffix: '-FP8', context: by('nvidia'), want: FP8_TENSOR },
    { suffix: '-FP8', context: by('RedHatAI'), want: FP8_TENSOR },
    { suffix: '-FP8', context: by('someone'), want: FP8_CHANNEL },
    { suffix: '-FP8-dynamic', context: by('RedHatAI'), want: FP8_CHANNEL },
    { suffix: '-FP8-block', context: by('RedHatAI'), want: FP8_BLOCK_128 },
    { suffix: '-NVFP4', context: by('nvidia'), want: NVFP4 },
    { suffix: '-MXFP4', context: by('amd'), want: MXFP4 },
    { suffix: '-quantized.w4a16', context: by('RedHatAI'), want: int4(128) },
    { suffix: '-quantized.w8a8', context: by('RedHatAI'), want: INT8 },
    { suffix: '-INT8', context: by('someone'), want: INT8 },
    { suffix: '-bnb-4bit', context: by('unsloth'), want: { kind: 'bnb4' } },
  ])('$suffix by $context.publisher', ({ suffix, context, want }) => {
    expect(quantizationForSuffix(suffix, context)?.linear).toEqual(want);
  });

  test.each(['-GGUF', '-Instruct', ''])('"%s" says nothing', (suffix) => {
    expect(quantizationForSuffix(suffix)).toBeNull();
  });
});

describe('schemeByName', () => {
  it('leaves the attention of wide mixtures alone', () => {
    const dense = schemeByName('nvfp4', 'nvidia', 'LlamaForCausalLM');
    const mixture = schemeByName('nvfp4', 'nvidia', 'DeepseekV3ForCausalLM');
    expect(dense?.ignored).toHaveLength(1);
    expect(mixture?.ignored.map((pattern) => pattern.value)).toContain('self_attn');
  });

  it('keeps gpt-oss linear layers wide', () => {
    expect(schemeByName('mxfp4', 'openai', 'GptOssForCausalLM')).toMatchObject({ linear: PLAIN, experts: MXFP4 });
  });

  it('has a source for every row, and no row behind one that hides it', () => {
    const seen = new Set<string>();
    for (const row of SCHEME_ROWS) {
      expect(row.source).not.toBe('');
      for (const name of row.names) {
        expect(seen.has(name), `${name} is hidden`).toBe(false);
        if (row.publishers === undefined && row.architectures === undefined) seen.add(name);
      }
    }
  });
});

describe('quantizationForRequest', () => {
  const blocks = specOf({ method: 'fp8', linear: FP8_BLOCK_128 });

  test.each([
    { why: 'none is what it is', name: 'none', base: UNQUANTIZED, want: UNQUANTIZED },
    { why: 'fp8 on fp8 keeps the checkpoint', name: 'fp8', base: blocks, want: blocks },
    { why: 'none on fp8 plans wide weights', name: 'none', base: blocks, want: UNQUANTIZED },
  ])('$why', ({ name, base, want }) => {
    expect(quantizationForRequest(name, base)).toBe(want);
  });

  test.each([
    { name: 'fp8', want: { linear: FP8_TENSOR, online: true } },
    { name: 'awq', want: { linear: int4(128, true), quantizesHead: false } },
    { name: 'gptq_marlin', want: { linear: int4(128) } },
    { name: 'int8', want: { linear: INT8 } },
    { name: 'nvfp4', want: { linear: NVFP4 } },
    { name: 'fp8_per_block', want: { linear: FP8_BLOCK_128 } },
    { name: 'compressed-tensors', want: { linear: int4(128) } },
    { name: 'bitsandbytes', want: { linear: { kind: 'bnb4' } } },
    { name: 'experts_int8', want: { linear: PLAIN, experts: INT8 } },
  ])('$name on plain weights', ({ name, want }) => {
    expect(quantizationForRequest(name, UNQUANTIZED)).toMatchObject(want);
  });

  it('keeps zero points for the old GPTQ kernel', () => {
    const spec = quantizationForRequest('gptq', UNQUANTIZED, { publisher: null, architecture: null, oldGptqKernel: true });
    expect(spec.linear).toEqual(int4(128, true));
  });

  it('refuses what it does not know', () => {
    expect(() => quantizationForRequest('q4_k_m', UNQUANTIZED)).toThrow(expect.objectContaining({ code: 'MODEL_UNSUPPORTED' }));
  });
});
