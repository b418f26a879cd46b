import { isJsonObject, type JsonObject } from '../../src/catalog/parse-json-text.ts';

/** Fields that decide no shape, no cache and no quantization: generation, training, tokens, numerics and bookkeeping. */
const IRRELEVANT = new Set([
  '_attn_implementation',
  '_attn_implementation_autoset',
  '_from_model_config',
  '_name_or_path',
  'attn_implementation',
  'audio_zeroemb_idx',
  'auto_map',
  'aux_loss_alpha',
  'bad_words_ids',
  'begin_suppress_tokens',
  'chunk_size_feed_forward',
  'diversity_penalty',
  'do_sample',
  'early_stopping',
  'encoder_no_repeat_ngram_size',
  'exponential_decay_length_penalty',
  'finetuning_task',
  'gradient_checkpointing',
  'init_std',
  'initializer_factor',
  'initializer_range',
  'label2id',
  'length_penalty',
  'long_factor',
  'max_length',
  'min_length',
  'no_repeat_ngram_size',
  'num_beam_groups',
  'num_beams',
  'num_return_sequences',
  'observer',
  'observer_kwargs',
  'output_attentions',
  'output_hidden_states',
  'output_past',
  'output_router_logits',
  'output_scores',
  'pretraining_tp',
  'problem_type',
  'pruned_heads',
  'remove_invalid_values',
  'repetition_penalty',
  'rescale_prenorm_residual',
  'return_dict',
  'return_dict_in_generate',
  'router_aux_loss_coef',
  'router_jitter_noise',
  'short_factor',
  'speech_zeroemb_idx',
  'suppress_tokens',
  'task_specific_params',
  'temperature',
  'tf_legacy_loss',
  'tie_encoder_decoder',
  'time_step_floor',
  'time_step_limit',
  'time_step_max',
  'time_step_min',
  'tokenizer_class',
  'tokenizer_type',
  'top_p',
  'torchscript',
  'transformers.js_config',
  'transformers_version',
  'typical_p',
  'use_bfloat16',
  'use_cache',
  'z_loss_weight',
]);

const IRRELEVANT_SHAPES = [/dropout|pdrop|layerdrop/, /_token_(id|index)$/, /(^|_)eps(ilon)?$/, /_placeholder$/, /^mask_(feature|time)_/];

/** A routed expert's matrix in a per-layer list of schemes. */
const EXPERT_MATRIX = /^(.*\.experts)\.\d+\.\w+$/;

/** The config without what the planner never reads; the order of the keys stays. */
export function trimConfig(config: JsonObject): JsonObject {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(config)) {
    if (key === 'id2label') {
      Object.assign(kept, labelCount(config));
      continue;
    }
    if (IRRELEVANT.has(key) || IRRELEVANT_SHAPES.some((shape) => shape.test(key))) continue;
    kept[key] = key === 'quantized_layers' && isJsonObject(value) ? foldExperts(value) : trimValue(value);
  }
  return kept;
}

/** Classes of a classifier that does not list them. @source transformers 5.20 `PreTrainedConfig.num_labels` */
const DEFAULT_LABELS = 2;

/** Of the list of labels its length is what decides a shape: the rows of a classifier (bge-reranker-large has 1). */
function labelCount({ id2label, num_labels: stated }: JsonObject): JsonObject {
  if (!isJsonObject(id2label) || stated !== undefined) return {};
  const labels = Object.keys(id2label).length;
  return labels === DEFAULT_LABELS ? {} : { num_labels: labels };
}

function trimValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(trimValue);
  return isJsonObject(value) ? trimConfig(value) : value;
}

/**
 * One entry a mixture in place of one a matrix (MiniMax-M3-NVFP4 lists 21,888 of them, 2.4 MB), in the form
 * `….experts` that other ModelOpt files use. Mixtures whose matrices differ stay as they are.
 */
function foldExperts(layers: JsonObject): JsonObject {
  const schemes = new Map<string, Set<string>>();
  for (const [name, scheme] of Object.entries(layers)) {
    const mixture = EXPERT_MATRIX.exec(name)?.[1];
    if (mixture !== undefined) schemes.set(mixture, (schemes.get(mixture) ?? new Set()).add(JSON.stringify(scheme)));
  }
  const folded: Record<string, unknown> = {};
  for (const [name, scheme] of Object.entries(layers)) {
    const mixture = EXPERT_MATRIX.exec(name)?.[1];
    const uniform = mixture !== undefined && schemes.get(mixture)?.size === 1;
    folded[uniform ? mixture : name] = scheme;
  }
  return folded;
}
