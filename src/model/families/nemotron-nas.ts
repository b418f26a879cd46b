import { roundUp } from '../../units/integers.ts';
import { decoder, layersByKind } from '../blocks/decoder.ts';
import { gatedMlp } from '../blocks/dense-mlp.ts';
import { attentionCaches, FULL_ATTENTION, gqaAttention } from '../blocks/gqa-attention.ts';
import { norm } from '../blocks/linear.ts';
import { readTextDimensions, type TextDimensions } from '../blocks/text-dimensions.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { LayerSpec } from '../model-spec.ts';
import type { Family, ModelShape } from './family.ts';

/** Nemotron made by architecture search: each layer has its own heads and width, or lacks a part. @source vLLM 0.33.0 `models/nemotron_nas.py` */
export const nemotronNas: Family = {
  name: 'nemotron-nas',
  architectures: ['DeciLMForCausalLM'],
  modelTypes: ['nemotron-nas', 'deci'],
  read: readNemotronNas,
};

/** Feed-forward widths are rounded up to it. @source vLLM 0.33.0 `models/nemotron_nas.py` `_ffn_mult_to_intermediate_size` */
const WIDTH_STEP = 256;

/** A layer's own numbers; null: the layer lacks this part. */
type BlockKind = { readonly kvHeads: number | null; readonly width: number | null };

function readNemotronNas(config: ConfigReader): ModelShape {
  const read = readTextDimensions(config, { intermediateSize: () => 0 });
  const blocks = config.children('block_configs').map((block) => readBlock(block, read));
  if (blocks.length !== read.layers) config.refuse('block_configs', `the model has ${read.layers} layers`);
  const kvHeads = blocks.find((block) => block.kvHeads !== null)?.kvHeads ?? read.heads;
  const dimensions = { ...read, kvHeads };
  const bias = config.bool('attention_bias', false) || config.bool('bias', false);
  const mlpBias = config.bool('mlp_bias', false);
  const layers = layersByKind(
    read.layers,
    (index) => blocks[index] ?? { kvHeads: null, width: null },
    (block) => layerOf(block, dimensions, bias, mlpBias),
  );
  return decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', false) });
}

function layerOf({ kvHeads, width }: BlockKind, dimensions: TextDimensions, bias: boolean, mlpBias: boolean): LayerSpec {
  const { hiddenSize } = dimensions;
  const attention = kvHeads === null ? null : { ...dimensions, kvHeads, qkvBias: bias, outputBias: bias, cache: FULL_ATTENTION };
  return {
    modules: [
      ...(attention === null ? [] : [...gqaAttention(attention), norm('input_layernorm', hiddenSize)]),
      ...(width === null
        ? []
        : [...gatedMlp({ hiddenSize, intermediateSize: width, bias: mlpBias }), norm('post_attention_layernorm', hiddenSize)]),
    ],
    caches: attention === null ? [] : attentionCaches(attention),
  };
}

function readBlock(block: ConfigReader, { heads, hiddenSize }: TextDimensions): BlockKind {
  const attention = block.child('attention');
  const ffn = block.child('ffn');
  for (const part of [attention, ffn]) {
    if (part.bool('replace_with_linear', false)) part.refuse('replace_with_linear', 'vLLM runs no layer of this kind');
  }
  return {
    kvHeads: attention.bool('no_op', false) ? null : Math.floor(heads / attention.size('n_heads_in_group')),
    width: ffn.bool('no_op', false) ? null : readWidth(ffn, hiddenSize),
  };
}

/** `ffn_mult` × ⅔ of the hidden size, twice, cut to a whole number and rounded up: 2.625 × 8192 gives 14336. */
function readWidth(ffn: ConfigReader, hiddenSize: number): number {
  const multiple = ffn.optionalNumber('ffn_mult');
  return multiple === null ? ffn.size('intermediate_size') : roundUp(Math.floor((2 * multiple * hiddenSize) / 3), WIDTH_STEP);
}
