import type { ModelDimensions } from './model-record.ts';
import type { JsonObject } from './parse-json-text.ts';

/**
 * Configs that a row of dimensions may stand for, for types that need more than the row says: the sizes that the class or
 * every published model of it has. A row takes one of them only when it makes exactly the published number of parameters,
 * which the import of the catalog checks; `checkedAs` is its place in this list.
 */
export function candidateConfigs(row: ModelDimensions): readonly JsonObject[] {
  return CHECKED_TYPES.get(row.modelType)?.(row) ?? [];
}

const CHECKED_TYPES: ReadonlyMap<string, (row: ModelDimensions) => readonly JsonObject[]> = new Map([
  ['granitemoehybrid', granite4],
  ['deepseek_v3', smallDeepseekV3],
  ['kimi_vl', kimiVl],
  ['qwen2_5_vl', qwen25Vl],
]);

/** Granite 4: attention in every layer (micro, 350m), or Mamba 2 with four layers of attention (the H models). */
function granite4(row: ModelDimensions): readonly JsonObject[] {
  const base = {
    architectures: ['GraniteMoeHybridForCausalLM'],
    model_type: row.modelType,
    ...widths(row),
    num_local_experts: row.experts ?? 0,
    num_experts_per_tok: row.expertsPerToken ?? 0,
    shared_intermediate_size: row.experts === null ? row.ffnSize : SHARED_WIDTH * row.ffnSize,
  };
  const attention = Array.from({ length: row.layers }, () => 'attention');
  const mixed = attention.map((kind, index) => (index % ATTENTION_EVERY === ATTENTION_AT ? kind : 'mamba'));
  const hybrid = { ...base, ...MAMBA, mamba_n_heads: (MAMBA.mamba_expand * row.hiddenSize) / MAMBA.mamba_d_head, layer_types: mixed };
  return [{ ...base, layer_types: attention, position_embedding_type: 'rope' }, hybrid];
}

/** Sizes of the H models. The published counts of h-micro and h-tiny come out with them and with no other number of attention layers. */
const MAMBA = { mamba_expand: 2, mamba_d_head: 64, mamba_n_groups: 1, mamba_d_state: 128, mamba_d_conv: 4 };
const ATTENTION_EVERY = 10;
const ATTENTION_AT = 5;
/** Width of the shared expert, in widths of a routed one. */
const SHARED_WIDTH = 2;

/** Latent attention of DeepSeek V3 without the compressed query, as in V2-Lite. @source the config of deepseek-ai/DeepSeek-V2-Lite */
const LATENT = { q_lora_rank: null, kv_lora_rank: 512, qk_nope_head_dim: 128, qk_rope_head_dim: 64, v_head_dim: 128 };
const SHARED_EXPERTS = 2;

/** Moonlight: the dense layer is as wide as the experts of one token together, as in DeepSeek V3 (9 × 2048 = 18432). */
function smallDeepseekV3(row: ModelDimensions): readonly JsonObject[] {
  if (row.experts === null || row.expertsPerToken === null) return [];
  return [
    {
      architectures: ['DeepseekV3ForCausalLM'],
      model_type: 'deepseek_v3',
      ...widths(row),
      head_dim: null,
      ...LATENT,
      intermediate_size: (row.expertsPerToken + SHARED_EXPERTS) * row.ffnSize,
      moe_intermediate_size: row.ffnSize,
      n_routed_experts: row.experts,
      num_experts_per_tok: row.expertsPerToken,
      n_shared_experts: SHARED_EXPERTS,
      first_k_dense_replace: 1,
      moe_layer_freq: 1,
      topk_method: 'noaux_tc',
      num_nextn_predict_layers: 0,
    },
  ];
}

/** MoonViT. @source the config of moonshotai/Kimi-K2.5, whose encoder it is */
const MOONVIT = {
  model_type: 'moonvit',
  hidden_size: 1152,
  intermediate_size: 4304,
  num_attention_heads: 16,
  num_hidden_layers: 27,
  patch_size: 14,
  init_pos_emb_height: 64,
  init_pos_emb_width: 64,
  merge_kernel_size: [2, 2],
};

function kimiVl(row: ModelDimensions): readonly JsonObject[] {
  return smallDeepseekV3(row).map((text) => ({
    architectures: ['KimiVLForConditionalGeneration'],
    model_type: row.modelType,
    torch_dtype: 'bfloat16',
    text_config: text,
    vision_config: MOONVIT,
  }));
}

/** Feed-forward widths of the encoders of Qwen2.5-VL; the rest is the same in all of them. @source the config of Qwen/Qwen2.5-VL-7B-Instruct */
const QWEN_VISION_WIDTHS = [3420, 3456];

function qwen25Vl(row: ModelDimensions): readonly JsonObject[] {
  return QWEN_VISION_WIDTHS.map((width) => ({
    architectures: ['Qwen2_5_VLForConditionalGeneration'],
    model_type: row.modelType,
    ...widths(row),
    rope_scaling: { type: 'mrope', mrope_section: [16, 24, 24] },
    vision_config: {
      depth: 32,
      hidden_size: 1280,
      intermediate_size: width,
      num_heads: 16,
      in_chans: 3,
      patch_size: 14,
      spatial_merge_size: 2,
      temporal_patch_size: 2,
      out_hidden_size: row.hiddenSize,
    },
  }));
}

/** What every config says of the dimensions, in the names that most classes use. */
export function widths(row: ModelDimensions): JsonObject {
  return {
    hidden_size: row.hiddenSize,
    intermediate_size: row.ffnSize,
    num_hidden_layers: row.layers,
    num_attention_heads: row.heads,
    num_key_value_heads: row.kvHeads,
    head_dim: row.headDim,
    vocab_size: row.vocabSize,
    tie_word_embeddings: row.tiedHead ?? false,
    torch_dtype: 'bfloat16',
    sliding_window: null,
    use_sliding_window: false,
  };
}
