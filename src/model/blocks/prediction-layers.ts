import type { ConfigReader } from '../config-reader.ts';

/** Published models have up to 7; more is a damaged file and would cost time and memory. */
const MOST_PREDICTION_LAYERS = 64;

/** Layers for multi-token prediction that the checkpoint stores; `absent` where the config does not say. */
export function predictionLayerCount(config: ConfigReader, name = 'num_nextn_predict_layers', absent = 0): number {
  const layers = config.optionalInt(name) ?? absent;
  return layers <= MOST_PREDICTION_LAYERS
    ? layers
    : config.refuse(name, `no more than ${MOST_PREDICTION_LAYERS} prediction layers are supported`);
}
