import { decoder, layersByKind } from '../../blocks/decoder.ts';
import { gatedMlp } from '../../blocks/dense-mlp.ts';
import { attentionCaches, gqaAttention } from '../../blocks/gqa-attention.ts';
import { columnLinear, norm, vector } from '../../blocks/linear.ts';
import { reachByLayerTypes } from '../../blocks/sliding-window.ts';
import { readTextDimensions } from '../../blocks/text-dimensions.ts';
import { encoderLayer, encoderLayers, plainTowerLinear, towerLayerCount } from '../../blocks/tower.ts';
import type { Encoder } from '../../blocks/tower-vit.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { Family, ModelShape } from '../family.ts';
import { languagePart } from '../multimodal/language-part.ts';
import { withImageTower } from '../multimodal/with-tower.ts';

/** Muse Glimmer: an output gate of its own matrix, norms before and after each block. @source vLLM 0.33.0 `models/muse_glimmer.py` */
export const museGlimmer: Family = {
  name: 'muse-glimmer',
  architectures: ['MuseGlimmerForConditionalGeneration', 'MuseGlimmerForCausalLM'],
  modelTypes: ['muse_glimmer', 'muse_glimmer_text'],
  read: readMuseGlimmer,
};

const NORMS = ['input_layernorm', 'post_attention_layernorm', 'pre_feedforward_layernorm', 'post_feedforward_layernorm'];

function readMuseGlimmer(config: ConfigReader): ModelShape {
  const text = languagePart(config);
  const dimensions = readTextDimensions(text);
  const { hiddenSize, heads, headDim } = dimensions;
  const gate = columnLinear([{ name: 'self_attn.output_gate_proj', outFeatures: heads * headDim }], hiddenSize, { role: 'attention' });
  const mlp = gatedMlp(dimensions);
  const layers = layersByKind(dimensions.layers, reachByLayerTypes(text, dimensions.layers), (cache) => {
    const attention = { ...dimensions, cache };
    const norms = NORMS.map((name) => norm(name, hiddenSize));
    return { modules: [...gqaAttention(attention), gate, ...mlp, ...norms], caches: attentionCaches(attention) };
  });
  const shape = decoder({ dimensions, layers, tied: text.bool('tie_word_embeddings', false) });
  const vision = config.optionalChild('vision_config');
  return vision === null ? shape : withVision(config, vision, shape);
}

const LAYER = {
  attention: { inputs: ['attn.q_proj', 'attn.k_proj', 'attn.v_proj'], output: 'attn.o_proj' },
  attentionBias: true,
  mlp: { inputs: ['mlp.c_fc'], output: 'mlp.c_proj' },
  mlpBias: true,
  norms: ['ln_1', 'ln_2'],
  normKind: 'layer',
} as const;

function withVision(config: ConfigReader, vision: ConfigReader, shape: ModelShape): ModelShape {
  const encoder = readEncoder(vision);
  const merge = vision.size('merge_size');
  const width = encoder.hiddenSize * merge ** 2;
  const inner = config.size('projector_hidden_size');
  return withImageTower(shape, {
    encoder,
    projector: [
      plainTowerLinear('vision_adapter.c_fc', inner, width, false),
      plainTowerLinear('vision_adapter.c_proj', inner, inner, false),
      plainTowerLinear('vision_projection', shape.hiddenSize, inner, false),
    ],
    maxTokensPerItem: null,
    patchesPerToken: merge ** 2,
    // Its feed-forward blocks are plain torch layers; the attention alone would be split.
    shardable: false,
  });
}

function readEncoder(vision: ConfigReader): Encoder {
  const hiddenSize = vision.size('hidden_size');
  const intermediateSize = vision.size('intermediate_size');
  const positions = vision.size('pos_emb_height') * vision.size('pos_emb_width');
  const init = { ...LAYER, hiddenSize, intermediateSize, heads: vision.size('num_attention_heads') };
  return {
    modules: [
      plainTowerLinear(
        'vision_encoder.conv1_linear',
        hiddenSize,
        vision.size('patch_temporal') * 3 * vision.size('patch_size') ** 2,
        false,
      ),
      vector('vision_encoder.positional_embedding_vlm', positions * hiddenSize),
      norm('vision_encoder.ln_pre', hiddenSize, 'layer'),
      ...encoderLayers(towerLayerCount(vision, 'num_hidden_layers'), (index) =>
        encoderLayer({ ...init, prefix: `vision_encoder.transformer.${index}` }),
      ),
      norm('vision_encoder.ln_post', hiddenSize, 'layer'),
    ],
    hiddenSize,
    intermediateSize,
    patches: positions,
    unloadedParameters: 0,
  };
}
