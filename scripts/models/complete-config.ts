import type { JsonObject } from '../../src/catalog/parse-json-text.ts';

/** What the tables of the same folder say of a model whose config.json was published in part. */
export interface KnownShape {
  readonly modelType: string;
  readonly kvHeads: number | null;
}

/** Families whose layout the head count alone decides. @source vLLM 0.33.0 `config/model_arch` of Falcon: one head is multi-query */
const FALCON = new Set(['RWForCausalLM', 'FalconForCausalLM']);

/** The config with the fields that its copy lacks and a table has; a complete one stays as it is. */
export function completeConfig(config: JsonObject, shape: KnownShape | undefined): JsonObject {
  if (shape === undefined) return config;
  const { architectures, model_type } = config;
  const named = architectures !== undefined || model_type !== undefined;
  const typed = named || shape.modelType === 'unknown' ? {} : { model_type: shape.modelType };
  return { ...config, ...typed, ...falconHeads(config, shape.kvHeads) };
}

function falconHeads(config: JsonObject, kvHeads: number | null): JsonObject {
  const { architectures, multi_query, n_head_kv, num_kv_heads } = config;
  const falcon = Array.isArray(architectures) && architectures.some((name) => typeof name === 'string' && FALCON.has(name));
  const told = multi_query !== undefined || n_head_kv !== undefined || num_kv_heads !== undefined;
  if (!falcon || told || kvHeads === null) return {};
  return kvHeads === 1 ? { multi_query: true } : { n_head_kv: kvHeads };
}
