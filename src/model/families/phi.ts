import { decoder, layersByKind, sameLayers } from '../blocks/decoder.ts';
import { gatedMlp, mlpNames, plainMlp } from '../blocks/dense-mlp.ts';
import { attentionNames, FULL_ATTENTION } from '../blocks/gqa-attention.ts';
import { norm } from '../blocks/linear.ts';
import { moeMlp } from '../blocks/moe-mlp.ts';
import { reachByLayerTypes } from '../blocks/sliding-window.ts';
import { preNorms, standardLayer } from '../blocks/standard-layer.ts';
import { FOUR_TIMES_HIDDEN, readTextDimensions } from '../blocks/text-dimensions.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { Family, ModelShape } from './family.ts';

/** Phi 1, 1.5 and 2: biases everywhere, one LayerNorm a layer, a head with a bias. @source vLLM 0.24.0 `models/phi.py` */
export const phi: Family = {
  name: 'phi',
  architectures: ['PhiForCausalLM'],
  modelTypes: ['phi', 'phi-msft'],
  read: readPhi,
};

/** Phi 3, 3.5, 4 and 4-mini: Llama with fused matrices in the checkpoint. @source vLLM 0.33.0 `models/phi3.py` */
export const phi3: Family = {
  name: 'phi3',
  architectures: ['Phi3ForCausalLM'],
  modelTypes: ['phi3'],
  read: readPhi3Text,
};

/** Phi 3.5 MoE and Phi-mini MoE. @source vLLM 0.33.0 `models/phimoe.py` */
export const phiMoe: Family = {
  name: 'phimoe',
  architectures: ['PhiMoEForCausalLM'],
  modelTypes: ['phimoe'],
  read: readPhiMoe,
};

const PHI_ATTENTION = attentionNames('self_attn', 'q_proj', 'k_proj', 'v_proj', 'dense');
const PHI_NAMES = {
  embedding: 'model.embed_tokens',
  layerPrefix: 'model.layers.',
  finalNorm: 'model.final_layernorm',
  head: 'lm_head',
};
const PHI3_ATTENTION = attentionNames('self_attn', 'qkv_proj', 'qkv_proj', 'qkv_proj', 'o_proj');
const PHI3_MLP = mlpNames('mlp', 'gate_up_proj', 'gate_up_proj', 'down_proj');

function readPhi(config: ConfigReader): ModelShape {
  if (config.bool('qk_layernorm', false)) config.refuse('qk_layernorm', 'vLLM has no such norm in this architecture');
  const dimensions = readTextDimensions(config, { intermediateSize: FOUR_TIMES_HIDDEN });
  const mlp = plainMlp({ ...dimensions, bias: true, up: 'mlp.fc1', down: 'mlp.fc2' });
  const attention = { ...dimensions, qkvBias: true, outputBias: true, names: PHI_ATTENTION, cache: FULL_ATTENTION };
  const layer = standardLayer(attention, mlp, [norm('input_layernorm', dimensions.hiddenSize, 'layer')]);
  const layers = sameLayers(dimensions.layers, layer);
  return decoder({ dimensions, layers, tied: false, headBias: true, finalNorm: 'layer', names: PHI_NAMES });
}

/** The text model alone; also the language model of Phi 3 vision. */
export function readPhi3Text(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config);
  const bias = config.bool('attention_bias', false);
  const mlp = gatedMlp({ ...dimensions, bias: config.bool('mlp_bias', false), names: PHI3_MLP });
  const layers = layersByKind(dimensions.layers, reachByLayerTypes(config, dimensions.layers), (cache) =>
    standardLayer({ ...dimensions, qkvBias: bias, outputBias: bias, names: PHI3_ATTENTION, cache }, mlp),
  );
  return decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', false) });
}

function readPhiMoe(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config);
  const experts = { count: config.size('num_local_experts'), perToken: config.size('num_experts_per_tok') };
  const mlp = moeMlp({ ...dimensions, experts: experts.count, perToken: experts.perToken, prefix: 'block_sparse_moe' });
  const layers = layersByKind(dimensions.layers, reachByLayerTypes(config, dimensions.layers), (cache) =>
    standardLayer({ ...dimensions, qkvBias: true, outputBias: true, cache }, mlp, preNorms(dimensions.hiddenSize, 'layer')),
  );
  return { ...decoder({ dimensions, layers, tied: false, headBias: true, finalNorm: 'layer' }), experts };
}
