import { decoder, layersByKind } from '../blocks/decoder.ts';
import { moeMlp } from '../blocks/moe-mlp.ts';
import { reachByPeriod, slidingWindowOf } from '../blocks/sliding-window.ts';
import { standardLayer } from '../blocks/standard-layer.ts';
import { readTextDimensions } from '../blocks/text-dimensions.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { Family, ModelShape } from './family.ts';

/**
 * gpt-oss: biases everywhere, attention sinks, every other layer slides (vLLM goes by the layer's number, not by
 * `layer_types`). Experts are MXFP4 in the released checkpoints.
 *
 * @source vLLM 0.33.0 `models/gpt_oss.py`
 */
export const gptOss: Family = {
  name: 'gpt-oss',
  architectures: ['GptOssForCausalLM'],
  modelTypes: ['gpt_oss'],
  read: readGptOss,
};

/** Class defaults. @source transformers 5.20 `configuration_gpt_oss.py` */
const WINDOW_TOKENS = 128;
const HEAD_DIM = 64;
const PERIOD = 2;

function readGptOss(config: ConfigReader): ModelShape {
  const dimensions = readTextDimensions(config, { headDim: HEAD_DIM });
  const experts = {
    count: config.size('num_local_experts', 'num_experts'),
    perToken: config.size('num_experts_per_tok', 'experts_per_token'),
  };
  const mlp = moeMlp({
    ...dimensions,
    experts: experts.count,
    perToken: experts.perToken,
    routerName: 'router',
    routerBias: true,
    expertBias: true,
  });
  const reachOf = reachByPeriod(PERIOD, slidingWindowOf(config, WINDOW_TOKENS));
  const layers = layersByKind(dimensions.layers, reachOf, (cache) =>
    standardLayer({ ...dimensions, qkvBias: true, outputBias: true, sinks: true, cache }, mlp),
  );
  return { ...decoder({ dimensions, layers, tied: config.bool('tie_word_embeddings', false) }), experts };
}
