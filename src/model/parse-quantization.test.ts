import { describe, expect, it, test } from 'vitest';
import { loadCatalogModel, loadModelIndex } from '../catalog/load-models.ts';
import { WizardError } from '../errors/wizard-error.ts';
import { parseQuantization } from './parse-quantization.ts';
import { schemeOf } from './quantization/scheme-of.ts';
import { FP8_BLOCK_128, FP8_CHANNEL, FP8_TENSOR, INT8, int4, int8Group, MXFP4, MXFP8, NVFP4, PLAIN } from './quantization/schemes.ts';

const parse = (quantization_config: unknown, more: object = {}, hfQuantConfig: unknown = null) =>
  parseQuantization({ config: { ...more, quantization_config }, hfQuantConfig });
const group = (weights: object, targets: readonly string[] = ['Linear'], more: object = {}) => ({ weights, targets, ...more });
const ct = (groups: object, more: object = {}) => ({ quant_method: 'compressed-tensors', config_groups: groups, ...more });
const floats = (bits: number, more: object) => ({ num_bits: bits, type: 'float', dynamic: false, symmetric: true, ...more });

describe('parseQuantization', () => {
  test.each([
    { why: 'AWQ', block: { quant_method: 'awq', bits: 4, group_size: 128, zero_point: true }, linear: int4(128, true) },
    { why: 'AWQ by its older keys', block: { quant_method: 'awq', w_bit: 4, q_group_size: 64, zero_point: false }, linear: int4(64) },
    { why: 'GPTQ', block: { quant_method: 'gptq', bits: 4, group_size: 128, desc_act: false, sym: true }, linear: int4(128) },
    {
      why: 'GPTQ, ordered and asymmetric',
      block: { quant_method: 'gptq', bits: 8, group_size: 32, desc_act: true, sym: false },
      linear: int8Group(32, true, true),
    },
    {
      why: 'GPTQ with one group: the order means nothing',
      block: { quant_method: 'gptq', bits: 4, group_size: -1, desc_act: true, sym: true },
      linear: int4(-1),
    },
    { why: 'fp8, one scale', block: { quant_method: 'fp8', activation_scheme: 'static' }, linear: FP8_TENSOR },
    { why: 'fp8 blocks', block: { quant_method: 'fp8', weight_block_size: [128, 128] }, linear: FP8_BLOCK_128 },
    { why: 'fbgemm', block: { quant_method: 'fbgemm_fp8', modules_to_not_convert: [] }, linear: FP8_CHANNEL },
    {
      why: 'W4A16',
      block: ct({ g: group({ num_bits: 4, type: 'int', strategy: 'group', group_size: 128, symmetric: true }) }),
      linear: int4(128),
    },
    { why: 'W8A8', block: ct({ g: group({ num_bits: 8, type: 'int', strategy: 'channel', symmetric: true }) }), linear: INT8 },
    { why: 'FP8 dynamic', block: ct({ g: group(floats(8, { strategy: 'channel' })) }), linear: FP8_CHANNEL },
    { why: 'FP8 static', block: ct({ g: group(floats(8, { strategy: 'tensor' })) }), linear: FP8_TENSOR },
    {
      why: 'FP8 blocks',
      block: ct({ g: group(floats(8, { strategy: 'block', block_structure: [128, 128] })) }),
      linear: FP8_BLOCK_128,
    },
    { why: 'NVFP4', block: ct({ g: group(floats(4, { strategy: 'tensor_group', group_size: 16 })) }), linear: NVFP4 },
    { why: 'MXFP4', block: ct({ g: group(floats(4, { strategy: 'group', group_size: 32 })) }), linear: MXFP4 },
    { why: 'MXFP8', block: ct({ g: group(floats(8, { strategy: 'group', group_size: 32 })) }), linear: MXFP8 },
    { why: 'ModelOpt FP8', block: { quant_method: 'modelopt', quant_algo: 'FP8', ignore: ['lm_head'] }, linear: FP8_TENSOR },
    { why: 'ModelOpt NVFP4 without a method', block: { quant_algo: 'NVFP4', ignore: ['lm_head'] }, linear: NVFP4 },
    { why: 'bitsandbytes', block: { quant_method: 'bitsandbytes', load_in_4bit: true }, linear: { kind: 'bnb4' } },
    { why: 'LLM.int8', block: { quant_method: 'bitsandbytes', load_in_8bit: true }, linear: INT8 },
    { why: 'AutoRound', block: { quant_method: 'auto-round', bits: 4, group_size: 128, sym: true }, linear: int4(128) },
    {
      why: 'Quark FP8',
      block: { quant_method: 'quark', global_quant_config: { weight: { dtype: 'fp8_e4m3', qscheme: 'per_tensor' } } },
      linear: FP8_TENSOR,
    },
    {
      why: 'torchao',
      block: { quant_method: 'torchao', quant_type: { default: { _type: 'Int8WeightOnlyConfig', _data: {} } } },
      linear: INT8,
    },
    { why: 'nothing said', block: null, linear: PLAIN },
  ])('$why', ({ block, linear }) => {
    expect(parse(block).linear).toEqual(linear);
  });

  test('looks inside the language model and in hf_quant_config.json', () => {
    const block = ct({ g: group(floats(4, { group_size: 32 })) }, { ignore: ['re:.*self_attn.*'] });
    const nested = parseQuantization({ config: { text_config: { quantization_config: block } }, hfQuantConfig: null });
    expect(nested).toMatchObject({ linear: MXFP4, quantizesTowers: false });
    const beside = { quantization: { quant_algo: 'NVFP4', kv_cache_quant_algo: 'FP8', group_size: 16, exclude_modules: ['lm_head'] } };
    expect(parseQuantization({ config: {}, hfQuantConfig: beside })).toMatchObject({ method: 'modelopt_fp4', kvCacheDtype: 'fp8' });
  });

  test('gpt-oss: routed experts only', () => {
    const spec = parse({ quant_method: 'mxfp4', modules_to_not_convert: ['model.layers.*.self_attn', 'lm_head'] });
    expect(spec).toMatchObject({ linear: PLAIN, experts: MXFP4 });
  });

  test('DeepSeek V4: blocks for linear layers, FP4 for experts', () => {
    const block = { quant_method: 'fp8', weight_block_size: [128, 128], scale_fmt: 'ue8m0' };
    const v4 = { model_type: 'deepseek_v4', expert_dtype: 'fp4' };
    expect(parse(block, v4)).toMatchObject({ linear: { ...FP8_BLOCK_128, exponentScales: true }, experts: MXFP4 });
    expect(parse({ ...block, moe_quant_algo: 'NVFP4' }, v4).experts).toEqual(NVFP4);
    expect(parse(block, { ...v4, expert_dtype: 'fp8' })).toMatchObject({ linear: FP8_BLOCK_128, experts: FP8_BLOCK_128 });
    expect(parse({ ...block, weight_block_size: [32, 32] }, { ...v4, model_type: 'deepseek_v41' }).linear).toEqual(MXFP8);
  });

  test('the KV cache that a checkpoint asks for', () => {
    const weights = { g: group(floats(8, { strategy: 'channel' })) };
    expect(parse(ct(weights, { kv_cache_scheme: { num_bits: 8, type: 'float' } })).kvCacheDtype).toBe('fp8');
    expect(parse(ct(weights, { kv_cache_scheme: null })).kvCacheDtype).toBeNull();
  });

  test.each([
    { why: 'GGUF', block: { quant_method: 'gguf' }, names: 'gguf' },
    { why: 'an unknown method', block: { quant_method: 'squeeze' }, names: 'squeeze' },
    { why: 'three-bit GPTQ', block: { quant_method: 'gptq', bits: 3, group_size: 128 }, names: '3 bits' },
    { why: 'eight-bit AWQ', block: { quant_method: 'awq', bits: 8, group_size: 128 }, names: '8 bits' },
    { why: 'floats of six bits', block: ct({ g: group(floats(6, { strategy: 'tensor' })) }), names: '6-bit' },
    { why: 'an unknown ModelOpt algorithm', block: { quant_method: 'modelopt', quant_algo: 'W2A8', ignore: [] }, names: 'W2A8' },
    { why: 'a block size that is none', block: { quant_method: 'fp8', weight_block_size: [128] }, names: 'weight_block_size' },
  ])('refuses $why by name', ({ block, names }) => {
    expect(() => parse(block)).toThrow(expect.objectContaining({ code: 'MODEL_UNSUPPORTED', message: expect.stringContaining(names) }));
  });

  it('reads every published config that is held, or says why not', () => {
    const methods = new Set<string>();
    for (const { id } of loadModelIndex().models) {
      const record = loadCatalogModel(id);
      if (record === undefined) continue;
      try {
        methods.add(parseQuantization({ config: record.config, hfQuantConfig: record.hfQuantConfig }).method);
      } catch (error) {
        expect(error, id).toBeInstanceOf(WizardError);
      }
    }
    expect([...methods].sort()).toEqual([
      'compressed-tensors',
      'deepseek_v4_fp8',
      'fbgemm_fp8',
      'fp8',
      'gptq',
      'modelopt',
      'modelopt_fp4',
      'modelopt_mixed',
      'mxfp4',
      'none',
    ]);
  });
});

describe('schemeOf', () => {
  const awq = parse({ quant_method: 'awq', bits: 4, group_size: 128, zero_point: true, modules_to_not_convert: ['visual', 'mlp.gate'] });
  const listed = parse({
    quant_method: 'fp8',
    weight_block_size: [128, 128],
    modules_to_not_convert: ['lm_head', 'model.layers.1.mlp.gate', 'model.layers.1.mlp.experts.0.gate_proj'],
  });
  const kimi = parse(
    ct(
      { g: group({ num_bits: 4, type: 'int', group_size: 32, symmetric: true }) },
      { ignore: ['lm_head', 're:.*self_attn.*', 're:.*shared_experts.*', 're:.*mlp\\.(gate|up|gate_up|down)_proj.*'] },
    ),
  );
  const glm = parse({
    quant_method: 'modelopt',
    quant_algo: 'NVFP4',
    ignore: ['lm_head', 'model.layers.0*', 'model.layers.1.*', 'model.layers.9.self_attn*'],
  });
  const mixed = parse({
    quant_method: 'modelopt',
    quant_algo: 'MIXED_PRECISION',
    ignore: ['mtp*'],
    quantized_layers: {
      'model.language_model.layers.0.linear_attn.out_proj': { quant_algo: 'FP8' },
      'model.language_model.layers.0.mlp.experts.7.down_proj': { quant_algo: 'NVFP4', group_size: 16 },
      lm_head: { quant_algo: 'W4A16_NVFP4', group_size: 16 },
    },
  });
  const gptq = parse({
    quant_method: 'gptq',
    bits: 4,
    group_size: 128,
    desc_act: false,
    sym: true,
    lm_head: true,
    dynamic: { '-:.*\\.moe\\..*': {}, '+:.*\\.(?:1[0-5])\\..*': { bits: 8 } },
  });

  test.each([
    { why: 'AWQ entries match anywhere', spec: awq, name: 'layers.3.mlp.gate', role: 'linear', want: PLAIN },
    { why: 'the head stays wide', spec: awq, name: 'lm_head', role: 'head', want: PLAIN },
    { why: 'unless the config says otherwise', spec: gptq, name: 'lm_head', role: 'head', want: int4(128) },
    { why: 'fp8 entries are whole names', spec: listed, name: 'layers.11.mlp.gate', role: 'linear', want: FP8_BLOCK_128 },
    { why: 'and hold for that layer', spec: listed, name: 'layers.1.mlp.gate', role: 'linear', want: PLAIN },
    { why: 'one expert listed: all of the layer', spec: listed, name: 'layers.1.mlp.experts', role: 'experts', want: PLAIN },
    { why: 'regular expressions', spec: kimi, name: 'layers.4.self_attn.q_a_proj', role: 'linear', want: PLAIN },
    { why: 'that do not reach the experts', spec: kimi, name: 'layers.4.mlp.experts', role: 'experts', want: int4(32) },
    { why: 'a star behind a layer number', spec: glm, name: 'layers.0.mlp.up_proj', role: 'linear', want: PLAIN },
    { why: 'a dot keeps layer 1 from meaning layer 12', spec: glm, name: 'layers.12.mlp.up_proj', role: 'linear', want: NVFP4 },
    { why: 'a star behind a module', spec: glm, name: 'layers.9.self_attn.o_proj', role: 'linear', want: PLAIN },
    { why: 'mixed precision by name', spec: mixed, name: 'layers.0.linear_attn.out_proj', role: 'linear', want: FP8_TENSOR },
    { why: 'one entry for all experts', spec: mixed, name: 'layers.0.mlp.experts', role: 'experts', want: NVFP4 },
    { why: 'what is not listed is wide', spec: mixed, name: 'layers.0.linear_attn.in_proj_a', role: 'linear', want: PLAIN },
    { why: 'the head is listed', spec: mixed, name: 'lm_head', role: 'head', want: NVFP4 },
    { why: 'GPTQ skips by pattern', spec: gptq, name: 'layers.3.moe.down_proj', role: 'linear', want: PLAIN },
    { why: 'and overrides by pattern', spec: gptq, name: 'layers.12.mlp.down_proj', role: 'linear', want: int8Group(128) },
    { why: 'towers stay wide', spec: awq, name: 'visual.blocks.0.attn.qkv', role: 'tower', want: PLAIN },
  ] as const)('$why', ({ spec, name, role, want }) => {
    expect(schemeOf(spec, name, role)).toEqual(want);
  });

  it('sees through the wrappers of multimodal models', () => {
    expect(schemeOf(glm, 'model.language_model.layers.9.self_attn.o_proj', 'linear')).toEqual(PLAIN);
  });
});
