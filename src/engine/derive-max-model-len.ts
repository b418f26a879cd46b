import type { ContextSpec } from '../model/model-spec.ts';
import type { EngineRules } from './rules.ts';

/** What vLLM takes for a config that names no length. @source vLLM config/model.py `_get_and_verify_max_len` */
const UNNAMED_LENGTH_TOKENS = 2048;
/** Planned with when a model's lengths are not known and none is given; the answer carries a caveat. */
const UNKNOWN_LENGTH_TOKENS = 8192;
/** RoPE types whose factor does not lengthen the context. */
const UNSCALED_ROPE = ['su', 'longrope', 'llama3'];
/** Types that stopped lengthening it with 0.30. */
const UNSCALED_ROPE_LATER = [...UNSCALED_ROPE, 'yarn', 'deepseek_yarn', 'deepseek_llama_scaling'];

export interface DerivedLength {
  /** The longest that vLLM accepts without VLLM_ALLOW_LONG_MAX_MODEL_LEN, tokens. */
  readonly limitTokens: number;
  /** What it takes when nothing is given: the limit, or the trained length for longrope models. */
  readonly defaultTokens: number;
}

/**
 * The longest context that the config allows, by vLLM's rule: `model_max_length`, else the smallest length field, scaled by the RoPE factor
 * except for the types that keep it; YaRN counts from its original length until 0.29.
 *
 * @source vLLM config/model.py `_get_and_verify_max_len` at 0.19.1, 0.24.0 and 0.33.0
 */
export function deriveMaxModelLen(
  context: ContextSpec,
  modelType: string,
  rules: EngineRules,
  disableSlidingWindow: boolean,
): DerivedLength {
  if (!context.isKnown) return { limitTokens: Number.MAX_SAFE_INTEGER, defaultTokens: UNKNOWN_LENGTH_TOKENS };
  let tokens = context.modelMaxLengthTokens ?? context.maxPositionTokens ?? UNNAMED_LENGTH_TOKENS;
  const window = context.slidingWindowTokens;
  if (disableSlidingWindow && window !== null) tokens = Math.min(tokens, window);
  const rope = context.ropeScaling;
  if (rope !== null && !modelType.includes('gemma3')) {
    const unscaled = rules.yarnMultiplies ? UNSCALED_ROPE : UNSCALED_ROPE_LATER;
    if (!unscaled.includes(rope.type)) {
      if (rope.type === 'yarn') tokens = rope.originalMaxPositionTokens ?? tokens;
      tokens = Math.floor(tokens * (rope.factor ?? 1));
    }
  }
  const trained = rope?.type === 'longrope' ? rope.originalMaxPositionTokens : null;
  return { limitTokens: tokens, defaultTokens: trained ?? tokens };
}
