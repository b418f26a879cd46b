import { decoder, sameLayers } from '../blocks/decoder.ts';
import { FULL_ATTENTION } from '../blocks/gqa-attention.ts';
import { moeMlp } from '../blocks/moe-mlp.ts';
import { standardLayer } from '../blocks/standard-layer.ts';
import { readTextDimensions } from '../blocks/text-dimensions.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { Family, ModelShape } from './family.ts';

/**
 * MiniMax M2, M2.5 and M2.7: norms over all heads (split like them), a float32 router. The checkpoints store no MTP layer,
 * whatever `use_mtp` says.
 *
 * @source vLLM 0.33.0 `models/minimax_m2.py`
 */
export const minimaxM2: Family = {
  name: 'minimax-m2',
  architectures: ['MiniMaxM2ForCausalLM'],
  modelTypes: ['minimax_m2'],
  read: readMinimaxM2,
};

function readMinimaxM2(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config);
  const experts = { count: config.size('num_local_experts'), perToken: config.size('num_experts_per_tok') };
  const mlp = moeMlp({
    ...dimensions,
    experts: experts.count,
    perToken: experts.perToken,
    prefix: 'block_sparse_moe',
    routerDtype: 'float32',
    ...(config.bool('use_routing_bias', false) && { correctionBiasName: 'e_score_correction_bias' }),
  });
  const qkvBias = config.bool('attention_bias', false);
  const layer = standardLayer({ ...dimensions, qkvBias, qkNorm: 'whole-sharded', cache: FULL_ATTENTION }, mlp);
  const layers = sameLayers(dimensions.layers, layer);
  return { ...decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', false) }), experts };
}
