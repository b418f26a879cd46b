import { decoder, layersByKind } from '../../blocks/decoder.ts';
import { gatedMlp } from '../../blocks/dense-mlp.ts';
import { FULL_ATTENTION, gqaAttention } from '../../blocks/gqa-attention.ts';
import { columnLinear, norm, replicatedLinear } from '../../blocks/linear.ts';
import { moeMlp } from '../../blocks/moe-mlp.ts';
import { predictionLayerCount } from '../../blocks/prediction-layers.ts';
import { preNorms } from '../../blocks/standard-layer.ts';
import { readTextDimensions, type TextDimensions } from '../../blocks/text-dimensions.ts';
import type { CacheSpec } from '../../cache-spec.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { LayerSpec } from '../../model-spec.ts';
import type { LinearSpec, ModuleSpec } from '../../module-spec.ts';
import type { Family, ModelShape } from '../family.ts';
import { languagePart } from '../multimodal/language-part.ts';
import { withImageTower } from '../multimodal/with-tower.ts';
import { minimaxProjector, minimaxVisionEncoder } from './vision.ts';

/**
 * MiniMax M3: grouped-query attention over blocks that an index branch chooses; the first layers are dense in both senses.
 *
 * @source vLLM 0.33.0 `models/minimax_m3/nvidia/model.py`
 */
export const minimaxM3: Family = {
  name: 'minimax-m3',
  architectures: ['MiniMaxM3SparseForConditionalGeneration', 'MiniMaxM3SparseForCausalLM', 'MiniMaxM3ForCausalLM'],
  modelTypes: ['minimax_m3_vl', 'minimax_m3'],
  read: readMinimaxM3,
};

const MIXTURE = 'block_sparse_moe';
/** The keys of the index branch are bf16 unless `--attention-config` asks for fp8. @source `models/minimax_m3/common/indexer.py` */
const INDEX_KEY_BYTES = 2;

function readMinimaxM3(config: ConfigReader): ModelShape {
  const shape = readText(languagePart(config));
  const vision = config.optionalChild('vision_config');
  if (vision === null) return shape;
  const encoder = minimaxVisionEncoder(vision);
  const merge = vision.optionalChild('img_token_compression_config')?.optionalSize('spatial_merge_size') ?? 2;
  return withImageTower(shape, {
    encoder,
    projector: minimaxProjector(config, encoder.hiddenSize, shape.hiddenSize, merge),
    maxTokensPerItem: Math.floor(encoder.patches / merge ** 2),
    patchesPerToken: merge ** 2,
  });
}

function readText(text: ConfigReader): ModelShape {
  if (text.bool('attention_output_gate', false)) text.refuse('attention_output_gate', 'a gate on the output of attention is not supported');
  const dimensions = readTextDimensions(text);
  const { hiddenSize } = dimensions;
  const sparse = flags(text.optionalChild('sparse_attention_config'), 'sparse_attention_freq', false);
  const routed = flags(text, 'moe_layer_freq', true);
  const feedForward = {
    dense: gatedMlp({ hiddenSize, intermediateSize: text.size('dense_intermediate_size') }),
    mixture: mixture(text, dimensions),
  };
  const layerOf = (isSparse: boolean, isRouted: boolean): LayerSpec => ({
    modules: [...attention(text, dimensions, isSparse), ...(isRouted ? feedForward.mixture : feedForward.dense), ...preNorms(hiddenSize)],
    caches: caches(text, dimensions, isSparse),
  });
  const layers = layersByKind(
    dimensions.layers,
    (index) => [sparse(index), routed(index)] as const,
    ([isSparse, isRouted]) => layerOf(isSparse, isRouted),
  );
  const steps = predictionLayerCount(text, 'num_mtp_modules');
  return {
    ...decoder({ dimensions, layers, tied: text.bool('tie_word_embeddings', false) }),
    experts: { count: text.size('num_local_experts'), perToken: text.size('num_experts_per_tok') },
    mtpLayers: Array.from({ length: steps }, () => layerOf(true, true)),
    mtpLayerNames: { prefix: 'model.mtp.layers.', firstIndex: 0 },
    mtpModules: Array.from({ length: steps }, (_, index) => predictionModules(`model.mtp.layers.${index}`, hiddenSize)).flat(),
  };
}

/** A list of 0 and 1, one entry a layer. */
function flags(config: ConfigReader | null, name: string, absent: boolean): (index: number) => boolean {
  const list = config?.optionalInts(name) ?? null;
  return (index) => (list === null ? absent : (list[index] ?? 0) !== 0);
}

/** The index branch is part of the fused projection: its queries split like KV heads, its one key is on every rank. */
function attention(text: ConfigReader, dimensions: TextDimensions, isSparse: boolean): readonly ModuleSpec[] {
  const modules = gqaAttention({ ...dimensions, qkNorm: 'per-head', cache: FULL_ATTENTION });
  if (!isSparse) return modules;
  const sparse = text.child('sparse_attention_config');
  const heads = sparse.size('sparse_num_index_heads');
  const width = sparse.size('sparse_index_dim');
  const index: LinearSpec = columnLinear(
    [
      { name: 'self_attn.index_q_proj', outFeatures: heads * width, heads },
      { name: 'self_attn.index_k_proj', outFeatures: width, heads: 1 },
    ],
    dimensions.hiddenSize,
    { role: 'attention' },
  );
  return [...modules, index, norm('self_attn.index_q_norm', width), norm('self_attn.index_k_norm', width)];
}

function caches(text: ConfigReader, { kvHeads, headDim }: TextDimensions, isSparse: boolean): readonly CacheSpec[] {
  const heads: CacheSpec = { kind: 'full', kvHeads, headDim, valueHeadDim: headDim };
  if (!isSparse) return [heads];
  const width = text.child('sparse_attention_config').size('sparse_index_dim');
  return [heads, { kind: 'indexer', headDim: width, rowBytes: width * INDEX_KEY_BYTES }];
}

function mixture(text: ConfigReader, { hiddenSize, intermediateSize }: TextDimensions): readonly ModuleSpec[] {
  const shared = text.optionalInt('n_shared_experts') ?? 0;
  return moeMlp({
    hiddenSize,
    intermediateSize,
    experts: text.size('num_local_experts'),
    perToken: text.size('num_experts_per_tok'),
    prefix: MIXTURE,
    routerDtype: 'float32',
    shared: shared === 0 ? null : { name: 'shared_experts', intermediateSize: shared * intermediateSize },
    ...(text.bool('use_routing_bias', false) && { correctionBiasName: 'e_score_correction_bias' }),
  });
}

function predictionModules(prefix: string, hiddenSize: number): readonly ModuleSpec[] {
  return [
    norm(`${prefix}.enorm`, hiddenSize),
    norm(`${prefix}.hnorm`, hiddenSize),
    replicatedLinear([{ name: `${prefix}.eh_proj`, outFeatures: hiddenSize }], 2 * hiddenSize),
    norm(`${prefix}.final_layernorm`, hiddenSize),
  ];
}
