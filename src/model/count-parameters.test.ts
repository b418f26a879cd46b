import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { modelOf, TINY_LLAMA } from '../../test/model/model-of.ts';
import { countParameters } from './count-parameters.ts';

const FP8_BLOCK = { quant_method: 'fp8', weight_block_size: [4, 4] };

describe('countParameters', () => {
  // A layer: q 8×8 = 64, k and v 2 × 4×8 = 64, o 8×8 = 64, gate, up, down 3 × 16×8 = 384, two norms 16: 592.
  // Around: embedding 10×8 = 80, head 80, last norm 8.
  test.each([
    { why: 'tiny Llama: 2 × 592 + 168', config: {}, want: 1352 },
    { why: 'a tied head is not counted twice', config: { tie_word_embeddings: true }, want: 1272 },
    { why: 'attention biases: 2 × (8 + 4 + 4 + 8)', config: { attention_bias: true }, want: 1400 },
    { why: 'biases on q, k and v alone: 2 × 16', config: { qkv_bias: true }, want: 1384 },
    { why: 'feed-forward biases: 2 × (16 + 16 + 8)', config: { mlp_bias: true }, want: 1432 },
    { why: 'as many KV heads as heads: 2 × 2 × 4×8 more', config: { num_key_value_heads: null }, want: 1480 },
    { why: 'wide heads of 4: 2 × (64 + 64 + 64) more', config: { head_dim: 4 }, want: 1736 },
  ])('$why', ({ config, want }) => {
    expect(countParameters(modelOf({ ...TINY_LLAMA, ...config })).total).toBe(want);
  });

  it('counts a BERT with the pooler that vLLM leaves out', () => {
    const config = { ...TINY_LLAMA, architectures: ['BertModel'], model_type: 'bert', num_key_value_heads: null, type_vocab_size: 2 };
    // A layer: 4 × (64 + 8) + (128 + 16) + (128 + 8) + 2 norms of 16 = 600. Around: 80 + 64×8 + 2×8 + 16, pooler 72.
    expect(countParameters(modelOf(config)).total).toBe(2 * 600 + 80 + 512 + 16 + 16 + 72);
  });

  it('counts one scale for each block, rounded up at both edges, head and norms without', () => {
    // Blocks of 4 × 4: q 4, k and v 2 each, o 4, gate, up and down 8 each: 36 a layer.
    expect(countParameters(modelOf({ ...TINY_LLAMA, quantization_config: FP8_BLOCK })).scales).toBe(72);
    // 5 columns more make k and v 3 × 2 … : hidden 12, 6 heads of 2: q 9, k 3, v 3, o 9, three of 4×3 = 12: 60 a layer.
    const wider = { ...TINY_LLAMA, hidden_size: 12, num_attention_heads: 6, quantization_config: FP8_BLOCK };
    expect(countParameters(modelOf(wider)).scales).toBe(120);
  });

  it('counts MTP layers apart, with the embedding and head that DeepSeek stores again', () => {
    const config = { ...TINY_DEEPSEEK, num_nextn_predict_layers: 1 };
    const without = countParameters(modelOf(TINY_DEEPSEEK));
    const { total, mtp } = countParameters(modelOf(config));
    // Layer: q_a 4×8, kv_a 6×8, q_b 2·4×4, kv_b 2·4×4, o 8×4, norms 4 + 4; router 4×8 + 4, 4 experts and 1 shared of 3 × 2×8; 16.
    // Around: three norms 24, eh_proj 8×16, embedding and head 160.
    expect(mtp).toBe(32 + 48 + 32 + 32 + 32 + 8 + 36 + 240 + 16 + 24 + 128 + 160);
    expect(total - without.total).toBe(mtp);
  });

  it('grows by the same number for each layer', () => {
    const totalOf = (layers: number): number => countParameters(modelOf({ ...TINY_LLAMA, num_hidden_layers: layers })).total;
    fc.assert(fc.property(fc.integer({ min: 1, max: 100 }), (layers) => totalOf(layers + 1) - totalOf(layers) === 592));
  });
});

const TINY_DEEPSEEK = {
  ...TINY_LLAMA,
  architectures: ['DeepseekV3ForCausalLM'],
  model_type: 'deepseek_v3',
  num_attention_heads: 2,
  q_lora_rank: 4,
  kv_lora_rank: 4,
  qk_rope_head_dim: 2,
  qk_nope_head_dim: 2,
  v_head_dim: 2,
  n_routed_experts: 4,
  n_shared_experts: 1,
  num_experts_per_tok: 2,
  moe_intermediate_size: 2,
  first_k_dense_replace: 1,
  topk_method: 'noaux_tc',
};
