import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { modelOf, TINY_LLAMA } from '../../../test/model/model-of.ts';
import type { CacheSpec } from '../cache-spec.ts';
import { countParameters, parametersOf } from '../count-parameters.ts';
import type { ModelSpec } from '../model-spec.ts';
import type { LinearSpec } from '../module-spec.ts';
import { supportedArchitectures } from './registry.ts';

const GLM_9B = { hidden_size: 4096, num_hidden_layers: 40, num_attention_heads: 32, intermediate_size: 13_696, vocab_size: 151_552 };
const ERNIE_21B = {
  hidden_size: 2560,
  num_hidden_layers: 28,
  num_attention_heads: 20,
  num_key_value_heads: 4,
  intermediate_size: 12_288,
  vocab_size: 103_424,
  moe_num_experts: 64,
  moe_k: 6,
  moe_intermediate_size: 1536,
  moe_num_shared_experts: 2,
  moe_layer_start_index: 1,
  moe_layer_end_index: -1,
};
const PYTHIA_7B = {
  hidden_size: 4096,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  num_key_value_heads: null,
  intermediate_size: 16_384,
  vocab_size: 50_432,
};
const GPT2 = {
  hidden_size: null,
  n_embd: 768,
  num_hidden_layers: 12,
  num_attention_heads: 12,
  num_key_value_heads: null,
  intermediate_size: null,
  vocab_size: 50_257,
  n_positions: 1024,
  max_position_embeddings: null,
};

/** Letters for the caches of a model, one a layer: F full, S sliding, C chunked, L latent, - none. */
function patternOf(model: ModelSpec): string {
  const letter = (cache: CacheSpec | undefined): string => (cache === undefined ? '-' : cache.kind.charAt(0).toUpperCase());
  return model.layers.map(({ caches }) => letter(caches[0])).join('');
}

function of(architecture: string, modelType: string, config: object): ModelSpec {
  return modelOf({ ...TINY_LLAMA, num_hidden_layers: 8, architectures: [architecture], model_type: modelType, ...config });
}

const MOE = { num_local_experts: 4, num_experts_per_tok: 2 };
const SLIDING = { sliding_window: 16 };
const [SLIDE, FULL] = ['sliding_attention', 'full_attention'];

describe('which layers slide', () => {
  test.each([
    { why: 'Llama has no window', model: of('LlamaForCausalLM', 'llama', {}), want: 'FFFFFFFF' },
    { why: 'Mistral 7B v0.1: a window and no layer_types', model: of('MistralForCausalLM', 'mistral', SLIDING), want: 'SSSSSSSS' },
    { why: 'Mistral that says null', model: of('MistralForCausalLM', 'mistral', { sliding_window: null }), want: 'FFFFFFFF' },
    { why: 'Mistral that says nothing has its class default', model: of('MistralForCausalLM', 'mistral', {}), want: 'SSSSSSSS' },
    {
      why: 'Ministral goes by layer_types',
      model: of('MistralForCausalLM', 'mistral', { ...SLIDING, layer_types: [FULL, SLIDE, SLIDE, SLIDE, FULL, SLIDE, SLIDE, SLIDE] }),
      want: 'FSSSFSSS',
    },
    {
      why: 'a window without sliding layers is idle',
      model: of('LlamaForCausalLM', 'llama', { ...SLIDING, layer_types: Array(8).fill(FULL) }),
      want: 'FFFFFFFF',
    },
    {
      why: 'Qwen switches its window off',
      model: of('Qwen2ForCausalLM', 'qwen2', { ...SLIDING, use_sliding_window: false, max_window_layers: 4 }),
      want: 'FFFFFFFF',
    },
    {
      why: 'Qwen 3 MoE: all or none',
      model: of('Qwen3MoeForCausalLM', 'qwen3_moe', { ...SLIDING, ...MOE, moe_intermediate_size: 4, use_sliding_window: true }),
      want: 'SSSSSSSS',
    },
    { why: 'Gemma 2: every other, the first slides', model: of('Gemma2ForCausalLM', 'gemma2', SLIDING), want: 'SFSFSFSF' },
    { why: 'Gemma 3: every sixth is full', model: of('Gemma3ForCausalLM', 'gemma3_text', SLIDING), want: 'SSSSSFSS' },
    {
      why: 'Gemma 3 by its own period',
      model: of('Gemma3ForCausalLM', 'gemma3_text', { ...SLIDING, sliding_window_pattern: 2 }),
      want: 'SFSFSFSF',
    },
    {
      why: 'gpt-oss goes by number, whatever layer_types says',
      model: of('GptOssForCausalLM', 'gpt_oss', { ...SLIDING, ...MOE, layer_types: Array(8).fill(FULL) }),
      want: 'SFSFSFSF',
    },
    { why: 'OLMo 3: every fourth is full', model: of('Olmo3ForCausalLM', 'olmo3', SLIDING), want: 'SSSFSSSF' },
    { why: 'OLMo 2 has none', model: of('Olmo2ForCausalLM', 'olmo2', {}), want: 'FFFFFFFF' },
    {
      why: 'EXAONE 4 by letters',
      model: of('Exaone4ForCausalLM', 'exaone4', { ...SLIDING, sliding_window_pattern: 'LLLG' }),
      want: 'SSSFSSSF',
    },
    { why: 'EXAONE 4 1.2B has no window', model: of('Exaone4ForCausalLM', 'exaone4', { sliding_window: null }), want: 'FFFFFFFF' },
    { why: 'Command R has none', model: of('CohereForCausalLM', 'cohere', SLIDING), want: 'FFFFFFFF' },
    { why: 'Command R7B: every fourth is full', model: of('Cohere2ForCausalLM', 'cohere2', SLIDING), want: 'SSSFSSSF' },
    { why: 'Llama 4: chunks, every fourth layer is full', model: of('Llama4ForCausalLM', 'llama4_text', MOE), want: 'CCCFCCCF' },
    {
      why: 'Llama 4 by its list',
      model: of('Llama4ForCausalLM', 'llama4_text', { ...MOE, no_rope_layers: [1, 0, 1, 0, 1, 0, 1, 0] }),
      want: 'CFCFCFCF',
    },
    { why: 'an encoder keeps nothing', model: of('BertModel', 'bert', { type_vocab_size: 2 }), want: '--------' },
    { why: 'gte-Qwen2 looks both ways', model: of('Qwen2ForCausalLM', 'qwen2', { is_causal: false }), want: '--------' },
    { why: 'EmbeddingGemma too', model: of('Gemma3TextModel', 'gemma3_text', { use_bidirectional_attention: true }), want: '--------' },
    { why: 'a decoder turned encoder keeps nothing', model: of('LlamaModel', 'llama', { is_causal: false }), want: '--------' },
  ])('$why', ({ model, want }) => {
    expect(patternOf(model)).toBe(want);
  });

  it('adds the token itself to a window of Cohere 2', () => {
    const model = of('Cohere2ForCausalLM', 'cohere2', SLIDING);
    expect(model.layers[0]?.caches).toEqual([{ kind: 'sliding', windowTokens: 17, kvHeads: 2, headDim: 2, valueHeadDim: 2 }]);
  });

  it('follows any layer_types, and shares one object for each kind', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }), (slides) => {
        const layer_types = slides.map((slide) => (slide ? SLIDE : FULL));
        const model = of('MistralForCausalLM', 'mistral', { ...SLIDING, num_hidden_layers: slides.length, layer_types });
        expect(patternOf(model)).toBe(slides.map((slide) => (slide ? 'S' : 'F')).join(''));
        expect(new Set(model.layers).size).toBe(new Set(slides).size);
      }),
    );
  });
});

const MLA = {
  num_attention_heads: 2,
  kv_lora_rank: 4,
  qk_rope_head_dim: 2,
  qk_nope_head_dim: 3,
  v_head_dim: 5,
};

describe('latent attention', () => {
  it('keeps one vector a token; the down-projections are whole on every rank', () => {
    const model = of('DeepseekV2ForCausalLM', 'deepseek_v2', { ...MLA, q_lora_rank: 4 });
    expect(model.layers[0]?.caches).toEqual([{ kind: 'latent', width: 6, sparse: false }]);
    expect(model).toMatchObject({ headDim: 6, mla: { kvLoraRank: 4, qkRopeHeadDim: 2, qkNopeHeadDim: 3, vHeadDim: 5 } });
    const linears = model.layers[0]?.modules.filter((module): module is LinearSpec => module.kind === 'linear') ?? [];
    expect(
      linears.slice(0, 4).map(({ split, parts, inFeatures }) => [split, inFeatures, parts.map(({ outFeatures }) => outFeatures)]),
    ).toEqual([
      ['replicated', 8, [4, 6]],
      ['column', 4, [10]],
      ['column', 4, [16]],
      ['row', 10, [8]],
    ]);
  });

  it('projects queries in one step without q_lora_rank', () => {
    const model = of('DeepseekV2ForCausalLM', 'deepseek_v2', { ...MLA, q_lora_rank: null });
    expect(model.layers[0]?.modules[1]).toMatchObject({ parts: [{ name: 'self_attn.q_proj', outFeatures: 10, heads: 2 }], inFeatures: 8 });
  });

  it('is cached whole, keys and padded values, by MiniCPM 3', () => {
    const model = of('MiniCPM3ForCausalLM', 'minicpm3', { ...MLA, q_lora_rank: 4, v_head_dim: null });
    expect(model.layers[0]?.caches).toEqual([{ kind: 'full', kvHeads: 2, headDim: 5, valueHeadDim: 5 }]);
  });
});

describe('mixtures', () => {
  const deepseek = { ...MLA, n_routed_experts: 4, n_shared_experts: 2, num_experts_per_tok: 2, moe_intermediate_size: 4 };

  test.each([
    {
      why: 'DeepSeek starts with dense layers',
      model: of('DeepseekV2ForCausalLM', 'deepseek_v2', { ...deepseek, first_k_dense_replace: 3 }),
      want: '...EEEEE',
    },
    {
      why: 'every second layer',
      model: of('Qwen3MoeForCausalLM', 'qwen3_moe', { ...MOE, moe_intermediate_size: 4, decoder_sparse_step: 2 }),
      want: '.E.E.E.E',
    },
    {
      why: 'layers named dense',
      model: of('Qwen3MoeForCausalLM', 'qwen3_moe', { ...MOE, moe_intermediate_size: 4, mlp_only_layers: [0, 7] }),
      want: '.EEEEEE.',
    },
    {
      why: 'Llama 4 Maverick: every second',
      model: of('Llama4ForCausalLM', 'llama4_text', { ...MOE, interleave_moe_layer_step: 2 }),
      want: '.E.E.E.E',
    },
    { why: 'Mixtral: all', model: of('MixtralForCausalLM', 'mixtral', MOE), want: 'EEEEEEEE' },
  ])('$why', ({ model, want }) => {
    expect(model.layers.map(({ modules }) => (modules.some(({ kind }) => kind === 'experts') ? 'E' : '.')).join('')).toBe(want);
    expect(model.experts).toEqual({ count: 4, perToken: 2 });
  });

  it('runs all shared experts as one block, split like a feed-forward block', () => {
    const modules = of('DeepseekV2ForCausalLM', 'deepseek_v2', deepseek).layers[0]?.modules ?? [];
    const shared = modules.filter((module) => module.kind === 'linear' && module.role === 'shared-expert');
    expect(shared).toMatchObject([
      { split: 'column', parts: [{ name: 'mlp.shared_experts.gate_proj', outFeatures: 8 }, { outFeatures: 8 }] },
      { split: 'row', inFeatures: 8 },
    ]);
  });

  it('keeps the router whole and unquantized', () => {
    const router = of('MixtralForCausalLM', 'mixtral', MOE).layers[0]?.modules.find(
      (module) => module.kind === 'linear' && module.role === 'router',
    );
    expect(router).toMatchObject({ split: 'replicated', quantizable: false, parts: [{ name: 'block_sparse_moe.gate', outFeatures: 4 }] });
  });
});

describe('what is refused', () => {
  test.each([
    {
      why: 'Qwen that slides in its last layers',
      read: () => of('Qwen2ForCausalLM', 'qwen2', { ...SLIDING, use_sliding_window: true, max_window_layers: 4 }),
      want: 'max_window_layers',
    },
    {
      why: 'norms that vLLM does not build',
      read: () => of('StableLmForCausalLM', 'stablelm', { qk_layernorm: true }),
      want: 'qk_layernorm',
    },
    {
      why: 'sparse attention under the name of DeepSeek V3',
      read: () => of('DeepseekV3ForCausalLM', 'deepseek_v3', { ...MLA, index_topk: 8 }),
      want: 'index_topk',
    },
    { why: 'the vision tower of the first Qwen', read: () => of('QWenLMHeadModel', 'qwen', { visual: {} }), want: 'visual' },
    {
      why: 'relative positions in an encoder',
      read: () => of('BertModel', 'bert', { type_vocab_size: 2, position_embedding_type: 'relative_key' }),
      want: 'position_embedding_type',
    },
  ])('$why', ({ read, want }) => {
    expect(read).toThrow(expect.objectContaining({ code: 'MODEL_UNSUPPORTED', message: expect.stringContaining(`"${want}"`) }));
  });

  it('asks for the KV heads of a Falcon instead of guessing them', () => {
    expect(() => of('RWForCausalLM', 'RefinedWeb', { num_key_value_heads: null })).toThrow(
      expect.objectContaining({ code: 'MODEL_UNREADABLE' }),
    );
    expect(of('FalconForCausalLM', 'falcon', { multi_query: true, num_kv_heads: 4 }).kvHeads).toBe(1);
    expect(of('FalconForCausalLM', 'falcon', { new_decoder_architecture: true, num_kv_heads: 2 }).kvHeads).toBe(2);
  });
});

describe('models without a catalog entry, against their published totals', () => {
  test.each([
    {
      id: 'zai-org/GLM-4-9B-0414',
      model: of('Glm4ForCausalLM', 'glm4', { ...GLM_9B, num_key_value_heads: 2 }),
      want: 9_400_279_040,
    },
    { id: 'zai-org/glm-4-9b-chat-hf', model: of('GlmForCausalLM', 'glm', { ...GLM_9B, num_key_value_heads: 2 }), want: 9_399_951_360 },
    {
      id: 'baidu/ERNIE-4.5-21B-A3B-Thinking',
      model: of('Ernie4_5_MoeForCausalLM', 'ernie4_5_moe', ERNIE_21B),
      want: 21_825_437_888,
    },
    // 32 layers store a causal mask of 2048 × 2048 and 16 rotary frequencies besides.
    {
      id: 'EleutherAI/pythia-6.9b',
      model: of('GPTNeoXForCausalLM', 'gpt_neox', PYTHIA_7B),
      want: 6_991_520_256 - 32 * (2048 * 2048 + 16),
    },
    // The published total has a mask of 1024 × 1024 in each of 12 layers.
    { id: 'openai-community/gpt2', model: of('GPT2LMHeadModel', 'gpt2', GPT2), want: 137_022_720 - 12 * 1024 * 1024 },
  ])('$id', ({ model, want }) => {
    expect(countParameters(model).total).toBe(want);
  });
});

it('scores rewards with two matrices', () => {
  const model = of('Qwen2ForProcessRewardModel', 'qwen2', {});
  expect(model).toMatchObject({ task: 'pooling', head: null });
  // 8 × 8 + 8, then 2 × 8 + 2.
  expect(model.postLayers.slice(1).map(parametersOf)).toEqual([72, 18]);
});

describe('heads of the output', () => {
  test.each([
    { why: 'Gemma shares it by default', model: of('GemmaForCausalLM', 'gemma', {}), tied: true },
    { why: 'Cohere too', model: of('CohereForCausalLM', 'cohere', {}), tied: true },
    { why: 'StarCoder 2 too', model: of('Starcoder2ForCausalLM', 'starcoder2', {}), tied: true },
    { why: 'SmolLM 3 too', model: of('SmolLM3ForCausalLM', 'smollm3', {}), tied: true },
    { why: 'Phi 3 does not', model: of('Phi3ForCausalLM', 'phi3', {}), tied: false },
    { why: 'Qwen 2 says so itself', model: of('Qwen2ForCausalLM', 'qwen2', { tie_word_embeddings: true }), tied: true },
  ])('$why', ({ model, tied }) => {
    expect(model.head === null).toBe(tied);
  });
});

it('knows no architecture twice', () => {
  const names = supportedArchitectures();
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThan(60);
});
