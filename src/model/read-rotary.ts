import type { ConfigReader } from './config-reader.ts';
import type { ModelSpec } from './model-spec.ts';
import type { TensorSpec } from './module-spec.ts';

/** Model types whose attention has no rotary positions: learned or none, or ALiBi. */
const WITHOUT_ROTARY =
  /^(?:gpt2|gpt_bigcode|opt|bloom|mpt|bert|roberta|xlm-roberta|distilbert|whisper|t5|bart|nemotron_h|mamba|mamba2|falcon_mamba|jamba|kimi_linear)/;

/** Rotary positions in some of them, as `position_embedding_type` tells. @source vLLM 0.33.0 `models/granitemoehybrid.py` */
const GRANITE_4 = /^granitemoehybrid/;

/** Their attention asks for float32 tables. @source vLLM 0.33.0 `models/gpt_oss.py`, `models/hy_v3.py`, `models/kimi_k3/nvidia/mla.py` */
const WIDE_ROTARY = /^(?:gpt_oss|hy_v3|kimi_k3)/;

/** vLLM's rotary class for images and video makes room for four times the positions. @source vLLM 0.33.0 `rotary_embedding/mrope.py` */
const MULTIMODAL_POSITIONS = 4;
/** Class defaults of `Gemma3TextConfig`, which its configs leave out. @source transformers 4.57 `configuration_gemma3.py` */
const GEMMA3 = { modelType: 'gemma3_text', positions: 131_072 } as const;

/** What vLLM takes for a config without a length. @source vLLM 0.33.0 `models/llama.py` */
const DEFAULT_POSITIONS = 8192;

/**
 * Rotary tables (cos and sin of every position) that the layers of a stage share: one row of `rotary_dim` values a position,
 * in the model's dtype. They are part of "Model loading took": 131,072 × 128 × 2 B = 32 MiB for Llama 3.1.
 *
 *   elements = positions × rotary_dim; yarn and linear scaling: original positions × factor; longrope: both tables
 *
 * @param text the language model's part of config.json
 * @source vLLM 0.33.0 `rotary_embedding/__init__.py` get_rope and the classes beside it
 */
export function rotaryTables(text: ConfigReader, { headDim, mla }: Pick<ModelSpec, 'headDim' | 'mla'>): readonly TensorSpec[] {
  const type = text.optionalString('model_type') ?? '';
  if (WITHOUT_ROTARY.test(type) || text.bool('alibi', false)) return [];
  if (GRANITE_4.test(type) && text.optionalString('position_embedding_type') !== 'rope') return [];
  const parameters = text.optionalChild('rope_parameters', 'rope_scaling');
  const full = parameters?.optionalChild('full_attention') ?? null;
  const sliding = parameters?.optionalChild('sliding_attention') ?? null;
  if (full !== null && sliding !== null) {
    return [table(0, text, full, text.optionalSize('global_head_dim') ?? headDim), table(1, text, sliding, headDim)];
  }
  const dimension = mla?.qkRopeHeadDim ?? headDim;
  const main = table(0, text, parameters, dimension);
  const hasLocal = text.has('rope_local_base_freq') || isGemma3(text);
  return hasLocal ? [main, table(1, text, null, dimension)] : [main];
}

function table(index: number, text: ConfigReader, parameters: ConfigReader | null, dimension: number): TensorSpec {
  const elements = positionsOf(text, parameters) * rotaryDimension(text, parameters, dimension);
  const name = index === 0 ? 'rotary_emb.cos_sin_cache' : `rotary_emb_${index}.cos_sin_cache`;
  const wide = WIDE_ROTARY.test(text.optionalString('model_type') ?? '');
  return { kind: 'tensor', name, elements, split: 'replicated', derived: true, ...(wide ? { dtype: 'float32' } : {}) };
}

function positionsOf(text: ConfigReader, parameters: ConfigReader | null): number {
  const positions =
    text.optionalSize('max_position_embeddings', 'seq_length', 'n_positions', 'max_sequence_length') ??
    (isGemma3(text) ? GEMMA3.positions : DEFAULT_POSITIONS);
  const type = parameters?.optionalString('rope_type', 'type') ?? 'default';
  const factor = parameters?.optionalNumber('factor') ?? 1;
  const original = parameters?.optionalSize('original_max_position_embeddings') ?? text.optionalSize('original_max_position_embeddings');
  const tables = parameters?.has('mrope_section') ? MULTIMODAL_POSITIONS : 1;
  if (/yarn/.test(type)) return Math.round((original ?? positions) * factor) * tables;
  if (type === 'linear') return Math.round(positions * factor);
  if (type === 'longrope' || type === 'su') return positions + (original ?? 0);
  return positions * tables;
}

function isGemma3(text: ConfigReader): boolean {
  return text.optionalString('model_type') === GEMMA3.modelType;
}

function rotaryDimension(text: ConfigReader, parameters: ConfigReader | null, dimension: number): number {
  // Gemma 4 turns part of the dimensions and keeps a row for all of them.
  if (parameters?.optionalString('rope_type', 'type') === 'proportional') return dimension;
  const given = text.optionalSize('rotary_dim');
  if (given !== null) return given;
  const fraction =
    parameters?.optionalNumber('partial_rotary_factor') ?? text.optionalNumber('partial_rotary_factor', 'rotary_pct', 'rope_pct') ?? 1;
  const halved = text.optionalString('model_type') === 'chatglm' ? 0.5 : 1;
  return Math.floor(dimension * fraction * halved);
}
