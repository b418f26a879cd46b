import { nameKey } from './model-names.ts';
import type { ModelAlias, ModelIndex } from './model-record.ts';

/** A line of `vllm-wizard models`. */
export interface ListedModel {
  readonly id: string;
  readonly parameters: number | null;
  readonly active_parameters: number | null;
  /** Scheme name ("fp8-block", "awq"); "none": 16 bits; "unknown": in no way that can be planned. */
  readonly quantization: string;
  readonly context_limit: number | null;
  readonly source: { readonly kind: 'catalog' | 'derived'; readonly detail: string };
}

/**
 * The models that the catalog answers for, by id: those with a config of their own, and published ids of the shape of
 * one. Names without an organisation and ids known by their dimensions alone are found when asked for, not listed.
 *
 * @param words each must occur in the id, whatever its case
 */
export function listModels(index: ModelIndex, words: readonly string[] = []): readonly ListedModel[] {
  const wanted = words.map(nameKey);
  const models = index.models.map(
    (model): ListedModel => ({
      id: model.id,
      parameters: model.parameters,
      active_parameters: model.activeParameters,
      quantization: model.quantization,
      context_limit: model.contextTokens,
      source: { kind: 'catalog', detail: model.origin ?? 'embedded catalog' },
    }),
  );
  const byId = new Map(models.map((model) => [model.id, model]));
  const aliases = index.aliases.filter((alias) => alias.id.includes('/')).flatMap((alias) => listAlias(alias, byId.get(alias.of)));
  return [...models, ...aliases]
    .filter((model) => wanted.every((word) => nameKey(model.id).includes(word)))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function listAlias(alias: ModelAlias, target: ListedModel | undefined): readonly ListedModel[] {
  if (target === undefined) return [];
  const context = alias.set?.max_position_embeddings;
  return [
    {
      id: alias.id,
      parameters: alias.parameters ?? (alias.same === true ? target.parameters : null),
      active_parameters: target.active_parameters,
      quantization: alias.quantization ?? target.quantization,
      context_limit: typeof context === 'number' ? context : target.context_limit,
      source: alias.same === true ? { kind: 'catalog', detail: target.id } : { kind: 'derived', detail: `the shape of ${target.id}` },
    },
  ];
}
