import { describeStorage } from './describe-storage.ts';
import type { ModelIndex, ModelRecord, ModelSummary } from './model-record.ts';
import { isJsonObject, type JsonObject } from './parse-json-text.ts';

/** The names that can be looked up and the records behind them. */
export interface ModelCatalog {
  readonly index: ModelIndex;
  readonly record: (id: string) => ModelRecord | undefined;
}

/**
 * A catalog in which further models come first: a record of one's own replaces the published one of that id.
 *
 * @param origin how answers call their source: the folder that was given
 */
export function withModels(catalog: ModelCatalog, records: readonly ModelRecord[], origin: string): ModelCatalog {
  if (records.length === 0) return catalog;
  const own = new Map(records.map((record) => [record.id, record]));
  const { models, aliases, ...tables } = catalog.index;
  return {
    index: {
      ...tables,
      models: [...records.map((record) => ({ ...summariseModel(record), origin })), ...models.filter((model) => !own.has(model.id))],
      aliases: aliases.filter((alias) => !own.has(alias.id)),
    },
    record: (id) => own.get(id) ?? catalog.record(id),
  };
}

export function summariseModel(record: ModelRecord): ModelSummary {
  return {
    id: record.id,
    parameters: record.parameters,
    activeParameters: record.activeParameters,
    quantization: describeStorage(record.config, record.hfQuantConfig),
    contextTokens: contextOf(record.config),
  };
}

function contextOf(config: JsonObject): number | null {
  const parts = [config.text_config, config.language_config, config.llm_config, config].filter(isJsonObject);
  const context = parts.map((part) => part.max_position_embeddings).find((value) => typeof value === 'number');
  return context ?? null;
}
