import type { CacheSpec } from '../cache-spec.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { ModuleSpec } from '../module-spec.ts';
import { norm, replicatedLinear } from './linear.ts';

/** The indexer that picks the tokens a sparse attention layer looks at. */
export interface IndexerDimensions {
  readonly hiddenSize: number;
  readonly qLoraRank: number;
  readonly heads: number;
  readonly headDim: number;
}

export function readIndexerDimensions(config: ConfigReader): IndexerDimensions {
  return {
    hiddenSize: config.size('hidden_size'),
    qLoraRank: config.size('q_lora_rank'),
    heads: config.size('index_n_heads'),
    headDim: config.size('index_head_dim'),
  };
}

/**
 * Whole on every rank. The keys' matrix and the head weights are one fused matrix that vLLM keeps in the model's dtype
 * (an fp8 `wk` is widened while loading), so only `wq_b` can be quantized.
 *
 * @source vLLM 0.33.0 `models/deepseek_v32/attention.py` `DeepseekV32Indexer`
 */
export function indexer({ hiddenSize, qLoraRank, heads, headDim }: IndexerDimensions, prefix = 'self_attn.indexer'): readonly ModuleSpec[] {
  const keysAndWeights = [
    { name: `${prefix}.wk`, outFeatures: headDim },
    { name: `${prefix}.weights_proj`, outFeatures: heads },
  ];
  return [
    replicatedLinear([{ name: `${prefix}.wq_b`, outFeatures: heads * headDim }], qLoraRank, { role: 'attention' }),
    replicatedLinear(keysAndWeights, hiddenSize, { role: 'attention', quantizable: false }),
    { ...norm(`${prefix}.k_norm`, headDim, 'layer'), dtype: 'float32' },
  ];
}

export function indexerCache({ headDim }: IndexerDimensions): CacheSpec {
  return { kind: 'indexer', headDim };
}

/**
 * Which layers have an indexer of their own; the others reuse the choice of the one before.
 *
 * vLLM goes by `index_topk_pattern` ("F" and "S") or by `index_topk_freq` and `index_skip_topk_offset`; the checkpoint
 * says the same in `indexer_types`, and a config in which the two disagree is refused.
 *
 * @source vLLM 0.33.0 `models/deepseek_v32/attention.py` `DeepseekV32Attention`
 */
export function indexerLayers(config: ConfigReader, layers: number): (index: number) => boolean {
  const pattern = config.optionalString('index_topk_pattern');
  const frequency = config.optionalSize('index_topk_freq') ?? 1;
  const offset = config.optionalInt('index_skip_topk_offset') ?? 2;
  const hasIndexer = (index: number) => (pattern === null ? Math.max(index - offset + 1, 0) % frequency === 0 : pattern[index] !== 'S');
  const types = config.optionalStrings('indexer_types');
  const disagreement = types?.slice(0, layers).findIndex((type, index) => (type === 'full') !== hasIndexer(index)) ?? -1;
  if (disagreement >= 0) config.refuse('indexer_types', `layer ${disagreement} disagrees with index_topk_freq, by which vLLM goes`);
  return hasIndexer;
}
