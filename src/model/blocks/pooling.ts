import type { ConfigReader } from '../config-reader.ts';
import type { ModelShape } from '../families/family.ts';
import { replicatedLinear } from './linear.ts';

/** Classes of a classifier whose config does not list them. @source transformers 5.20 `PreTrainedConfig.num_labels` */
const DEFAULT_LABELS = 2;

/**
 * The decoder with the head that its architecture name asks for: none for `…Model` (embeddings), a float32 score matrix for
 * `…ForSequenceClassification`, else the shape as it is.
 *
 * @source vLLM 0.33.0 `models/adapters.py` `as_embedding_model`, `as_seq_cls_model`
 */
export function headByArchitecture(config: ConfigReader, shape: ModelShape): ModelShape {
  const architecture = config.optionalStrings('architectures')?.[0] ?? '';
  if (architecture.endsWith('ForSequenceClassification')) return withScore(shape, readLabelCount(config));
  return architecture.endsWith('Model') ? withoutHead(shape) : shape;
}

/** An embedding model keeps its final hidden states: vLLM drops the head. */
export function withoutHead(shape: ModelShape): ModelShape {
  return { ...shape, task: 'pooling', head: null };
}

/** Number of classes: `num_labels`, else the length of `id2label`. */
export function readLabelCount(config: ConfigReader): number {
  const listed = config.optionalChild('id2label');
  return config.optionalSize('num_labels') ?? (listed === null ? DEFAULT_LABELS : Object.keys(listed.object()).length);
}

function withScore(shape: ModelShape, labels: number): ModelShape {
  const score = replicatedLinear([{ name: 'score', outFeatures: labels }], shape.hiddenSize, { quantizable: false, dtype: 'float32' });
  return { ...withoutHead(shape), postLayers: [...shape.postLayers, score] };
}
