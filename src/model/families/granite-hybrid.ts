import { decoder, layersByKind } from '../blocks/decoder.ts';
import { gatedMlp } from '../blocks/dense-mlp.ts';
import { attentionCaches, FULL_ATTENTION, gqaAttention } from '../blocks/gqa-attention.ts';
import { moeMlp } from '../blocks/moe-mlp.ts';
import { preNorms } from '../blocks/standard-layer.ts';
import { type Mixer, mamba2 } from '../blocks/state.ts';
import { readTextDimensions, type TextDimensions } from '../blocks/text-dimensions.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { ModuleSpec } from '../module-spec.ts';
import type { Family, ModelShape } from './family.ts';
import { SHARED_MLP } from './granite.ts';

/**
 * Granite 4: Mamba 2 blocks with an attention layer now and then (the H models), or attention alone; the feed-forward part
 * is a mixture, a shared expert or both. Without routed experts the shared expert is the whole of it.
 *
 * @source vLLM 0.33.0 `models/granitemoehybrid.py`
 */
export const graniteHybrid: Family = {
  name: 'granitemoehybrid',
  architectures: ['GraniteMoeHybridForCausalLM'],
  modelTypes: ['granitemoehybrid'],
  read: readGraniteHybrid,
};

/** Class defaults. @source transformers 5.20 `configuration_granitemoehybrid.py` */
const DEFAULTS = { experts: 8, perToken: 2, sharedWidth: 1024, expand: 2, chunkTokens: 256 };

type LayerSign = 'mamba' | 'attention';

function readGraniteHybrid(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config, { intermediateSize: () => 0 });
  const kinds = readLayerKinds(config, dimensions.layers);
  const experts = config.optionalInt('num_local_experts') ?? DEFAULTS.experts;
  const perToken = config.optionalInt('num_experts_per_tok') ?? DEFAULTS.perToken;
  const feedForward = [...mixture(config, dimensions, experts, perToken), ...sharedMlp(config, dimensions.hiddenSize)];
  const layers = layersByKind(
    dimensions.layers,
    (index) => kinds[index] ?? 'mamba',
    (kind) => {
      const mixer = kind === 'attention' ? attention(config, dimensions) : mamba(config, dimensions.hiddenSize);
      return { modules: [...mixer.modules, ...feedForward, ...preNorms(dimensions.hiddenSize)], caches: mixer.caches };
    },
  );
  const shape = decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', false) });
  return experts === 0 ? shape : { ...shape, experts: { count: experts, perToken } };
}

function readLayerKinds(config: ConfigReader, layers: number): readonly LayerSign[] {
  const names = config.optionalStrings('layer_types', 'layers_block_type');
  if (names === null) return config.refuse('layer_types', 'the kinds of the layers are not known without it');
  if (names.length !== layers) return config.refuse('layer_types', `the model has ${layers} layers`);
  return names.map((name) =>
    name === 'mamba' || name === 'attention' ? name : config.refuse('layer_types', `layers of kind ${JSON.stringify(name)} are not known`),
  );
}

function attention(config: ConfigReader, { hiddenSize, heads, kvHeads }: TextDimensions): Mixer {
  const bias = config.bool('attention_bias', false);
  // The class takes no other head size than this one.
  const init = { hiddenSize, heads, kvHeads, headDim: hiddenSize / heads, qkvBias: bias, outputBias: bias, cache: FULL_ATTENTION };
  return { modules: gqaAttention(init), caches: attentionCaches(init) };
}

function mamba(config: ConfigReader, hiddenSize: number): Mixer {
  return mamba2({
    hiddenSize,
    innerSize: (config.optionalSize('mamba_expand') ?? DEFAULTS.expand) * hiddenSize,
    heads: config.size('mamba_n_heads'),
    headDim: config.size('mamba_d_head'),
    groups: config.size('mamba_n_groups'),
    stateSize: config.size('mamba_d_state'),
    convKernel: config.size('mamba_d_conv'),
    convBias: config.bool('mamba_conv_bias', true),
    bias: config.bool('mamba_proj_bias', false),
    gatedNorm: true,
    prefix: 'mamba',
    stateDtype: null,
    chunkTokens: config.optionalSize('mamba_chunk_size') ?? DEFAULTS.chunkTokens,
  });
}

function mixture(config: ConfigReader, { hiddenSize }: TextDimensions, experts: number, perToken: number): readonly ModuleSpec[] {
  if (experts === 0) return [];
  const intermediateSize = config.size('intermediate_size');
  return moeMlp({ hiddenSize, intermediateSize, experts, perToken, prefix: 'block_sparse_moe', routerName: 'router.layer' });
}

function sharedMlp(config: ConfigReader, hiddenSize: number): readonly ModuleSpec[] {
  const intermediateSize = config.optionalInt('shared_intermediate_size') ?? DEFAULTS.sharedWidth;
  return intermediateSize === 0 ? [] : gatedMlp({ hiddenSize, intermediateSize, role: 'shared-expert', names: SHARED_MLP });
}
