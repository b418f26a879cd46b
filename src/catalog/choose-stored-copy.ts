import { type ModelNames, type NamedEntry, nameParts } from './model-names.ts';
import type { ModelDimensions } from './model-record.ts';
import { agrees, sameShape } from './shape-evidence.ts';
import { readStorageSuffix } from './storage-suffix.ts';

/** What a copy does not tell of the model that it was made from. */
export const STORAGE_NOT_KNOWN = 'how its own weights are stored is not known; they are counted in 16 bits';

/**
 * The quantized copy ("ORG/NAME-NVFP4") that the catalog has of a name which it does not have. None where models of that
 * line are published quantized: nothing says that this one has a 16-bit form.
 */
export function chooseStoredCopy(names: ModelNames, text: string, stem: string): NamedEntry | null {
  if (lineIsQuantized(names, stem)) return null;
  const copies = (names.copiesByStem().get(stem) ?? []).filter((entry) => agrees(names, text, entry));
  return [...copies].sort((a, b) => Number(b.kind === 'model') - Number(a.kind === 'model') || (a.id < b.id ? -1 : 1))[0] ?? null;
}

/** Dimensions of the original of a name, else of its copies, where all of them are of one shape. */
export function dimensionsOfCopy(names: ModelNames, stem: string): ModelDimensions | undefined {
  const [first, ...others] = names.dimensionsByKey().get(stem) ?? names.dimensionsByStem().get(stem) ?? [];
  return first !== undefined && others.every((row) => sameShape(row, first)) ? first : undefined;
}

/** "kimi-k" of "kimi-k2.7-code": the name up to its first number. */
const LINE = /^\D*/;

function lineIsQuantized(names: ModelNames, stem: string): boolean {
  const line = LINE.exec(stem)?.[0] ?? '';
  return [...names.byId.values()].some((entry) => {
    const { key } = nameParts(entry.id);
    return entry.kind === 'model' && entry.model.quantization !== 'none' && key.startsWith(line) && readStorageSuffix(key) === null;
  });
}
