import type { ModelSpec } from '../../src/model/model-spec.ts';
import { type ModelInput, parseModel } from '../../src/model/parse-model.ts';

/** A model out of nothing but a config, for tests. */
export function modelOf(config: unknown, facts: Partial<ModelInput> = {}): ModelSpec {
  return parseModel({
    id: 'test/model',
    revision: null,
    config,
    hfQuantConfig: null,
    source: { kind: 'local', detail: 'test' },
    publishedParameters: null,
    activeParameters: null,
    checkpointBytes: null,
    ...facts,
  });
}

/** A Llama small enough to count by hand: 2 layers, hidden 8, 4 heads of 2, 2 KV heads, width 16, 10 tokens. */
export const TINY_LLAMA = {
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  hidden_size: 8,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  intermediate_size: 16,
  vocab_size: 10,
  max_position_embeddings: 64,
  torch_dtype: 'bfloat16',
} as const;
