import type { LayerSpec } from '../model-spec.ts';
import type { ModuleSpec } from '../module-spec.ts';
import { attentionCaches, type GqaAttentionInit, gqaAttention } from './gqa-attention.ts';
import { norm } from './linear.ts';

/** Attention, a feed-forward block and norms in front of both: the layer of most decoders. */
export function standardLayer(
  attention: GqaAttentionInit,
  mlp: readonly ModuleSpec[],
  norms: readonly ModuleSpec[] = preNorms(attention.hiddenSize),
): LayerSpec {
  return { modules: [...gqaAttention(attention), ...mlp, ...norms], caches: attentionCaches(attention) };
}

/** The two norms of a Llama layer; LayerNorm has a bias besides the weight. */
export function preNorms(hiddenSize: number, kind: 'rms' | 'layer' = 'rms'): readonly ModuleSpec[] {
  return [norm('input_layernorm', hiddenSize, kind), norm('post_attention_layernorm', hiddenSize, kind)];
}
