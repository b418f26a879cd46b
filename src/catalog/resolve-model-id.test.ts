import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { loadModelIndex } from './load-models.ts';
import { type Resolution, resolveModelId } from './resolve-model-id.ts';

const index = loadModelIndex();

function resolve(name: string): Resolution {
  const lookup = resolveModelId(name, index);
  if (lookup.kind !== 'found') throw new Error(`${name} is ${JSON.stringify(lookup)}`);
  return lookup.resolution;
}

function baseOf(resolution: Resolution): string {
  return resolution.base.from === 'record' ? resolution.base.id : `dimensions of ${resolution.base.row.id}`;
}

describe('resolveModelId: the model itself', () => {
  test.each([
    { why: 'exact', name: 'Qwen/Qwen3-32B', id: 'Qwen/Qwen3-32B' },
    { why: 'other case', name: 'qwen/qwen3-32b', id: 'Qwen/Qwen3-32B' },
    { why: 'a bare name', name: 'qwen3-32b', id: 'Qwen/Qwen3-32B' },
    { why: 'a bare name that exists with and without "Meta-"', name: 'Meta-Llama-3.1-8B-Instruct', id: 'meta-llama/Llama-3.1-8B-Instruct' },
    { why: 'a bare name without "NVIDIA-"', name: 'Nemotron-3-Nano-30B-A3B-BF16', id: 'nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16' },
    { why: 'a bare name without its dashes', name: 'GptOss120B', id: 'openai/gpt-oss-120b' },
    { why: 'the address of the model page', name: 'https://huggingface.co/Qwen/Qwen3-8B', id: 'Qwen/Qwen3-8B' },
    { why: 'the catalog has this quantized copy itself', name: 'Qwen/Qwen3-32B-FP8', id: 'Qwen/Qwen3-32B-FP8' },
  ])('$why: $name', ({ name, id }) => {
    const resolution = resolve(name);
    expect(resolution).toMatchObject({ kind: 'catalog', id, set: {}, quantization: null, caveats: [] });
    expect(baseOf(resolution)).toBe(id);
  });

  it('takes a renamed repository under its name', () => {
    const resolution = resolve('meta-llama/Llama-3.1-70B');
    expect(resolution).toMatchObject({ kind: 'catalog', id: 'meta-llama/Llama-3.1-70B', parameters: 70_553_706_496 });
    expect(baseOf(resolution)).toBe('meta-llama/Meta-Llama-3.1-70B');
  });
});

describe('resolveModelId: the shape of another', () => {
  test.each([
    {
      why: 'a listed alias with its differences',
      name: 'ibm-granite/granite-4.1-8b',
      base: 'ibm-granite/granite-3.3-8b-instruct',
      want: { set: { vocab_size: 100352, tie_word_embeddings: false }, quantization: null, parameters: 8_791_592_960 },
    },
    {
      why: 'a bare name of a listed alias takes its Hub id',
      name: 'Qwen3.6-27B-FP8',
      base: 'Qwen/Qwen3.5-27B',
      want: { id: 'Qwen/Qwen3.6-27B-FP8', quantization: { name: 'fp8-block', publisher: 'Qwen' } },
    },
    {
      why: 'a quantized copy by suffix, any organisation',
      name: 'acme/Qwen3-32B-GPTQ-Int8',
      base: 'Qwen/Qwen3-32B',
      want: { id: 'acme/Qwen3-32B-GPTQ-Int8', quantization: { name: 'gptq-int8', publisher: 'acme' }, parameters: null },
    },
    {
      why: 'the published count of the copy itself is kept',
      name: 'RedHatAI/Qwen3-32B-FP8-dynamic',
      base: 'Qwen/Qwen3-32B',
      want: { parameters: 32_766_710_784 },
    },
    {
      why: 'the copy of a model that is itself an alias keeps the alias differences',
      name: 'acme/granite-4.1-8b-AWQ',
      base: 'ibm-granite/granite-3.3-8b-instruct',
      want: { set: { vocab_size: 100352, tie_word_embeddings: false }, quantization: { name: 'awq', publisher: 'acme' } },
    },
    {
      why: 'a re-hosted copy',
      name: 'unsloth/Qwen3-8B',
      base: 'Qwen/Qwen3-8B',
      want: { id: 'unsloth/Qwen3-8B', quantization: null },
    },
    {
      why: 'an organisation without the slash',
      name: 'QuantTrio-Qwen3.5-9B-AWQ',
      base: 'Qwen/Qwen3.5-9B',
      want: { quantization: { name: 'awq' } },
    },
    {
      why: 'several publishers of one bare name: nobody in particular',
      name: 'Qwen3.8-27B-NVFP4',
      base: 'Qwen/Qwen3.5-27B',
      want: { id: 'Qwen3.8-27B-NVFP4', quantization: { name: 'nvfp4', publisher: null } },
    },
    {
      why: 'a suffix that repeats the model own storage keeps its scheme',
      name: 'acme/DeepSeek-R1-FP8',
      base: 'deepseek-ai/DeepSeek-R1',
      want: { quantization: null },
    },
    {
      why: '16-bit copy of a natively quantized model',
      name: 'acme/gpt-oss-20b-BF16',
      base: 'openai/gpt-oss-20b',
      want: { quantization: { name: 'none', publisher: 'acme' } },
    },
    {
      why: 'the sibling with most words in common',
      name: 'Qwen/Qwen3-30B-A3B-Thinking-2507',
      base: 'Qwen/Qwen3-30B-A3B-Instruct-2507',
      want: { parameters: 30_532_122_624, caveats: [expect.stringContaining('sibling')] },
    },
    {
      why: 'dimensions alone, for a plain type',
      name: '01-ai/Yi-1.5-6B',
      base: 'dimensions of 01-ai/Yi-1.5-6B',
      want: { parameters: 6_061_035_520, caveats: expect.arrayContaining([expect.stringContaining('context length is not known')]) },
    },
    {
      why: 'the dimensions of a quantized copy, in 16 bits',
      name: 'ibm-granite/granite-3.1-2b-instruct',
      base: 'dimensions of RedHatAI/granite-3.1-2b-instruct-quantized.w4a16',
      want: {
        id: 'ibm-granite/granite-3.1-2b-instruct',
        quantization: { name: 'none', publisher: 'ibm-granite' },
        parameters: null,
        caveats: expect.arrayContaining([expect.stringContaining('its copy RedHatAI/'), expect.stringContaining('counted in 16 bits')]),
      },
    },
    {
      why: 'dimensions that a count settles',
      name: 'moonshotai/Kimi-VL-A3B-Instruct',
      base: 'dimensions of moonshotai/Kimi-VL-A3B-Instruct',
      want: { parameters: 16_407_657_776, caveats: expect.arrayContaining([expect.stringContaining('makes the published number')]) },
    },
    {
      why: 'a copy of an original that is known by its dimensions',
      name: 'acme/granite-4.0-micro-FP8-dynamic',
      base: 'dimensions of ibm-granite/granite-4.0-micro',
      want: { id: 'acme/granite-4.0-micro-FP8-dynamic', quantization: { name: 'fp8-dynamic', publisher: 'acme' } },
    },
    {
      why: 'another copy of the same original keeps its own scheme',
      name: 'acme/granite-3.1-2b-instruct-FP8-dynamic',
      base: 'dimensions of RedHatAI/granite-3.1-2b-instruct-quantized.w4a16',
      want: { quantization: { name: 'fp8-dynamic', publisher: 'acme' } },
    },
    {
      why: 'the config of a quantized copy, in 16 bits',
      name: 'poolside/Laguna-S-2.1',
      base: 'poolside/Laguna-S-2.1-FP8',
      want: { quantization: { name: 'none' }, caveats: [expect.stringContaining('counted in 16 bits')] },
    },
  ])('$why: $name', ({ name, base, want }) => {
    const resolution = resolve(name);
    expect(resolution).toMatchObject({ kind: 'derived', ...want });
    expect(baseOf(resolution)).toBe(base);
    expect(resolution.detail).not.toBe('');
  });

  it('does not take a name for a sibling when its own dimensions say otherwise', () => {
    // Llama-3.1-Tulu-3-8B-SFT is found by its dimensions (vocabulary 128264), not as some Llama.
    expect(baseOf(resolve('allenai/Llama-3.1-Tulu-3-8B-SFT'))).toBe('dimensions of allenai/Llama-3.1-Tulu-3-8B-SFT');
  });

  it('takes no sibling whose published count is another storage', () => {
    // 292 billion elements in FP8 against 158 billion in packed FP4.
    expect(resolveModelId('deepseek-ai/DeepSeek-V4-Flash-Base', index).kind).toBe('unknown');
  });

  it('takes no copy for a 16-bit original where the line is published quantized', () => {
    // Kimi K2.5 and its followers are INT4 as published.
    expect(resolveModelId('moonshotai/Kimi-K2.7-Code', index).kind).toBe('unknown');
  });

  it('keeps no published count that cannot be one of the shape', () => {
    expect(resolve('Qwen/Qwen3-Coder-480B-A35B-Instruct-FP8').parameters).toBeNull();
  });

  it('finds a fine-tune of a hybrid by equal dimensions and an equal published count', () => {
    const resolution = resolve('AEON-7/Qwen3.6-27B-AEON-Ultimate-Uncensored-NVFP4');
    expect(baseOf(resolution)).toBe('Qwen/Qwen3.5-27B');
    expect(resolution.caveats.join()).toContain('its dimensions are those of');
  });
});

describe('resolveModelId: no answer', () => {
  it('lists the candidates of a name that could mean several', () => {
    const two = {
      ...index,
      models: [
        ...index.models,
        { id: 'acme/tiny-1b', parameters: null, activeParameters: null, quantization: 'none', contextTokens: null },
        { id: 'other/tiny-1b', parameters: null, activeParameters: null, quantization: 'none', contextTokens: null },
      ],
    };
    expect(resolveModelId('tiny-1b', two)).toEqual({ kind: 'ambiguous', candidates: ['acme/tiny-1b', 'other/tiny-1b'] });
    expect(resolveModelId('acme/tiny-1b', two)).toMatchObject({ kind: 'found' });
  });

  test.each([
    { why: 'a typing mistake', name: 'Qwen/Qwen3-23B', nearest: 'Qwen/Qwen3-32B' },
    { why: 'a wrong size', name: 'meta-llama/Llama-3.1-9B-Instruct', nearest: 'meta-llama/Llama-3.1-8B-Instruct' },
    {
      why: 'dimensions of a type that they do not settle',
      name: 'ibm-granite/granite-4.0-tiny-preview',
      nearest: 'ibm-granite/granite-3.0-8b-instruct',
    },
  ])('$why: $name', ({ name, nearest }) => {
    const lookup = resolveModelId(name, index);
    expect(lookup.kind === 'unknown' && lookup.nearest).toContain(nearest);
    expect(lookup.kind === 'unknown' && lookup.nearest.length).toBe(3);
  });
});

describe('resolveModelId: laws', () => {
  it('answers every id and alias of the catalog', () => {
    for (const { id } of [...index.models, ...index.aliases]) expect(resolveModelId(id, index).kind).toBe('found');
  });

  it('gives every model of the catalog as itself, whatever the case', () => {
    for (const { id } of index.models) expect(baseOf(resolve(id.toUpperCase()))).toBe(id);
  });

  it('never throws and never claims to know an id that it does not', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (text) => {
        const lookup = resolveModelId(`${text}#`, index);
        return lookup.kind !== 'found' || lookup.resolution.kind === 'derived';
      }),
      { numRuns: 50 },
    );
  });

  it('derives the same shape for every scheme of one model', () => {
    for (const suffix of ['-AWQ', '-GPTQ-Int4', '-FP8-dynamic', '-NVFP4', '-quantized.w8a8', '-bnb-4bit']) {
      expect(baseOf(resolve(`acme/Qwen3-14B${suffix}`))).toBe('Qwen/Qwen3-14B');
    }
  });
});
