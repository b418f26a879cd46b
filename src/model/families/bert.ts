import { decoder, sameLayers } from '../blocks/decoder.ts';
import { plainMlp } from '../blocks/dense-mlp.ts';
import { attentionNames, ENCODER_ONLY } from '../blocks/gqa-attention.ts';
import { norm, replicatedLinear, vocabulary } from '../blocks/linear.ts';
import { readLabelCount, withoutHead } from '../blocks/pooling.ts';
import { standardLayer } from '../blocks/standard-layer.ts';
import { readTextDimensions } from '../blocks/text-dimensions.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { ModuleSpec } from '../module-spec.ts';
import type { Family, ModelShape } from './family.ts';

/**
 * BERT, RoBERTa and XLM-RoBERTa encoders, for embeddings and for classification. No layer keeps a cache.
 *
 * @source vLLM 0.33.0 `models/bert.py`, `models/roberta.py`
 */
export const bert: Family = {
  name: 'bert',
  architectures: [
    'BertModel',
    'BertForSequenceClassification',
    'RobertaModel',
    'RobertaForSequenceClassification',
    'XLMRobertaModel',
    'XLMRobertaForSequenceClassification',
  ],
  modelTypes: ['bert', 'roberta', 'xlm-roberta'],
  read: readBert,
};

const ATTENTION = attentionNames('attention', 'self.query', 'self.key', 'self.value', 'output.dense');

function readBert(config: ConfigReader): ModelShape {
  refuseRelativePositions(config);
  const dimensions = readTextDimensions(config);
  const { hiddenSize } = dimensions;
  const roberta = config.optionalString('model_type') !== 'bert';
  const classifies = config.optionalStrings('architectures')?.[0]?.endsWith('ForSequenceClassification') ?? false;
  // Checkpoints of embedding models lack the model's name in front, those of classifiers have it.
  const prefix = classifies ? (roberta ? 'roberta.' : 'bert.') : '';
  const mlp = plainMlp({ ...dimensions, bias: true, up: 'intermediate.dense', down: 'output.dense' });
  const attention = { ...dimensions, qkvBias: true, outputBias: true, names: ATTENTION, cache: ENCODER_ONLY };
  const norms = [norm('attention.output.LayerNorm', hiddenSize, 'layer'), norm('output.LayerNorm', hiddenSize, 'layer')];
  const names = {
    embedding: `${prefix}embeddings.word_embeddings`,
    layerPrefix: `${prefix}encoder.layer.`,
    finalNorm: '',
    head: '',
  };
  const layers = sameLayers(dimensions.layers, standardLayer(attention, mlp, norms));
  return {
    ...withoutHead(decoder({ dimensions, layers, tied: true, names })),
    preLayers: readEmbeddings(config, prefix, hiddenSize),
    postLayers: classifies ? classifier(config, prefix, hiddenSize, roberta) : [],
    // The pooler of an embedding checkpoint: vLLM pools by itself.
    unloadedParameters: classifies ? 0 : hiddenSize * (hiddenSize + 1),
  };
}

/** Positions and token types are vocabularies in vLLM: padded to 64 rows and split over ranks. */
function readEmbeddings(config: ConfigReader, prefix: string, hiddenSize: number): readonly ModuleSpec[] {
  return [
    vocabulary(`${prefix}embeddings.position_embeddings`, config.size('max_position_embeddings'), hiddenSize),
    vocabulary(`${prefix}embeddings.token_type_embeddings`, config.size('type_vocab_size'), hiddenSize),
    norm(`${prefix}embeddings.LayerNorm`, hiddenSize, 'layer'),
  ];
}

/** A dense layer (BERT's pooler, RoBERTa's head) and the scores, both in float32. */
function classifier(config: ConfigReader, prefix: string, hiddenSize: number, roberta: boolean): readonly ModuleSpec[] {
  const [dense, scores] = roberta ? ['classifier.dense', 'classifier.out_proj'] : [`${prefix}pooler.dense`, 'classifier'];
  const options = { bias: true, quantizable: false, dtype: 'float32' } as const;
  return [
    replicatedLinear([{ name: dense, outFeatures: hiddenSize }], hiddenSize, options),
    replicatedLinear([{ name: scores, outFeatures: readLabelCount(config) }], hiddenSize, options),
  ];
}

function refuseRelativePositions(config: ConfigReader): void {
  const kind = config.optionalString('position_embedding_type') ?? 'absolute';
  if (kind !== 'absolute') config.refuse('position_embedding_type', 'vLLM runs encoders of this architecture with absolute positions only');
}
