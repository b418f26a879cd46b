import { listModels } from '../../catalog/list-models.ts';
import { loadModelCatalog } from '../../catalog/load-models.ts';
import type { ModelCatalog } from '../../catalog/model-catalog.ts';
import { nameParts } from '../../catalog/model-names.ts';
import { readStorageSuffix } from '../../catalog/storage-suffix.ts';
import { WizardError } from '../../errors/wizard-error.ts';
import { findCatalogModel } from '../../model/find-model.ts';
import type { ModelSpec } from '../../model/model-spec.ts';
import { parseModel } from '../../model/parse-model.ts';
import type { Sibling } from '../../plan/plan-request.ts';

const known = new WeakMap<ModelCatalog, Map<string, readonly Sibling[]>>();

/**
 * Published checkpoints of the catalog that hold the same model with quantized weights: same name but for the ending that
 * says how it is stored. Ids that only follow from a rule are left out: whether they exist is not known.
 */
export function findSiblings({ id }: ModelSpec, catalog: ModelCatalog = loadModelCatalog()): readonly Sibling[] {
  const { key } = nameParts(id);
  const stem = readStorageSuffix(key)?.stem ?? key;
  const memory = known.get(catalog) ?? new Map<string, readonly Sibling[]>();
  known.set(catalog, memory);
  const before = memory.get(stem);
  if (before) return before;
  const ids = listModels(catalog.index)
    .filter((model) => model.quantization !== 'none' && model.quantization !== 'unknown' && model.id.includes('/') && !/\s/.test(model.id))
    .filter((model) => readStorageSuffix(nameParts(model.id).key)?.stem === stem)
    .map((model) => model.id);
  const found = ids.flatMap((sibling) => readSibling(sibling, catalog));
  memory.set(stem, found);
  return found;
}

function readSibling(id: string, catalog: ModelCatalog): Sibling[] {
  try {
    return [{ id, quantization: parseModel(findCatalogModel(id, false, catalog)).quantization }];
  } catch (error) {
    // A checkpoint that cannot be planned is no advice.
    if (error instanceof WizardError) return [];
    throw error;
  }
}

/** From the format that loses least to the one that is smallest. */
const ORDER = ['fp8', 'int8', 'int8-group', 'mxfp8', 'nvfp4', 'int4', 'mxfp4', 'bnb4'];

/** Siblings to advise for a model that does not fit: one for each format, publishers' own first. Empty when it is quantized already. */
export function smallerSiblings(model: ModelSpec, catalog?: ModelCatalog): readonly Sibling[] {
  if (model.quantization.method !== 'none') return [];
  const own = (sibling: Sibling): number => (sibling.id.split('/')[0] === model.id.split('/')[0] ? 0 : 1);
  const ranked = [...findSiblings(model, catalog)].sort((a, b) => own(a) - own(b) || (a.id < b.id ? -1 : 1));
  return ORDER.flatMap((kind) => ranked.find((sibling) => sibling.quantization.linear.kind === kind) ?? []);
}

/** A published checkpoint that is stored as planned for; null when the catalog has none. */
export function siblingStoredAs(model: ModelSpec, { linear }: ModelSpec['quantization'], catalog?: ModelCatalog): string | null {
  return findSiblings(model, catalog).find((sibling) => sibling.quantization.linear.kind === linear.kind)?.id ?? null;
}
