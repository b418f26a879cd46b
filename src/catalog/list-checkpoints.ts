import { nameParts } from './model-names.ts';
import type { ModelIndex } from './model-record.ts';
import { readStorageSuffix } from './storage-suffix.ts';

/** A published repository with the weights of a model in some storage. */
export interface Checkpoint {
  readonly id: string;
  /** Scheme name; "none": 16 bits; "unknown": one that has no name here. */
  readonly quantization: string;
}

/**
 * Published copies of one model in every storage that the catalog knows of, by id: what to recommend to somebody who
 * wants AWQ of a bf16 model. Only ids that were seen published; never one made up from a suffix.
 *
 * @param id any of the copies
 */
export function listCheckpoints(id: string, index: ModelIndex): readonly Checkpoint[] {
  const wanted = modelOf(id);
  const storage = new Map(index.models.map((model) => [model.id, model.quantization]));
  const aliases = index.aliases.map((alias) => ({ id: alias.id, quantization: alias.quantization ?? storage.get(alias.of) ?? 'unknown' }));
  return [...index.models.map((model) => ({ id: model.id, quantization: model.quantization })), ...aliases]
    .filter((checkpoint) => checkpoint.id.includes('/') && modelOf(checkpoint.id) === wanted)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The name of the weights, without whose copy it is and how it is stored. */
function modelOf(id: string): string {
  const { key } = nameParts(id);
  return readStorageSuffix(key)?.stem ?? key;
}
