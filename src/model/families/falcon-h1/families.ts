import { decoder } from '../../blocks/decoder.ts';
import { gatedMlp, mlpNames } from '../../blocks/dense-mlp.ts';
import { attentionCaches, FULL_ATTENTION, gqaAttention } from '../../blocks/gqa-attention.ts';
import { norm } from '../../blocks/linear.ts';
import { mamba2 } from '../../blocks/state.ts';
import { readTextDimensions } from '../../blocks/text-dimensions.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { LayerSpec } from '../../model-spec.ts';
import type { Family, ModelShape } from '../family.ts';

/** Falcon-H1: attention and a Mamba 2 block side by side in every layer. @source vLLM 0.33.0 `models/falcon_h1.py` */
export const falconH1: Family = {
  name: 'falcon-h1',
  architectures: ['FalconH1ForCausalLM'],
  modelTypes: ['falcon_h1'],
  read: readFalconH1,
};

const NAMES = {
  embedding: 'model.embed_tokens',
  layerPrefix: 'model.layers.',
  finalNorm: 'model.final_layernorm',
  head: 'lm_head',
} as const;

function readFalconH1(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config);
  const { hiddenSize } = dimensions;
  const attention = { ...dimensions, cache: FULL_ATTENTION };
  const mixer = mamba2({
    hiddenSize,
    innerSize: readInnerSize(config),
    heads: config.size('mamba_n_heads'),
    headDim: config.size('mamba_d_head'),
    groups: config.size('mamba_n_groups'),
    stateSize: config.size('mamba_d_state'),
    convKernel: config.size('mamba_d_conv'),
    convBias: config.bool('mamba_conv_bias', true),
    bias: config.bool('mamba_proj_bias', false),
    gatedNorm: config.bool('mamba_rms_norm', false),
    prefix: 'mamba',
    stateDtype: null,
    chunkTokens: config.optionalSize('mamba_chunk_size'),
  });
  const layer: LayerSpec = {
    modules: [
      ...gqaAttention(attention),
      ...mixer.modules,
      ...gatedMlp({ ...dimensions, bias: config.bool('mlp_bias', false), names: mlpNames('feed_forward') }),
      norm('input_layernorm', hiddenSize),
      norm('pre_ff_layernorm', hiddenSize),
    ],
    caches: [...attentionCaches(attention), ...mixer.caches],
  };
  const layers = Array.from({ length: dimensions.layers }, () => layer);
  return decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', false), names: NAMES });
}

/** Heads × head size: what `mamba_d_ssm` must be, and what it is where a copy of the config leaves it out. */
function readInnerSize(config: ConfigReader): number {
  const innerSize = config.size('mamba_n_heads') * config.size('mamba_d_head');
  const stated = config.optionalSize('mamba_d_ssm') ?? innerSize;
  return stated === innerSize ? stated : config.refuse('mamba_d_ssm', `heads times head size give ${innerSize}`);
}
